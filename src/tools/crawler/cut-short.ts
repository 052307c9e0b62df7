/** Why a crawl ended before the site did, in words that help to find the trap. */

export type CrawlLimit = 'max_pages' | 'max_time' | 'addresses';

export interface CutShort {
  limit: CrawlLimit;
  /** Addresses that were known and not read. */
  unread: number;
  /** One sentence with the limit, its value and what most of the unread addresses look like. */
  message: string;
}

/** A shape must be this much of the unread addresses, and this many, to be named. */
const namedShare = 0.3;
const namedCount = 20;
const addressesLookedAt = 5_000;

/**
 * @param value of the limit, e.g. `1,000 pages`
 * @param flag that raises it
 * @param unread known addresses that were not read
 */
export function describeCutShort(
  limit: CrawlLimit,
  value: string,
  flag: string,
  unread: readonly string[],
  forgotten: number,
): CutShort {
  const count = unread.length + forgotten;
  const known =
    count === 0
      ? 'More may exist.'
      : `${count.toLocaleString('en-US')} more ${count === 1 ? 'address was' : 'addresses were'} known.`;
  const shape = commonShape(unread);
  const hint =
    shape === null
      ? ''
      : ` Many look like ${shape}: if this is a crawler trap (a calendar, a session ID, an endless path), use --exclude.`;
  return {
    limit,
    unread: count,
    message: `The crawl stopped at its limit of ${value} (${flag}). ${known}${hint}`,
  };
}

/** What many addresses have in common: their path with numbers and ids replaced, repeated parts folded; or null. */
export function commonShape(addresses: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const address of addresses.slice(0, addressesLookedAt)) {
    const shape = shapeOf(address);
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  const [shape, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0]);
  const looked = Math.min(addresses.length, addressesLookedAt);
  return count >= namedCount && count >= looked * namedShare ? shape : null;
}

function shapeOf(address: string): string {
  const { pathname, search } = new URL(address);
  const parts = pathname.split('/').map((part) => {
    if (part.length >= 16 && /\d/.test(part)) return '<id>';
    return part.replace(/\d+/g, '<n>');
  });
  const folded = parts.filter(
    (part, index) => part === '' || parts.indexOf(part) === index || part.includes('<'),
  );
  const path = folded.length < parts.length ? `${folded.join('/')}/…` : parts.join('/');
  return search === '' ? path : `${path}?…`;
}
