/** Encrypts secrets in the database and its backups: authenticated encryption with the server's key. */
export interface Vault {
  seal(content: Uint8Array): Uint8Array;
  /**
   * Returns the sealed text; unsealed text is returned as is.
   *
   * @throws AppError `internal` if it was sealed with another key or modified
   */
  open(stored: Uint8Array): Uint8Array;
  /** A signature of a text that only this server's key makes (HMAC-SHA-256, RFC 2104): 43 characters, URL-safe. */
  sign(text: string): string;
  /** Identifies a key without revealing it: 16 hex digits. */
  readonly fingerprint: string;
}
