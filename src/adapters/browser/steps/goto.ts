import { CaptureFailed } from '../failures.ts';

/**
 * The address that a step goes to, also relative to that of the page. Only web pages lead to web pages; where the
 * network is restricted, the egress proxy decides which.
 *
 * @throws CaptureFailed `url_not_allowed`
 */
export function addressToGoTo(address: string, from: string, subject: string): string {
  const url = URL.canParse(address, from) ? new URL(address, from) : undefined;
  const allowed = from.startsWith('file:') ? ['http:', 'https:', 'file:'] : ['http:', 'https:'];
  if (url !== undefined && allowed.includes(url.protocol)) return url.href;
  const why =
    url === undefined ? 'it is not an address' : `"${url.protocol}" addresses are not allowed on this page`;
  throw new CaptureFailed('url_not_allowed', `${subject}: ${why}.`);
}
