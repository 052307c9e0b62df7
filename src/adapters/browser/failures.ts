import { countParts, type Failure, type FailureReason } from '../../domain/capture/capture.ts';
import type { EgressProblem } from '../../ports/egress.ts';
import { ProtocolError } from './cdp-connection.ts';
import type { Incomplete } from './missing-parts.ts';

/** Ends a capture with a reason; caught where the outcome is made and never exposed. */
export class CaptureFailed extends Error {
  override readonly name = 'CaptureFailed';
  readonly failure: Failure;
  /** With `page_incomplete`: what is missing. */
  incomplete?: Incomplete;
  /** With a step that failed: what the window showed. */
  image?: Uint8Array | undefined;

  constructor(reason: FailureReason, message: string, httpStatus?: number) {
    super(message);
    this.failure = { reason, message, ...(httpStatus === undefined ? {} : { httpStatus }) };
  }
}

/** The browser fails at something that every capture needs before its page can load. Another browser may not. */
export class BrowserUnfit extends Error {
  override readonly name = 'BrowserUnfit';
}

/** A browser that refuses a command that every capture needs is unfit. @throws BrowserUnfit */
export async function unfitIfRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProtocolError) throw new BrowserUnfit(error.message, { cause: error });
    throw error;
  }
}

const certificateProblems: Record<string, string> = {
  ERR_CERT_DATE_INVALID: 'it has expired or is not valid yet',
  ERR_CERT_COMMON_NAME_INVALID: 'it is for another host name',
  ERR_CERT_AUTHORITY_INVALID: 'its issuer is not trusted (self-signed?)',
  ERR_CERT_REVOKED: 'it was revoked',
  ERR_CERT_WEAK_KEY: 'its key is too weak',
};

const connectionProblems: Record<string, string> = {
  ERR_NAME_NOT_RESOLVED: 'the host name is not known',
  ERR_CONNECTION_REFUSED: 'nothing is listening there (connection refused)',
  ERR_CONNECTION_RESET: 'the connection was reset',
  ERR_CONNECTION_CLOSED: 'the server closed the connection',
  ERR_CONNECTION_TIMED_OUT: 'the connection timed out',
  ERR_ADDRESS_UNREACHABLE: 'the address cannot be reached',
  ERR_CONTENT_LENGTH_MISMATCH: 'fewer bytes arrived than the server had announced',
  ERR_INCOMPLETE_CHUNKED_ENCODING: 'the connection ended before the last part',
  ERR_INVALID_CHUNKED_ENCODING: 'the server sent malformed chunks',
  ERR_CONTENT_DECODING_FAILED: 'its compressed data is damaged',
  ERR_EMPTY_RESPONSE: 'the server closed the connection without an answer',
  ERR_INTERNET_DISCONNECTED: 'there is no network',
  ERR_TIMED_OUT: 'it took too long',
};

/** Chromium's errors for a proxy that denies access. */
const closedWays = /^ERR_(TUNNEL_CONNECTION_FAILED|EMPTY_RESPONSE|CONNECTION_(RESET|CLOSED))$/;

/**
 * The failure that a network error of the main document means.
 *
 * @param errorText Chromium's `net::ERR_…`
 * @param problem what the proxy knows about denied access
 */
