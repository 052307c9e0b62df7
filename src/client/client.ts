import { addresses } from '../contract/addresses.ts';
import { camelKeys, type DeepCamel } from '../contract/letter-case.ts';
import type { WireReleaseChanges } from '../contract/v1/runs.ts';
import { answerOf } from './answer.ts';
import { readEvents } from './event-stream.ts';
import { OperationClient, type Answer, type Parameters } from './methods.ts';
import { multipartStream, newBoundary, type UploadContent } from './multipart-stream.ts';
import { requestOf } from './request.ts';
import type { CallOptions, ClientOptions } from './transport.ts';

export interface UploadParameters {
  buildId: number;
  content: UploadContent;
  /** A `.json` suffix distinguishes JSON from text. */
  fileName: string;
  /** SHA-1 that the bytes must have. */
  sha1sum?: string;
}

export type ReleaseChanges = DeepCamel<WireReleaseChanges>;

/**
 * A client of the server's API: one method per operation. Transient failures are retried
 * if that is safe; a refusal by the server is thrown as an AppError with the server's code and sentence, and
 * `details.requestId` for its operator.
 */
export class DepictedClient extends OperationClient {
  constructor(options: ClientOptions) {
    super(options);
  }

  /** Where the server is, without a slash at the end. */
  get server(): string {
    return this.transport.server;
  }

  /** Uploads one file as a stream: a `Blob` from `fs.openAsBlob` is never fully in memory. */
  async upload(
    { buildId, content, fileName, sha1sum }: UploadParameters,
    options: CallOptions = {},
  ): Promise<Answer<'upload'>> {
    const fields = { build_id: String(buildId), ...(sha1sum !== undefined && { sha1sum }) };
    const { method, path, repeatable } = requestOf(addresses.upload, {});
    const attempt = { method, path, repeatable, extraMs: uploadMs, ...options };
    if (typeof content === 'function') {
      const boundary = newBoundary();
      const streamed = {
        ...attempt,
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: () => multipartStream(fields, fileName, content(), boundary),
      };
      return this.transport.sendAndRead(streamed, answerOf<Answer<'upload'>>);
    }
    const body = () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', content instanceof Blob ? content : new Blob([content]), fileName);
      return form;
    };
    return this.transport.sendAndRead({ ...attempt, body }, answerOf<Answer<'upload'>>);
  }

  /** Changes of a release as they happen; ends when the server stops, throws when the connection breaks. */
  async *watchRelease(
    parameters: Parameters<'watchRelease'>,
    options: CallOptions = {},
  ): AsyncGenerator<ReleaseChanges> {
    const response = await this.transport.send({
      ...requestOf(addresses.watchRelease, parameters),
      ...options,
    });
    for await (const event of readEvents(response.body!)) {
      if (event.event === 'changes') yield camelKeys(JSON.parse(event.data)) as ReleaseChanges;
    }
  }
}

/** Uploads may be large and connections slow. */
const uploadMs = 600_000;
