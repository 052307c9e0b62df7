import type { Claims } from '../domain/forges/ci-claims.ts';

export interface VerifiedToken {
  claims: Claims;
  /** Identifies it, also where its issuer gives it no id: no part that is not signed changes it. */
  digest: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Verifies tokens that CI systems sign. */
export interface CiTokens {
  /** Who issued it, as it says itself; null: it is no token. */
  issuerOf(token: string): string | null;
  /**
   * @param audience for whom it must be, exactly
   * @throws AppError `invalid_credentials` that says why | `unavailable` if the issuer's keys cannot be read
   */
  verify(token: string, expected: { issuer: string; audience: string }): Promise<VerifiedToken>;
}
