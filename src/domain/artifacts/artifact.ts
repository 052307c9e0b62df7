/** Times are epoch milliseconds, digests lower-case hex. */

/** A stored file. */
export interface Artifact {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
  createdAt: number;
  /** The bytes of small, server-made artifacts; null if they are in the blob store. */
  content: Uint8Array | null;
}
