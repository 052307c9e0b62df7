import { AppError } from '../../base/errors.ts';
import type { Ids } from '../../ports/ids.ts';

/** What changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Made of the session's secret token: whoever knows it could as well send the cookie. */
export function csrfTokenOf({ ids }: { ids: Ids }, sessionToken: string): string {
  return ids.sha256(new TextEncoder().encode(`csrf ${sessionToken}`));
}

/** @throws AppError `csrf_failed` */
export function checkCsrf(
  { ids }: { ids: Ids },
  expected: string,
  sent: string | string[] | undefined,
): void {
  if (typeof sent === 'string' && ids.equal(sent, expected)) return;
  throw new AppError(
    'csrf_failed',
    'The request does not carry the token of your session (X-CSRF-Token). Load the page again.',
  );
}
