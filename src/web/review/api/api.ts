import { OperationClient } from '../../../client/methods.ts';
import type { FetchInit } from '../../../client/transport.ts';
import { reviewerHeaders } from './reviewer.ts';
import { reportConnection } from './connection.ts';
import { sessionCredentials } from './session-credentials.ts';

export type { Answer, Parameters } from '../../../client/methods.ts';

/** With the delays between them 1.5 s in all: longer problems are shown. */
const maxAttempts = 4;
/** Longer waits are reported to the user instead of waited out silently. */
const maxAskedWaitMs = 5_000;

/**
 * The API as the person who is signed in may use it: one method per operation. Lists with an ETag are sent again only
 * when they changed: the browser's cache does that.
 *
 * @throws AppError, or the signal's reason
 */
export const api = new OperationClient({
  server: window.location.origin,
  credentials: sessionCredentials(readCsrfToken, reviewerHeaders),
  maxAttempts,
  maxAskedWaitMs,
  fetch: watchedFetch,
});

async function readCsrfToken(): Promise<string | null> {
  return (await api.describeSession()).csrfToken;
}

async function watchedFetch(url: string, init: FetchInit): Promise<Response> {
  const isQuestion = init.headers['accept'] === 'application/json';
  try {
    const response = await fetch(url, {
      ...init,
      credentials: 'same-origin',
      ...(isQuestion && { cache: 'no-cache' }),
    });
    reportConnection(true);
    return response;
  } catch (error) {
    const { signal } = init;
    const isLate = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
    const isLeft = signal.aborted && !isLate;
    if (!isLeft) reportConnection(false);
    throw error;
  }
}
