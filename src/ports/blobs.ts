/** Where the bytes of artifacts are, by the SHA-1 of their content. */
export interface Blobs {
  /**
   * Takes the content in, hashing while it streams; nothing is visible until `commit`.
   *
   * @throws AppError `storage_full` | `unavailable`, and whatever the content throws; nothing stays behind then
   */
  stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob>;
  /** Size in bytes, or null when there is no such blob. */
  stat(sha1: string): Promise<{ size: number } | null>;
  /**
   * The content, verified against size and SHA-256. Up to 1 MiB it is verified before the first byte is handed out;
   * beyond, the stream fails before its last chunk.
   *
   * @throws AppError `artifact_corrupt` when it is missing or not what it was
   */
  open(sha1: string, expected: { size: number; sha256: string }): Promise<AsyncIterable<Uint8Array>>;
  delete(sha1: string): Promise<void>;
  /** Deletes it unless it was made, or made again, since that time. @returns whether it is gone */
  deleteOlder(sha1: string, olderThan: number): Promise<boolean>;
  /** The storage's own time (epoch ms), which `modifiedAt` and `olderThan` go by; it may differ from this machine's. */
  now(): Promise<number>;
  /** Every blob, in no order. */
  list(): AsyncIterable<{ sha1: string; size: number; modifiedAt: number }>;
  /** `degraded`: reading works, but there is no space to write. Looks again every time. */
  health(): Promise<'ok' | 'degraded'>;
  /** Removes what uploads that died left behind before that time (epoch ms). @returns how many files */
  sweep(olderThan: number): Promise<number>;
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
