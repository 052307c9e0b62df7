/**
 * Where the bytes of artifacts are, by the SHA-1 of their content. Nothing here needs more of a store than to write, read,
 * move, list and delete whole files, so that it may as well be a bucket.
 */
export interface Blobs {
  /** Where they are, for people: a folder, an address. */
  readonly place: string;
  /**
   * Takes the content in, hashing while it streams; nothing is visible until `commit`. Where the space runs out, the trash
   * is emptied first.
   *
   * @throws AppError `storage_full` | `unavailable`, and whatever the content throws; nothing stays behind then
   */
  stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob>;
  /** Size in bytes, or null when there is no such blob. */
  stat(sha1: string): Promise<{ size: number } | null>;
  /**
   * The content, verified against size and SHA-256. Up to 1 MiB it is verified before the first byte is handed out;
   * beyond, the stream fails before its last chunk. A blob that is only in the trash comes back from there.
   *
   * @throws AppError `artifact_corrupt` when it is missing or not what it was
   */
  open(sha1: string, expected: { size: number; sha256: string }): Promise<AsyncIterable<Uint8Array>>;
  delete(sha1: string): Promise<void>;
  /**
   * Puts it into the trash unless it was made, or made again, since `olderThan`.
   *
   * @param at when that is, by the storage's time
   * @returns whether it is there now
   */
  trash(sha1: string, times: { olderThan: number; at: number }): Promise<boolean>;
  /** Deletes for good what has been in the trash since before that time. */
  emptyTrash(trashedBefore: number): Promise<TrashEmptied>;
  /** The storage's own time (epoch ms), which `modifiedAt` and `olderThan` go by; it may differ from this machine's. */
  now(): Promise<number>;
  /** Every blob, in no order that has to do with what it holds. Not the trash. */
  list(): AsyncIterable<{ sha1: string; size: number; modifiedAt: number }>;
  /** The text that says whose blobs these are, or null. */
  readLabel(): Promise<string | null>;
  /** Keeps that text, durably. `new`: only where there is none yet. */
  writeLabel(text: string, mode: 'new' | 'replace'): Promise<void>;
  /** `degraded`: reading works, but there is no space to write. Looks again every time. */
  health(): Promise<'ok' | 'degraded'>;
  /** Removes what uploads that died left behind before that time (epoch ms). @returns how many files */
  sweep(olderThan: number): Promise<number>;
}

export interface TrashEmptied {
  files: number;
  bytes: number;
}

export interface StagedBlob {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** Makes the blob visible and durable; over an equal one it is a repair. */
  commit(): Promise<void>;
  /** Removes it; does nothing after `commit`. */
  discard(): Promise<void>;
}
