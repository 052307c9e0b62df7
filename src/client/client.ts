import { camelKeys, snakeKeys, type CamelKeys, type DeepCamel } from '../contract/letter-case.ts';
import type { AnswerOf, Operation, ParametersOf } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { resourceOperations } from '../contract/v1/operations.ts';
import type { WireReleaseChanges } from '../contract/v1/runs.ts';
import { answerOf } from './answer.ts';
import { readEvents } from './event-stream.ts';
import { multipartStream, newBoundary, type UploadContent } from './multipart-stream.ts';
import { Transport, type ClientOptions } from './transport.ts';

type Operations = typeof operations;
type Resources = typeof resourceOperations;

/** What a method takes: the operation's parameters in camelCase. */
export type Parameters<O extends Operation> = CamelKeys<ParametersOf<O>>;
/** What a method answers: the operation's answer in camelCase. */
export type Answer<O extends Operation> = DeepCamel<AnswerOf<O>>;

export interface CallOptions {
  /** Ends the call, and the waiting between attempts; it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface UploadParameters {
  buildId: number;
  content: UploadContent;
  /** Its end, `.json`, tells JSON from text. */
  fileName: string;
  /** SHA-1 that the bytes must have. */
  sha1sum?: string;
}

export interface Downloaded {
  contentType: string;
  /** Bytes. */
  size: number;
  body: ReadableStream<Uint8Array>;
  /** All of it; asks again when the connection is lost meanwhile. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

export type ReleaseChanges = DeepCamel<WireReleaseChanges>;

const { createRelease, findRun, requestRun, upload, reportRun, runsDone, download } = operations;
const { addTask, leaseTasks, heartbeat, finishTask, releaseTask } = operations;

/**
 * A client of the server's API: one method per operation. A call that failed for a passing reason is tried again
 * where that is safe; what the server refuses is thrown as an AppError with the server's code and sentence, and
 * `details.requestId` for its operator.
 */
export class DepictedClient {
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
  }

  /** Where the server is, without a slash at the end. */
  get server(): string {
    return this.#transport.server;
  }

  /** Creates a new release candidate; the server numbers it. */
  createRelease(parameters: Parameters<Operations['createRelease']>, options?: CallOptions) {
    return this.#call(createRelease, parameters, options);
  }

  /** Finds the last good run of a name. @throws AppError `not_found` when the build has no good release */
  findRun(parameters: Parameters<Operations['findRun']>, options?: CallOptions) {
    return this.#call(findRun, parameters, options);
  }

  /** Asks for a capture of a page, and a comparison. */
  requestRun(parameters: Parameters<Operations['requestRun']>, options?: CallOptions) {
    return this.#call(requestRun, parameters, options);
  }

  /** Reports what is known about a run; may be repeated, in any order. */
  reportRun(parameters: Parameters<Operations['reportRun']>, options?: CallOptions) {
    return this.#call(reportRun, parameters, options);
  }

  /** Says that everything was requested or reported. */
  runsDone(parameters: Parameters<Operations['runsDone']>, options?: CallOptions) {
    return this.#call(runsDone, parameters, options);
  }

