import type { LoginProblem, LoginProvider } from '../domain/people/login-rules.ts';

/** What asks and answers: headers as they came, cookies to be set. */
export interface LoginAnswer {
  /** Values of `Set-Cookie`. */
  cookies: string[];
}

/** Where the request comes from, for the list of sessions. */
export interface LoginOrigin {
  address: string;
  userAgent: string | null;
}

/**
 * Proves who people are: passwords, and providers that vouch for them. Sessions that it opens are found by the hash of
 * their token in the store.
 */
export interface Logins {
  readonly hasPasswords: boolean;
  readonly providers: readonly LoginProvider[];
  /** The token in a `Cookie` header, or null. */
  tokenOf(cookieHeader: string | undefined): string | null;
  /** @throws AppError `invalid_credentials`, one sentence for every reason */
  signIn(of: { email: string; password: string }, from: LoginOrigin): Promise<LoginAnswer>;
  /** Cookies that take the session's away. */
  forget(): string[];
  /** scrypt, with its salt; in turn. @throws AppError `unavailable` when too many wait */
  hashPassword(password: string): Promise<string>;
  /** Mails a link to set a new password, if there is such a person; never says whether. */
  requestReset(email: string): Promise<void>;
  /** Once per token; ends every session of the person. @throws AppError `invalid_argument` */
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
