import { expect, test } from 'vitest';
import { permanentFailureReasons, transientFailureReasons } from '../../domain/capture/capture.ts';
import { authFailure, navigationFailure, statusFailure } from './failures.ts';

const url = 'https://shop.test/cart';

test.each([
  ['ERR_TOO_MANY_REDIRECTS', 'too_many_redirects', 'The page keeps redirecting; stopped after 20 hops.'],
  [
    'ERR_CERT_DATE_INVALID',
    'tls_error',
    'The certificate of shop.test is not valid: it has expired or is not valid yet (net::ERR_CERT_DATE_INVALID).',
  ],
  [
    'ERR_SSL_PROTOCOL_ERROR',
    'tls_error',
    'The secure connection to shop.test failed: net::ERR_SSL_PROTOCOL_ERROR.',
  ],
  [
    'ERR_NAME_NOT_RESOLVED',
    'connection_failed',
    'shop.test could not be reached: the host name is not known.',
  ],
  [
    'ERR_CONNECTION_REFUSED',
    'connection_failed',
    'shop.test could not be reached: nothing is listening there (connection refused).',
  ],
  [
    'ERR_HTTP2_PROTOCOL_ERROR',
    'connection_failed',
    'shop.test could not be reached (net::ERR_HTTP2_PROTOCOL_ERROR).',
  ],
  [
    'ERR_UNSAFE_REDIRECT',
    'url_not_allowed',
    'The page leads to an address that may not be captured (net::ERR_UNSAFE_REDIRECT).',
  ],
  [
    'ERR_HTTP_RESPONSE_CODE_FAILURE',
    'empty_response',
    'shop.test answered without anything to show (net::ERR_HTTP_RESPONSE_CODE_FAILURE).',
  ],
])('%s is %s', (code, reason, message) => {
  expect(navigationFailure(`net::${code}`, url).failure).toEqual({ reason, message });
});

test('a file that is not there is like a page that is not there', () => {
  expect(navigationFailure('net::ERR_FILE_NOT_FOUND', 'file:///a.html').failure).toEqual({
    reason: 'http_status',
    httpStatus: 404,
    message: 'There is no file file:///a.html.',
  });
});

test('statuses and logins', () => {
  expect(statusFailure(503).failure).toEqual({
    reason: 'http_status',
    httpStatus: 503,
    message: 'The page returned status 503.',
  });
  expect(authFailure(url, false).message).toBe(
    'shop.test requires a login; set httpUserName and httpPassword.',
  );
  expect(authFailure(url, true).message).toBe(
    'shop.test refused httpUserName and httpPassword (status 401).',
  );
});

test('every network error has a reason of the contract', () => {
  const known: readonly string[] = [...transientFailureReasons, ...permanentFailureReasons, 'http_status'];
  for (const code of [
    'ERR_FAILED',
    'ERR_BLOCKED_BY_CLIENT',
    'ERR_INVALID_AUTH_CREDENTIALS',
    'ERR_ACCESS_DENIED',
    '',
  ]) {
    expect(known).toContain(navigationFailure(`net::${code}`, url).failure.reason);
  }
});
