import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../base/errors.ts';
import { isSafe } from './csrf.ts';

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface OriginRules {
  /** `off`: every caller is a superuser, so only this machine is accepted, and only the server's own pages. */
  authentication: 'on' | 'off';
  /** The server's public address. */
  publicUrl: string;
}

/**
 * Refuses browser requests caused by other sites. Programs send neither Origin nor Sec-Fetch-Site and pass.
 *
 * @throws AppError `forbidden`, and `csrf_failed` for changing requests
 */
export function checkOrigin(
  rules: OriginRules,
  request: { method: string; path: string; headers: IncomingHttpHeaders },
): void {
  const { headers } = request;
  const host = headers.host ?? '';
  const foreign = isSafe(request.method) ? 'forbidden' : 'csrf_failed';
  if (rules.authentication === 'off' && !localHosts.has(hostNameOf(host))) {
    throw new AppError(
      'forbidden',
      'This server needs no login, so it accepts only the hosts localhost, 127.0.0.1 and [::1]; the Host header names another one.',
    );
  }
  // Browsers also send Origin for a page's own scripts; those files are public and useless to other sites.
  const isOwnFile = request.method === 'GET' && request.path.startsWith('/static/');
  if (headers.origin !== undefined && !isOwnFile && !ownOrigins(rules, host).has(headers.origin)) {
    throw new AppError(foreign, 'Requests from pages of other sites are refused (Origin).');
  }
  if (headers['sec-fetch-site'] === 'cross-site' && !isNavigation(request)) {
    throw new AppError(foreign, 'Requests from pages of other sites are refused (Sec-Fetch-Site).');
  }
}

/** Navigation from a mail, a CI log or a sign-in provider, which exposes nothing to the other site. */
function isNavigation(request: { method: string; path: string; headers: IncomingHttpHeaders }): boolean {
  return (
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document' &&
    (!request.path.startsWith('/api/') || request.path.startsWith('/api/auth/callback/'))
  );
}

function ownOrigins(rules: OriginRules, host: string): Set<string> {
  const own = new Set<string>();
  const publicOrigin = URL.parse(rules.publicUrl)?.origin;
  if (publicOrigin !== undefined) own.add(publicOrigin);
  if (rules.authentication === 'off') own.add(`http://${host}`);
  return own;
}

function hostNameOf(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}
