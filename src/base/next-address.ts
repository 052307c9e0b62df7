/**
 * The redirect target after signing in: an address of this site, or `/`. Parsed as browsers do, so that `//evil`,
 * `/\evil`, tabs and schemes cannot lead to another site.
 *
 * @param next from the address of the login page
 * @param origin of this site, such as `https://dpxdt.example.org`
 * @returns path, query and fragment, beginning with a single slash
 */
export function nextAddress(next: string | null | undefined, origin: string): string {
  if (next === null || next === undefined || !next.startsWith('/')) return '/';
  const url = URL.parse(next, origin);
  if (url === null || url.origin !== new URL(origin).origin) return '/';
  const address = url.pathname + url.search + url.hash;
  const leavesSite = !/^\/(?![/\\])/.test(address) || URL.parse(address, origin)?.origin !== url.origin;
  const isLogin = /^\/(login|logout)(\/|$)/.test(url.pathname);
  return leavesSite || isLogin ? '/' : address;
}
