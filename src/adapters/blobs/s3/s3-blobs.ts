import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { AppError } from '../../../base/errors.ts';
import type { Blobs, StagedBlob } from '../../../ports/blobs.ts';
import type { Logger } from '../../../ports/logger.ts';
import { removeOlder } from '../files.ts';
import { attempt as attemptFiles, storageFull, storageUnavailable } from '../storage-errors.ts';
import {
  checkBytes,
  checkSha1,
  checkSize,
  corrupt,
  once,
  verifiedStream,
  verifyFirstBytes,
} from '../verified.ts';
import type { RequestBody } from './exchange.ts';
import { openS3Health } from './s3-health.ts';
import type { StoredObject, S3Client } from './s3-client.ts';
import { S3Error } from './s3-error.ts';
import { openS3Trash } from './s3-trash.ts';
import { s3SettingNames, type S3SettingNames } from './setting-names.ts';
import { createSpool } from './spool.ts';

export interface S3BlobsOptions {
  client: S3Client;
  /** For messages: `s3://bucket/prefix`. */
  place: string;
  /** Before every key: empty, or ending in a slash. */
  prefix: string;
  /** On a local disk: uploads that do not fit in memory wait there. */
  spoolFolder: string;
  /** For messages; default: `DPXDT_S3_…`. */
  settingNames?: S3SettingNames;
  /** How long a presigned address is valid, in seconds; null or absent: there are none. */
  presignedSeconds?: number | null;
  logger?: Pick<Logger, 'warn'>;
}

/** How often a download that breaks off is continued where it stopped. */
const resumptions = 3;

/**
 * Blobs as objects `<prefix>ab/<sha1>`. One PUT makes an object, whole or not at all. The trash is the prefix
 * `<prefix>trash/`; an object is copied there before it is deleted, so that its bytes are never in neither place.
 * `<prefix>store.json` says whose blobs these are.
 *
 * @throws AppError `invalid_argument` when S3 refuses the settings, `unavailable` when it cannot be reached
 */