export function navigationFailure(errorText: string, url: string, problem?: EgressProblem): CaptureFailed {
  const code = errorText.replace(/^net::/, '');
  if (problem !== undefined && closedWays.test(code)) {
    return problem.kind === 'blocked'
      ? new CaptureFailed('egress_blocked', problem.message)
      : new CaptureFailed('connection_failed', problem.message);
  }
  const host = hostOf(url);
  if (code === 'ERR_TOO_MANY_REDIRECTS') {
    return new CaptureFailed('too_many_redirects', 'The page keeps redirecting; stopped after 20 hops.');
  }
  if (/^ERR_(CERT|SSL|BAD_SSL|TLS)_/.test(code)) {
    const why = certificateProblems[code];
    return new CaptureFailed(
      'tls_error',
      why === undefined
        ? `The secure connection to ${host} failed: net::${code}.`
        : `The certificate of ${host} is not valid: ${why} (net::${code}).`,
    );
  }
  if (code === 'ERR_FILE_NOT_FOUND') return new CaptureFailed('http_status', `There is no file ${url}.`, 404);
  if (code === 'ERR_ACCESS_DENIED') {
    return new CaptureFailed('http_status', `The file ${url} may not be read by the browser.`, 403);
  }
  if (/^ERR_(UNSAFE_REDIRECT|DISALLOWED_URL_SCHEME|UNKNOWN_URL_SCHEME|INVALID_URL|UNSAFE_PORT)$/.test(code)) {
    return new CaptureFailed(
      'url_not_allowed',
      `The page leads to an address that may not be captured (net::${code}).`,
    );
  }
  if (/^ERR_(BLOCKED_BY|NETWORK_ACCESS_DENIED)/.test(code)) {
    return new CaptureFailed('url_not_allowed', `The address ${url} is blocked (net::${code}).`);
  }
  if (/^ERR_(INVALID_AUTH_CREDENTIALS|MISSING_AUTH_CREDENTIALS|UNSUPPORTED_AUTH_SCHEME)/.test(code)) {
    return new CaptureFailed(
      'http_auth_required',
      `${host} requires a login that this capture cannot provide (net::${code}).`,
    );
  }
  if (code === 'ERR_HTTP_RESPONSE_CODE_FAILURE' || code === 'ERR_INVALID_RESPONSE') {
    return new CaptureFailed('empty_response', `${host} answered without anything to show (net::${code}).`);
  }
  const why = connectionProblems[code];
  return new CaptureFailed(
    'connection_failed',
    why === undefined
      ? `${host} could not be reached (net::${code}).`
      : `${host} could not be reached: ${why}.`,
  );
}

/**
 * The failure of a document that began to arrive and broke off: what the browser shows is not the page.
 *
 * @param errorText Chromium's `net::ERR_…`
 */
export function brokenOffFailure(errorText: string, url: string): CaptureFailed {
  const code = errorText.replace(/^net::/, '') || 'ERR_FAILED';
  const why = connectionProblems[code];
  const problem = why === undefined ? `net::${code}` : `${why} (net::${code})`;
  return new CaptureFailed('connection_failed', `The page from ${hostOf(url)} was cut short: ${problem}.`);
}

export function statusFailure(status: number): CaptureFailed {
  return new CaptureFailed('http_status', `The page returned status ${status}.`, status);
}

export function authFailure(url: string, hadCredentials: boolean): CaptureFailed {
  return new CaptureFailed(
    'http_auth_required',
    hadCredentials
      ? `${hostOf(url)} refused httpUserName and httpPassword (status 401).`
      : `${hostOf(url)} requires a login; set httpUserName and httpPassword.`,
  );
}

/** The failure of an incomplete page with `failOnIncomplete`. */
export function incompleteFailure(incomplete: Incomplete): CaptureFailed {
  const [first] = incomplete.parts;
  const one = incomplete.count === 1;
  const failure = new CaptureFailed(
    'page_incomplete',
    `${countParts(incomplete.count)} did not load (failOnIncomplete)${first === undefined ? '' : `${one ? '' : ', first'}: ${first.url} (${first.why})`}.`,
  );
  failure.incomplete = incomplete;
  return failure;
}

export function downloadFailure(what: string): CaptureFailed {
  return new CaptureFailed('page_is_a_download', `The address leads to a download, not to a page: ${what}.`);
}

export function hostOf(url: string): string {
  try {
    return new URL(url).host || url;
  } catch {
    return url;
  }
}

/** @param status Chromium's word for how the page crashed */
export function crashFailure(status: string): CaptureFailed {
  return status === 'oom'
    ? new CaptureFailed('page_out_of_memory', 'The browser ran out of memory on this page.')
    : new CaptureFailed('page_crashed', `The page crashed in the browser (${status}).`);
}
