import type { KnownDigests, TrashEmptied } from '../../../ports/blobs.ts';
import type { S3Client } from './s3-client.ts';

/** Removed objects; when they were removed is the age of their copies. */
export interface S3Trash {
  /** Copies an object here and deletes it, unless it was written since `olderThan`. @returns whether it was */
  take(sha1: string, olderThan: number): Promise<boolean>;
  /** Copies an object back. @returns whether it was here */
  restore(sha1: string): Promise<boolean>;
  /** Permanently deletes what was removed before that time, and moves back what is known. */
  empty(takenBefore: number, known: KnownDigests): Promise<TrashEmptied>;
}

/**
 * S3 cannot delete an object only if it is old: an upload may come between the last look and the deletion. Its bytes are
 * those of the copy in the trash, though, so that nothing is lost: `restore` and `empty` bring them back.
 *
 * @param folder the prefix of the trash, with a slash
 */
export function openS3Trash(
  client: S3Client,
  { folder, keyOf }: { folder: string; keyOf: (sha1: string) => string },
): S3Trash {
  const trashKeyOf = (sha1: string) => folder + sha1;

  async function restore(sha1: string): Promise<boolean> {
    const found = await client.head(trashKeyOf(sha1));
    if (found === null) return false;
    if (!(await client.copy({ key: trashKeyOf(sha1), etag: found.etag }, keyOf(sha1)))) return false;
    await client.delete(trashKeyOf(sha1));
    return true;
  }

  return {
    async take(sha1, olderThan) {
      const key = keyOf(sha1);
      const seen = await client.head(key);
      if (seen === null || seen.modifiedAt >= olderThan) return false;
      if (!(await client.copy({ key, etag: seen.etag }, trashKeyOf(sha1)))) return false;
      const now = await client.head(key);
      const isSame = now?.etag === seen.etag && now.modifiedAt === seen.modifiedAt;
      if (!isSame) return false;
      await client.delete(key);
      return true;
    },
    restore,
    async empty(takenBefore, known) {
      const emptied = { files: 0, bytes: 0 };
      for await (const page of client.list(folder)) {
        const old = page
          .filter(({ modifiedAt }) => modifiedAt < takenBefore)
          .map(({ key, size }) => ({ sha1: key.slice(folder.length), size }))
          .filter(({ sha1 }) => /^[0-9a-f]{40}$/.test(sha1));
        const wanted = await known(old.map(({ sha1 }) => sha1));
        for (const { sha1, size } of old) {
          if (wanted.has(sha1)) {
            if ((await client.head(keyOf(sha1))) === null) await restore(sha1);
            else await client.delete(trashKeyOf(sha1));
            continue;
          }
          await client.delete(trashKeyOf(sha1));
          emptied.files++;
          emptied.bytes += size;
        }
      }
      return emptied;
    },
  };
}
