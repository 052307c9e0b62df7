import type { StoreHealth } from './store.ts';

/**
 * Stores the bytes of artifacts by the SHA-1 of their content. Only writes, reads, moves, lists and deletes whole
 * files, as a folder and a bucket can.
 */
export interface Blobs {
  /** Location for messages: a folder or an address. */
  readonly place: string;
  /** The settings that name it, for messages: `--data-dir`. */
  readonly placeSetting: string;
  /**
   * Streams and hashes the content; nothing is visible until `commit`. If space runs out, the trash
   * is emptied first.
   *
   * @throws AppError `storage_full` | `unavailable`, and errors of the content stream; nothing is left behind then
   */
  stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob>;
  /** Size in bytes, or null when there is no such blob. */
  stat(sha1: string): Promise<{ size: number } | null>;
  /**
   * The content, verified against size and SHA-256. Up to 1 MiB, it is verified before the first byte is returned;
   * beyond that, the stream fails before its last chunk. A blob that is only in the trash is restored.
   *
   * @throws AppError `artifact_corrupt` when it is missing or damaged
   */
  open(sha1: string, expected: { size: number; sha256: string }): Promise<AsyncIterable<Uint8Array>>;
  /**
   * A short-lived address from which anyone can read the blob, with these headers; null if it is not there as a whole.
   * Absent if the storage has no such addresses, or they are not wanted.
   */
  presign?: (sha1: string, expected: { size: number }, as: PresignedHeaders) => Promise<string | null>;
  delete(sha1: string): Promise<void>;
  /**
   * Moves a blob to the trash unless it was written after `olderThan`.
   *
   * @param at the current time of the storage
   * @returns whether it is in the trash now
   */
  trash(sha1: string, times: { olderThan: number; at: number }): Promise<boolean>;
  /**
   * Permanently deletes what was moved to the trash before that time, except what is `known` by now: that is moved
   * back, because an upload may have relied on it while it was being moved to the trash.
   */
  emptyTrash(trashedBefore: number, known: KnownDigests): Promise<TrashEmptied>;
  /** The storage's clock (epoch ms), used for `modifiedAt` and `olderThan`; it may differ from this machine's. */
  now(): Promise<number>;
  /** Every blob outside the trash, in an order unrelated to its content. */
  list(): AsyncIterable<{ sha1: string; size: number; modifiedAt: number }>;
  /** The id of the database that the blobs belong to, or null. */
  readLabel(): Promise<string | null>;
  /** Writes the label durably. `new`: only if there is none yet. */
  writeLabel(text: string, mode: 'new' | 'replace'): Promise<void>;
  /** `degraded`: reading works, but there is no space to write. At most some seconds old; never waits for long. */
  health(): Promise<StoreHealth>;
  /** Removes leftovers of dead uploads from before that time (epoch ms). @returns how many files */
  sweep(olderThan: number): Promise<number>;
}

/** Headers of an answer that the storage gives. */
export interface PresignedHeaders {
  contentType: string;
  contentDisposition: string;
}

/** Which of these digests the database knows. */
export type KnownDigests = (sha1s: readonly string[]) => Promise<ReadonlySet<string>>;

export interface TrashEmptied {
  files: number;
  bytes: number;
}

export interface StagedBlob {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /**
   * Makes the blob visible and durable; replacing an equal one repairs it.
   *
   * @param options `isKnown`: the database already names this digest, so an intact copy need not be written again
   */
  commit(options?: { isKnown: boolean }): Promise<void>;
  /** Removes it; does nothing after `commit`. */
  discard(): Promise<void>;
}
