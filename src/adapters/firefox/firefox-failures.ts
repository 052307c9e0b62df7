import type { EgressProblem } from '../../ports/egress.ts';
import { CaptureFailed, navigationFailure } from '../browser/failures.ts';

/** Firefox's words for what goes wrong with a request (`NS_ERROR_…`) or that its error page has, and Chromium's for the same. */
const sameAs: Record<string, string> = {
  NS_ERROR_UNKNOWN_HOST: 'ERR_NAME_NOT_RESOLVED',
  dnsNotFound: 'ERR_NAME_NOT_RESOLVED',
  NS_ERROR_CONNECTION_REFUSED: 'ERR_CONNECTION_REFUSED',
  connectionFailure: 'ERR_CONNECTION_REFUSED',
  NS_ERROR_NET_RESET: 'ERR_CONNECTION_RESET',
  netReset: 'ERR_CONNECTION_RESET',
  NS_ERROR_NET_INTERRUPT: 'ERR_CONNECTION_CLOSED',
  netInterrupt: 'ERR_CONNECTION_CLOSED',
  NS_ERROR_NET_TIMEOUT: 'ERR_CONNECTION_TIMED_OUT',
  netTimeout: 'ERR_CONNECTION_TIMED_OUT',
  NS_ERROR_NET_EMPTY_RESPONSE: 'ERR_EMPTY_RESPONSE',
  NS_ERROR_NET_PARTIAL_TRANSFER: 'ERR_CONTENT_LENGTH_MISMATCH',
  NS_ERROR_INVALID_CONTENT_ENCODING: 'ERR_CONTENT_DECODING_FAILED',
  contentEncodingError: 'ERR_CONTENT_DECODING_FAILED',
  NS_ERROR_OFFLINE: 'ERR_INTERNET_DISCONNECTED',
  NS_ERROR_REDIRECT_LOOP: 'ERR_TOO_MANY_REDIRECTS',
  redirectLoop: 'ERR_TOO_MANY_REDIRECTS',
  NS_ERROR_FILE_NOT_FOUND: 'ERR_FILE_NOT_FOUND',
  fileNotFound: 'ERR_FILE_NOT_FOUND',
  NS_ERROR_FILE_ACCESS_DENIED: 'ERR_ACCESS_DENIED',
  fileAccessDenied: 'ERR_ACCESS_DENIED',
  NS_ERROR_PORT_ACCESS_NOT_ALLOWED: 'ERR_UNSAFE_PORT',
  deniedPortAccess: 'ERR_UNSAFE_PORT',
  NS_ERROR_UNKNOWN_PROTOCOL: 'ERR_UNKNOWN_URL_SCHEME',
  unknownProtocolFound: 'ERR_UNKNOWN_URL_SCHEME',
  NS_ERROR_MALFORMED_URI: 'ERR_INVALID_URL',
  malformedURI: 'ERR_INVALID_URL',
  NS_ERROR_DOM_BAD_URI: 'ERR_UNSAFE_REDIRECT',
  NS_ERROR_PROXY_BAD_GATEWAY: 'ERR_TUNNEL_CONNECTION_FAILED',
  NS_ERROR_PROXY_FORBIDDEN: 'ERR_TUNNEL_CONNECTION_FAILED',
  NS_ERROR_PROXY_CONNECTION_REFUSED: 'ERR_TUNNEL_CONNECTION_FAILED',
  NS_ERROR_PROXY_GATEWAY_TIMEOUT: 'ERR_TUNNEL_CONNECTION_FAILED',
  proxyConnectFailure: 'ERR_TUNNEL_CONNECTION_FAILED',
  SEC_ERROR_UNKNOWN_ISSUER: 'ERR_CERT_AUTHORITY_INVALID',
  MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT: 'ERR_CERT_AUTHORITY_INVALID',
  SEC_ERROR_UNTRUSTED_ISSUER: 'ERR_CERT_AUTHORITY_INVALID',
  SEC_ERROR_EXPIRED_CERTIFICATE: 'ERR_CERT_DATE_INVALID',
  MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE: 'ERR_CERT_DATE_INVALID',
  SSL_ERROR_BAD_CERT_DOMAIN: 'ERR_CERT_COMMON_NAME_INVALID',
  SEC_ERROR_REVOKED_CERTIFICATE: 'ERR_CERT_REVOKED',
};

/** A word of Firefox's for an error of the secure connection that has no equal above. */
const ofSecureConnection = /^((SEC|SSL|MOZILLA_PKIX)_ERROR_|nss)/;

/**
 * The failure that an error of the main document means, in Chromium's reasons.
 *
 * @param text Firefox's
 * @param problem what the proxy knows about denied access
 */
export function firefoxFailure(text: string, url: string, problem: EgressProblem | undefined): CaptureFailed {
  const word = wordOf(text);
  const code = sameAs[word] ?? (ofSecureConnection.test(word) ? 'ERR_SSL_PROTOCOL_ERROR' : word);
  // Firefox has no special word for a proxy that ends a connection.
  const { reason, message, httpStatus } = navigationFailure(
    `net::${problem === undefined ? code : 'ERR_TUNNEL_CONNECTION_FAILED'}`,
    url,
    problem,
  ).failure;
  return new CaptureFailed(reason, message.replaceAll(`net::${code}`, word), httpStatus);
}

/** The word that says most in what Firefox says of an error: the security library's, if there is one. */
export function wordOf(text: string): string {
  const word =
    /\b(?:SEC|SSL|MOZILLA_PKIX)_ERROR_\w+/.exec(text) ?? /\bNS_\w+/.exec(text) ?? /\S+(?=\s*$)/.exec(text);
  return word?.[0] ?? 'unknown error';
}

/** What Firefox's error page says in its address: `about:neterror?e=dnsNotFound&u=…`; null for any other page. */
export function errorPageOf(address: string): { word: string; url: string } | null {
  if (!/^about:(net|cert|http)error\?/.test(address)) return null;
  const parameters = new URLSearchParams(address.slice(address.indexOf('?') + 1));
  return { word: parameters.get('e') ?? 'unknown error', url: parameters.get('u') ?? '' };
}
