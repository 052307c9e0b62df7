/** The core's source of randomness and digests. */
export interface Ids {
  /** A fresh id of 128 random bits, URL-safe. */
  id(): string;
  /** A fresh secret of 256 random bits, URL-safe. */
  secret(): string;
  /** A number in [0, 1). */
  random(): number;
  /** Lower-case hex. */
  sha1(content: Uint8Array): string;
  sha256(content: Uint8Array): string;
  /** Compares in constant time. */
  equal(a: string, b: string): boolean;
}
