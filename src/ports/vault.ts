/** Keeps what must not be readable in a database or its backup: authenticated encryption with the server's key. */
export interface Vault {
  seal(content: Uint8Array): Uint8Array;
  /**
   * What was sealed; what never was comes back as it is.
   *
   * @throws AppError `internal` when it was sealed with another key or changed
   */
  open(stored: Uint8Array): Uint8Array;
  /** Tells keys apart without telling them: 16 hex digits. */
  readonly fingerprint: string;
}
