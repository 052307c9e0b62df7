import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { AppError, type DepictedClient } from '../client/index.ts';
import { imageTypeOf } from '../domain/artifacts/content-type.ts';
import { describeForeignFile } from '../domain/artifacts/foreign-file.ts';
import type { ImageRun } from './planned-run.ts';
import type { SentTo } from './release-outcome.ts';

interface Baseline {
  url?: string;
  image: string;
  log?: string;
  config?: string;
}

interface LocalFile {
  path: string;
  sha1sum: string;
  sha256sum: string;
  isImage: boolean;
  /** The first bytes. */
  head: Uint8Array;
}

/**
 * Sends local images: streamed, and only those that the build does not have yet.
 */
export class ImageSender {
  readonly #client: DepictedClient;
  readonly #release: SentTo;
  readonly #warn: (message: string) => void;
  /** Whether the server chooses baselines; older ones leave that to clients. */
  #isChosenByServer: Promise<boolean> | null = null;
  /** The build has no good release, so no run has a baseline. */
  #noBaseline = false;
  /** Files that were uploaded, and files that the server already had. */
  readonly counts = { uploaded: 0, known: 0 };

  constructor(client: DepictedClient, release: SentTo, warn: (message: string) => void) {
    this.#client = client;
    this.#release = release;
    this.#warn = warn;
  }

  /** @throws AppError `unprocessable` | `image_invalid` about this image, or an error of the server */
  async send(run: ImageRun, signal: AbortSignal): Promise<void> {
    const image = await readFileDigests(run.imagePath, 'image', signal);
    if (!image.isImage) {
      throw new AppError(
        'image_invalid',
        `The image "${run.imagePath}" is not a PNG, JPEG, GIF or WebP: ${describeForeignFile(image.head)}.`,
      );
    }
    const log = await this.#readLog(run.name, run.logPath, signal);
    const files = log === null ? [image] : [image, log];
    await this.#upload(files, signal);
    const isChosenByServer = await this.#serverChooses(run.name, signal);
    const baseline = isChosenByServer ? null : await this.#findBaseline(run.name, signal);
    await this.#client.reportRun(
      {
        ...this.#release,
        runName: run.name,
        image: image.sha1sum,
        ...(run.url !== null && { url: run.url }),
        ...(log !== null && { log: log.sha1sum }),
        ...(isChosenByServer && { chooseBaseline: true }),
        ...(baseline !== null && {
          refImage: baseline.image,
          ...(baseline.url !== undefined && { refUrl: baseline.url }),
          ...(baseline.log !== undefined && { refLog: baseline.log }),
          ...(baseline.config !== undefined && { refConfig: baseline.config }),
        }),
      },
      { signal },
    );
  }

  /** @returns the log's artifact id, or null (with a warning) if the file does not exist */
  async sendLog(runName: string, path: string, signal: AbortSignal): Promise<string | null> {
    const log = await this.#readLog(runName, path, signal);
    if (log === null) return null;
    await this.#upload([log], signal);
    return log.sha1sum;
  }

  async #readLog(runName: string, path: string | null, signal: AbortSignal): Promise<LocalFile | null> {
    if (path === null) return null;
    try {
      return await readFileDigests(path, 'log', signal);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#warn(`${runName}: ${error.message} The run is sent without a log.`);
      return null;
    }
  }

  async #upload(files: readonly LocalFile[], signal: AbortSignal): Promise<void> {
    const { buildId } = this.#release;
    const { owned } = await this.#client.findArtifacts(
      { buildId, artifacts: files.map(({ sha1sum, sha256sum }) => ({ sha1sum, sha256sum })) },
      { signal },
    );
    for (const { path, sha1sum } of files) {
      if (owned.includes(sha1sum)) {
        this.counts.known++;
        continue;
      }
      const content = await openAsBlob(path);
      await this.#client.upload({ buildId, content, fileName: basename(path), sha1sum }, { signal });
      this.counts.uploaded++;
    }
  }

  /** Asked once; again where the answer is a refusal of this run. */
  #serverChooses(runName: string, signal: AbortSignal): Promise<boolean> {
    this.#isChosenByServer ??= this.#askWhoChooses(runName, signal).catch((error: unknown) => {
      this.#isChosenByServer = null;
      throw error;
    });
    return this.#isChosenByServer;
  }

  /** A server that chooses says why; an older one ignores which release asks. */
  async #askWhoChooses(runName: string, signal: AbortSignal): Promise<boolean> {
    try {
      const { reason } = await this.#client.findRun({ ...this.#release, runName }, { signal });
      return typeof reason === 'string';
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return false;
      throw error;
    }
  }

  async #findBaseline(runName: string, signal: AbortSignal): Promise<Baseline | null> {
    if (this.#noBaseline) return null;
    const { buildId } = this.#release;
    try {
      const found = await this.#client.findRun({ buildId, runName }, { signal });
      if (found.image === null) return null;
      return {
        image: found.image,
        ...(found.url !== null && { url: found.url }),
        ...(found.log !== null && { log: found.log }),
        ...(found.config !== null && { config: found.config }),
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      this.#noBaseline = true;
      return null;
    }
  }
}

/** @throws AppError `unprocessable` about a file that cannot be read */
async function readFileDigests(path: string, what: string, signal: AbortSignal): Promise<LocalFile> {
  const sha1 = createHash('sha1');
  const sha256 = createHash('sha256');
  let head: Uint8Array | null = null;
  try {
    for await (const chunk of createReadStream(path, { signal, highWaterMark: 262_144 })) {
      head ??= chunk as Uint8Array;
      sha1.update(chunk as Uint8Array);
      sha256.update(chunk as Uint8Array);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new AppError('unprocessable', `The ${what} "${path}" ${whyUnreadable(error)}.`, { cause: error });
  }
  return {
    path,
    sha1sum: sha1.digest('hex'),
    sha256sum: sha256.digest('hex'),
    isImage: imageTypeOf(head ?? new Uint8Array()) !== null,
    head: (head ?? new Uint8Array()).slice(0, 256),
  };
}

function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'is not readable by this user';
  return `cannot be read (${code ?? String(error)})`;
}
