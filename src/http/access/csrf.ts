import { AppError } from '../../base/errors.ts';
import type { Ids } from '../../ports/ids.ts';

/** Safe methods (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Derived from the session's secret token. */
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
    "The request lacks your session's token (X-CSRF-Token). Reload the page.",
  );
}