  /** Uploads one file. It streams: a `Blob` from `fs.openAsBlob` is never in memory whole. */
  async upload(
    parameters: UploadParameters,
    options: CallOptions = {},
  ): Promise<Answer<Operations['upload']>> {
    const { buildId, content, fileName, sha1sum } = parameters;
    const fields = { build_id: String(buildId), ...(sha1sum !== undefined && { sha1sum }) };
    const attempt = {
      method: upload.method,
      path: upload.path,
      repeatable: true,
      extraMs: uploadMs,
      ...options,
    };
    if (typeof content === 'function') {
      const boundary = newBoundary();
      const streamed = {
        ...attempt,
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: () => multipartStream(fields, fileName, content(), boundary),
      };
      return this.#transport.sendAndRead(streamed, answerOf<Answer<Operations['upload']>>);
    }
    const body = () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', content instanceof Blob ? content : new Blob([content]), fileName);
      return form;
    };
    return this.#transport.sendAndRead({ ...attempt, body }, answerOf<Answer<Operations['upload']>>);
  }

  /** Downloads an artifact. @throws AppError `artifact_not_found` */
  async download(
    parameters: Parameters<Operations['download']>,
    options: CallOptions = {},
  ): Promise<Downloaded> {
    return this.#bytes(download, parameters, options);
  }

  /** Adds a task to a queue; one with a `taskId` that exists changes nothing. */
  addTask(parameters: Parameters<Operations['addTask']>, options?: CallOptions) {
    const repeatable = parameters.taskId !== undefined;
    return this.#call({ ...addTask, repeatable }, parameters, options);
  }

  /** Leases tasks; with `waitSeconds` it stays until there is one. */
  leaseTasks(parameters: Parameters<Operations['leaseTasks']>, options?: CallOptions) {
    return this.#call(leaseTasks, parameters, options, (parameters.waitSeconds ?? 0) * 1_000);
  }

  /** Keeps a lease. @throws AppError `lease_lost` | `task_not_live`: stop working on the task */
  heartbeat(parameters: Parameters<Operations['heartbeat']>, options?: CallOptions) {
    return this.#call(heartbeat, parameters, options);
  }

  /** Ends a leased task. @throws AppError `lease_lost` */
  finishTask(parameters: Parameters<Operations['finishTask']>, options?: CallOptions) {
    return this.#call(finishTask, parameters, options);
  }

  /** Gives a leased task back. */
  releaseTask(parameters: Parameters<Operations['releaseTask']>, options?: CallOptions) {
    return this.#call(releaseTask, parameters, options);
  }

  /** The builds that the key may look at. */
  listBuilds(parameters: Parameters<Resources['listBuilds']> = {}, options?: CallOptions) {
    return this.#call(resourceOperations.listBuilds, parameters, options);
  }

  createBuild(parameters: Parameters<Resources['createBuild']>, options?: CallOptions) {
    return this.#call(resourceOperations.createBuild, parameters, options);
  }

  updateBuild(parameters: Parameters<Resources['updateBuild']>, options?: CallOptions) {
    return this.#call(resourceOperations.updateBuild, parameters, options);
  }

  listReleases(parameters: Parameters<Resources['listReleases']>, options?: CallOptions) {
    return this.#call(resourceOperations.listReleases, parameters, options);
  }

  /** Marks a release good or bad, or puts it back to reviewing. @throws AppError `conflict` */
  reviewRelease(parameters: Parameters<Resources['reviewRelease']>, options?: CallOptions) {
    return this.#call(resourceOperations.reviewRelease, parameters, options);
  }

  /** The runs of a release as columns. */
  listRuns(parameters: Parameters<Resources['listRuns']>, options?: CallOptions) {
    return this.#call(resourceOperations.listRuns, parameters, options);
  }

  /** One run with its neighbours and history. */
  runDetail(parameters: Parameters<Resources['runDetail']>, options?: CallOptions) {
    return this.#call(resourceOperations.runDetail, parameters, options);
  }

  /** Approves or rejects one run, or takes that back. @throws AppError `conflict` */
  reviewRun(parameters: Parameters<Resources['reviewRun']>, options?: CallOptions) {
    return this.#call(resourceOperations.reviewRun, parameters, options);
  }

  /** Judges many runs at once; conflicts are in the results. */
  reviewRuns(parameters: Parameters<Resources['reviewRuns']>, options?: CallOptions) {
    return this.#call(resourceOperations.reviewRuns, parameters, options);
  }

  /** Captures and compares again what failed: some runs, or all that failed. */
  retryRuns(parameters: Parameters<Resources['retryRuns']>, options?: CallOptions) {
    return this.#call(resourceOperations.retryRuns, parameters, options);
  }

  /** Pages that the baseline has and a release does not, by name. */
  listMissing(parameters: Parameters<Resources['listMissing']>, options?: CallOptions) {
    return this.#call(resourceOperations.listMissing, parameters, options);
  }

  /** Confirms that missing pages were removed, says that they should be there, or takes that back. */
  reviewMissing(parameters: Parameters<Resources['reviewMissing']>, options?: CallOptions) {
    return this.#call(resourceOperations.reviewMissing, parameters, options);
  }

  /** Chooses baselines of a release again, and compares with those that are others now. */
  compareAgain(parameters: Parameters<Resources['compareAgain']>, options?: CallOptions) {
    return this.#call(resourceOperations.compareAgain, parameters, options);
  }

  /** Compares a run with its page in another release. @throws AppError `not_found` when it has none */
  compareWith(parameters: Parameters<Resources['compareWith']>, options?: CallOptions) {
    return this.#call(resourceOperations.compareWith, parameters, options);
  }

  /** A run as a WebP of 240 × 150. @throws AppError `not_found` when it has no picture */
  runThumbnail(parameters: Parameters<Resources['runThumbnail']>, options?: CallOptions) {
    return this.#bytes(resourceOperations.runThumbnail, parameters, options);
  }

  /** A whole picture as WebP, its longer side at most 2,048 pixels. */
  pictureOverview(parameters: Parameters<Resources['pictureOverview']>, options?: CallOptions) {
    return this.#bytes(resourceOperations.pictureOverview, parameters, options);
  }

  /** One strip of a tall picture, as PNG. @throws AppError `not_found` beyond the last */
  pictureStrip(parameters: Parameters<Resources['pictureStrip']>, options?: CallOptions) {
    return this.#bytes(resourceOperations.pictureStrip, parameters, options);
  }

  /** Which of some files the build has, so that they need not be uploaded again. */
  findArtifacts(parameters: Parameters<Resources['findArtifacts']>, options?: CallOptions) {
    return this.#call(resourceOperations.findArtifacts, parameters, options);
  }

  listActivity(parameters: Parameters<Resources['listActivity']>, options?: CallOptions) {
    return this.#call(resourceOperations.listActivity, parameters, options);
  }

  listKeys(parameters: Parameters<Resources['listKeys']>, options?: CallOptions) {
    return this.#call(resourceOperations.listKeys, parameters, options);
  }

  /** Creates an API key for a build; its secret is in the answer and nowhere else. */
  createKey(parameters: Parameters<Resources['createKey']>, options?: CallOptions) {
    return this.#call(resourceOperations.createKey, parameters, options);
  }

  revokeKey(parameters: Parameters<Resources['revokeKey']>, options?: CallOptions) {
    return this.#call(resourceOperations.revokeKey, parameters, options);
  }

  /** The keys that reach every build and the work queue. */
  listSuperuserKeys(options?: CallOptions) {
    return this.#call(resourceOperations.listSuperuserKeys, {}, options);
  }

  /** Creates a key that reaches every build; its secret is in the answer and nowhere else. */
  createSuperuserKey(parameters: Parameters<Resources['createSuperuserKey']>, options?: CallOptions) {
    return this.#call(resourceOperations.createSuperuserKey, parameters, options);
  }

  /** Ends a key for good, whatever it reaches. */
  revokeAnyKey(parameters: Parameters<Resources['revokeAnyKey']>, options?: CallOptions) {
    return this.#call(resourceOperations.revokeAnyKey, parameters, options);
  }

  /** Lets a key reach every build and the work queue. */
  makeSuperuser(parameters: Parameters<Resources['makeSuperuser']>, options?: CallOptions) {
    return this.#call(resourceOperations.makeSuperuser, parameters, options);
  }

  /** Reads everything that is stored, however long that takes. @throws AppError `conflict` while another does */
  fsck(options?: CallOptions) {
    return this.#call(resourceOperations.fsck, {}, options);
  }

  /**
   * Moves files that belong to nothing to the trash, however long that takes.
   *
   * @throws AppError `conflict` while another does, or where it wants to be confirmed
   */
  sweepStorage(parameters: Parameters<Resources['sweepStorage']> = {}, options?: CallOptions) {
    return this.#call(resourceOperations.sweepStorage, parameters, options);
  }

  listQueues(options?: CallOptions) {
    return this.#call(resourceOperations.listQueues, {}, options);
  }

  listTasks(parameters: Parameters<Resources['listTasks']>, options?: CallOptions) {
    return this.#call(resourceOperations.listTasks, parameters, options);
  }

  /** Has a task done again. @throws AppError `conflict` while it is leased */
  retryTask(parameters: Parameters<Resources['retryTask']>, options?: CallOptions) {
    return this.#call(resourceOperations.retryTask, parameters, options);
  }

  /** Forgets a task; a run that waits for it fails. */
  deleteTask(parameters: Parameters<Resources['deleteTask']>, options?: CallOptions) {
    return this.#call(resourceOperations.deleteTask, parameters, options);
  }

  /** Who the caller is, and what they may do. */
  describeSession(parameters: Parameters<Resources['describeSession']> = {}, options?: CallOptions) {
    return this.#call(resourceOperations.describeSession, parameters, options);
  }

  /** Changes of a release as they happen; ends when the server stops, throws when the connection breaks. */
  async *watchRelease(
    parameters: Parameters<Resources['watchRelease']>,
    options: CallOptions = {},
  ): AsyncGenerator<ReleaseChanges> {
    const operation = resourceOperations.watchRelease;
    const { path, rest } = fillPath(operation, snakeKeys(parameters) as Record<string, unknown>);
    const response = await this.#transport.send({
      method: operation.method,
      path: withQuery(path, rest),
      headers: { accept: 'text/event-stream' },
      repeatable: true,
      ...options,
    });
    for await (const event of readEvents(response.body!)) {
      if (event.event === 'changes') yield camelKeys(JSON.parse(event.data)) as ReleaseChanges;
    }
  }

  async #bytes<O extends Operation>(
    operation: O,
    parameters: Parameters<O>,
    options: CallOptions = {},
  ): Promise<Downloaded> {
    const { path, rest } = fillPath(operation, snakeKeys(parameters) as Record<string, unknown>);
    const attempt = {
      method: operation.method,
      path: withQuery(path, rest),
      headers: { accept: '*/*' },
      repeatable: true,
      ...options,
    };
    const transport = this.#transport;
    const response = await transport.send(attempt);
    const bytesOf = async (from: ReadableStream<Uint8Array> | null) =>
      new Uint8Array(await new Response(from).arrayBuffer());
    const body =
      response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    return {
      contentType: response.headers.get('content-type') ?? 'application/octet-stream',
      size: Number(response.headers.get('content-length') ?? 0),
      body,
      async bytes() {
        try {
          return await bytesOf(body);
        } catch (cause) {
          options.signal?.throwIfAborted();
          if (transport.triesAgain) return transport.sendAndRead(attempt, (again) => bytesOf(again.body));
          throw transport.answerLost({ cause }, attempt);
        }
      },
    };
  }

  async #call<O extends Operation>(
    operation: O,
    parameters: Parameters<O>,
    options: CallOptions = {},
    extraMs = 0,
  ): Promise<Answer<O>> {
    const { path, rest } = fillPath(operation, snakeKeys(parameters) as Record<string, unknown>);
    const isQuery = operation.method === 'GET';
    const attempt = {
      method: operation.method,
      path: isQuery ? withQuery(path, rest) : path,
      ...(!isQuery && {
        headers: { 'content-type': 'application/json' },
        body: () => JSON.stringify(rest),
      }),
      repeatable: operation.repeatable,
      extraMs,
      ...options,
    };
    return this.#transport.sendAndRead(attempt, answerOf<Answer<O>>);
  }
}

/** Uploads may be large and lines slow. */
const uploadMs = 600_000;

/** Puts parameters that are parts of the path into it. */
function fillPath(
  operation: Operation,
  parameters: Record<string, unknown>,
): { path: string; rest: Record<string, unknown> } {
  const rest = { ...parameters };
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(typeof value === 'string' || typeof value === 'number' ? value : '');
  });
  return { path, rest };
}

function withQuery(path: string, parameters: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      query.set(name, String(value));
    }
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
