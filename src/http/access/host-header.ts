import type { IncomingMessage } from 'node:http';
import { AppError } from '../../base/errors.ts';

/** A name or an address with or without a port; empty where a target has no host. */
const hostPattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~-]*)(?::\d{0,5})?$/i;

/**
 * Refuses what a proxy and this server could read in two ways: more than one host, or a text that is none.
 *
 * @throws AppError `invalid_argument`
 */
export function checkHost({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): void {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && /^host$/i.test(rawHeaders[index - 1]!));
  if (hosts.length <= 1 && hosts.every((host) => hostPattern.test(host.trim()))) return;
  throw new AppError('invalid_argument', 'A request has one Host header that names one host.', {
    details: { parameter: 'Host' },
  });
}
