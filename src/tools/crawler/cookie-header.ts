import type { Cookie } from '../../domain/capture/capture-config.ts';

/**
 * The Cookie header for a request, as a browser with these cookies would send it; null without any.
 *
 * @param defaultDomain host of cookies that name none
 * @param now epoch milliseconds
 */
export function cookieHeader(
  cookies: readonly Cookie[],
  url: URL,
  defaultDomain: string,
  now: number,
): string | null {
  const sent = cookies.filter(
    (cookie) =>
      matchesDomain(url.hostname, cookie.domain ?? defaultDomain) &&
      matchesPath(url.pathname, cookie.path ?? '/') &&
      (cookie.secure !== true || url.protocol === 'https:') &&
      !isExpired(cookie, now),
  );
  return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
}

function matchesDomain(host: string, domain: string): boolean {
  const wanted = domain.replace(/^\./, '').toLowerCase();
  return host === wanted || host.endsWith(`.${wanted}`);
}

function matchesPath(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

function isExpired({ expires, expiry }: Cookie, now: number): boolean {
  const end = expires ?? expiry;
  if (end === undefined) return false;
  const endMs = typeof end === 'number' ? end * 1_000 : Date.parse(end);
  // -1, as browsers export it, is a cookie of the session.
  return endMs >= 0 && endMs <= now;
}
