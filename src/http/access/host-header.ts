import type { IncomingMessage } from 'node:http';
import { AppError } from '../../base/errors.ts';

/** A name or an address, optionally with a port; empty if the target has no host. */
const hostPattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~-]*)(?::\d{0,5})?$/i;

/**
 * Refuses Host headers that a proxy and this server could read differently: several hosts, or an invalid one.
 *
 * @throws AppError `invalid_argument`
 */
export function checkHost({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): void {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && /^host$/i.test(rawHeaders[index - 1]!));
  if (hosts.length <= 1 && hosts.every((host) => hostPattern.test(host.trim()))) return;
  throw new AppError('invalid_argument', 'A request must have exactly one Host header with one host.', {
    details: { parameter: 'Host' },
  });
}
