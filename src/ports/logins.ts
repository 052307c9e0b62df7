import type { LoginProblem, LoginProvider } from '../domain/people/login-rules.ts';

/** Request headers in, cookies out. */
export interface LoginAnswer {
  /** Values of `Set-Cookie`. */
  cookies: string[];
}

/** Origin of the request, for the list of sessions. */
export interface LoginOrigin {
  address: string;
  userAgent: string | null;
}

/**
 * Authenticates people by password or through a provider. Sessions are stored under the hash of
 * their token.
 */
export interface Logins {
  readonly hasPasswords: boolean;
  readonly providers: readonly LoginProvider[];
  /** The token in a `Cookie` header, or null. */
  tokenOf(cookieHeader: string | undefined): string | null;
  /** @throws AppError `invalid_credentials`, with the same sentence for every reason */
  signIn(of: { email: string; password: string }, from: LoginOrigin): Promise<LoginAnswer>;
  /** Cookies that clear the session's. */
  forget(): string[];
  /** Hashes with salted scrypt, one at a time. @throws AppError `unavailable` when too many wait */
  hashPassword(password: string): Promise<string>;
  /**
   * Checks the old password and sets another one for the person behind the cookies; all their sessions end but a new one.
   *
   * @throws AppError `invalid_credentials` | `unavailable`
   */
  changePassword(
    cookieHeader: string,
    of: { oldPassword: string; password: string },
    from: LoginOrigin,
  ): Promise<LoginAnswer>;
  /** Mails a link to set a new password, if there is such a person; never says whether. */
  requestReset(email: string): Promise<void>;
  /** Works once per token; ends all sessions of the person. @throws AppError `invalid_argument` */
  resetPassword(token: string, password: string): Promise<void>;
  /** @returns where to send the browser. @throws AppError `not_found` | `unavailable` */
  startProvider(provider: string, next: string): Promise<LoginAnswer & { url: string }>;
  /** Reads a provider's answer. */
  finishProvider(
    provider: string,
    query: string,
    cookieHeader: string | undefined,
    from: LoginOrigin,
  ): Promise<ProviderOutcome>;
}

export type ProviderOutcome = LoginAnswer &
  (
    | { next: string }
    /** `link`: with `link_needs_password`, the token that `acceptLink` takes. */
    | { problem: LoginProblem; link?: string }
  );