export async function openS3Blobs(options: S3BlobsOptions): Promise<Blobs> {
  const {
    client,
    place,
    prefix,
    spoolFolder,
    settingNames = s3SettingNames,
    presignedSeconds = null,
    logger,
  } = options;
  await attemptFiles(() => mkdir(spoolFolder, { recursive: true, mode: 0o700 }));
  const keyOf = (sha1: string) => {
    checkSha1(sha1);
    return `${prefix}${sha1.slice(0, 2)}/${sha1}`;
  };
  const labelKey = `${prefix}store.json`;
  const spool = createSpool(spoolFolder);
  const trash = openS3Trash(client, { folder: `${prefix}trash/`, keyOf });
  const health = openS3Health(() =>
    client.put(`${prefix}health`, bodyOf('ok'), { tries: 1, deadlineMs: 2_000 }),
  );

  /** Turns errors of S3 into those of the core. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      if (error.problem === 'full') throw storageFull(error);
      logger?.warn('The artifact storage failed.', { place, problem: error.message });
      throw storageUnavailable(error);
    }
  }

  await refuseBadSettings(client, labelKey, { place, names: settingNames });
  return {
    place,
    placeSetting: [...new Set([settingNames.bucket, settingNames.prefix])].join(' or '),
    stage: async (content) => {
      const { sha1, md5, body, discard } = await attemptFiles(() => spool(content));
      let isOver = false;
      const staged: StagedBlob = {
        sha1,
        sha256: body.sha256,
        size: body.size,
        async commit({ isKnown } = { isKnown: false }) {
          if (isOver) throw new TypeError('This upload was discarded or committed before.');
          await attempt(async () => {
            const isThere = isKnown && (await isIntact(client, keyOf(sha1), { md5, size: body.size }));
            if (!isThere) await client.put(keyOf(sha1), body);
          });
          await staged.discard();
        },
        async discard() {
          isOver = true;
          await discard();
        },
      };
      return staged;
    },
    stat: (sha1) =>
      attempt(async () => {
        const found = await client.head(keyOf(sha1));
        return found === null ? null : { size: found.size };
      }),
    async open(sha1, expected) {
      const key = keyOf(sha1);
      const find = <T>(look: () => Promise<T | null>) =>
        attempt(async () => (await look()) ?? ((await trash.restore(sha1)) ? await look() : null));
      const verified = { sha1, sha256: expected.sha256 };
      if (expected.size > verifyFirstBytes) {
        const found = await find(() => client.head(key));
        if (found === null) throw corrupt(sha1, 'it is missing');
        checkSize(found.size, { sha1, size: expected.size });
        return verifiedStream(contentOf(client, key, found, attempt), verified);
      }
      const bytes = await find(() => client.get(key));
      if (bytes === null) throw corrupt(sha1, 'it is missing');
      checkSize(bytes.byteLength, { sha1, size: expected.size });
      checkBytes(bytes, verified);
      return once(bytes);
    },
    ...(presignedSeconds !== null && {
      presign: (sha1, { size }, { contentType, contentDisposition }) =>
        attempt(async () => {
          const key = keyOf(sha1);
          if ((await client.head(key))?.size !== size) return null;
          const answers = {
            'response-content-type': contentType,
            'response-content-disposition': contentDisposition,
            'response-cache-control': 'private, max-age=31536000, immutable',
          };
          return client.presign(key, answers, presignedSeconds);
        }),
    }),
    delete: (sha1) => attempt(() => client.delete(keyOf(sha1))),
    trash: (sha1, { olderThan }) => attempt(() => trash.take(sha1, olderThan)),
    emptyTrash: (trashedBefore, known) => attempt(() => trash.empty(trashedBefore, known)),
    now: () => attempt(() => client.now()),
    async *list() {
      const pages = client.list(prefix);
      for (;;) {
        const page = await attempt(() => pages.next());
        if (page.done === true) return;
        for (const { key, size, modifiedAt } of page.value) {
          const name = key.slice(prefix.length);
          // Keys come in order, and those of blobs before those of the trash.
          if (name >= 'g') return;
          const sha1 = /^[0-9a-f]{2}\/([0-9a-f]{40})$/.exec(name)?.[1];
          if (sha1?.slice(0, 2) === name.slice(0, 2)) yield { sha1, size, modifiedAt };
        }
      }
    },
    readLabel: () =>
      attempt(async () => {
        const bytes = await client.get(labelKey);
        return bytes === null ? null : Buffer.from(bytes).toString('utf8');
      }),
    writeLabel: (text, mode) =>
      attempt(async () => {
        // The caller reads a new label again, since another server may have written one at the same time.
        if (mode === 'new' && (await client.get(labelKey)) !== null) return;
        await client.put(labelKey, bodyOf(text));
      }),
    health,
    sweep: (olderThan) => attemptFiles(() => removeOlder(spoolFolder, olderThan)),
  };
}

/** Whether the object holds these bytes. Servers whose ETag is not the MD5 of the content never say so. */
async function isIntact(
  client: S3Client,
  key: string,
  { md5, size }: { md5: string; size: number },
): Promise<boolean> {
  const found = await client.head(key);
  return found !== null && found.size === size && found.etag === `"${md5}"`;
}

/** The content, asked for when the first byte is; where it breaks off, the rest of the same object is asked for. */
async function* contentOf(
  client: S3Client,
  key: string,
  { size, etag }: StoredObject,
  attempt: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<Uint8Array, void> {
  let byte = 0;
  let broken: unknown;
  for (let left = resumptions; byte < size; left--) {
    const content = await attempt(async () => {
      const rest = left >= 0 ? await client.stream(key, { byte, etag }) : null;
      if (rest === null) throw new S3Error('unreachable', 'A download broke off.', { cause: broken });
      return rest;
    });
    const chunks = content[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          broken = error;
          return { done: true as const, value: undefined };
        });
        if (next.done === true) break;
        byte += next.value.byteLength;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }
}

function bodyOf(text: string): RequestBody {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { size: bytes.byteLength, sha256, read: () => [bytes] };
}

/** Reads the label, and says what a refusal means before anything else is done. */
async function refuseBadSettings(
  client: S3Client,
  labelKey: string,
  { place, names }: { place: string; names: S3SettingNames },
): Promise<void> {
  try {
    await client.get(labelKey);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const { problem, s3Code } = error;
    if (problem !== 'refused') {
      throw new AppError(
        'unavailable',
        `The artifact storage ${place} cannot be reached: ${error.message} Check ${names.endpoint}, or start again once it is back.`,
        { cause: error },
      );
    }
    const help =
      settingsHelp(names)[s3Code ?? ''] ??
      `check ${names.endpoint}, ${names.region} and the rights of the key`;
    throw new AppError(
      'invalid_argument',
      `The artifact storage ${place} refuses this server: ${error.message.replace(/\.$/, '')}; ${help}.`,
      {
        cause: error,
      },
    );
  }
}

const settingsHelp = (names: S3SettingNames): Record<string, string> => ({
  PathStyleNeeded: `set ${names.style}=path`,
  NoSuchBucket: `create the bucket, or correct ${names.bucket}`,
  AccessDenied: 'the key must be allowed to list the bucket, and to get, put and delete its objects',
  InvalidAccessKeyId: `correct ${names.accessKey}`,
  SignatureDoesNotMatch: `correct ${names.secretKey}`,
  AuthorizationHeaderMalformed: `correct ${names.region}`,
  PermanentRedirect: `correct ${names.region}`,
});
