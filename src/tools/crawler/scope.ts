/** Which addresses belong to a crawl, and what they are called. */

import { createHash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import { checkPageUrl, defaultRunName, maxNameLength, maxUrlLength } from '../../domain/names.ts';
import { compileGlobs } from './glob.ts';

export interface ScopeOptions {
  /** Where the crawl starts; every page's address begins with it, as plain text. */
  start: string;
  /** Addresses that begin with one of these are left out; one that begins with `/` is taken from the start's origin. */
  ignorePrefixes: readonly string[];
  /** Whether addresses that differ only in their query are different pages; otherwise queries are dropped. */
  keepQueryString: boolean;
  /** Globs over run names; with any, only pages that match one are wanted. All are read for links. */
  include: readonly string[];
  /** Globs over run names; pages that match are neither read nor wanted. */
  exclude: readonly string[];
}

export type Place = 'inside' | 'outside' | 'ignored' | 'excluded' | 'too_long';

export interface Scope {
  /** The normalised address of the start. */
  readonly start: string;
  readonly origin: string;
  /** What is left of an address when it names a page here: no fragment, no password, no dropped query; null unless http(s). */
  normalise(url: URL): string | null;
  /** Where a normalised address lies. */
  place(address: string): Place;
  /** Whether the page of a run name is to be captured. */
  isIncluded(runName: string): boolean;
}

/** @throws AppError `invalid_argument` | `url_not_allowed` */
export function createScope(options: ScopeOptions): Scope {
  const startUrl = checkPageUrl('The address to crawl', options.start);
  const origin = startUrl.origin;
  const start = normalise(startUrl)!;
  const ignored = options.ignorePrefixes.map((prefix) => (prefix.startsWith('/') ? origin + prefix : prefix));
  const isIncluded = options.include.length === 0 ? () => true : compileGlobs('--include', options.include);
  const isExcluded = compileGlobs('--exclude', options.exclude);

  function normalise(url: URL): string | null {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    const address = new URL(url);
    // Pages of one host link to each other with either scheme; they are one site.
    if (address.host === startUrl.host) address.protocol = startUrl.protocol;
    address.hash = address.username = address.password = '';
    if (!options.keepQueryString || address.search === '') address.search = '';
    return address.href;
  }

  return {
    start,
    origin,
    normalise,
    place: (address) => {
      if (!address.startsWith(start)) return 'outside';
      if (address.length > maxUrlLength) return 'too_long';
      if (ignored.some((prefix) => address.startsWith(prefix))) return 'ignored';
      return isExcluded(runNameOf(address)) ? 'excluded' : 'inside';
    },
    isIncluded,
  };
}

/**
 * The run name of a page: its path plus query. One that is longer than a name may be ends in a hash of the whole, so it
 * is the same in every release.
 *
 * @throws AppError `invalid_argument` when it is no URL
 */
export function runNameOf(address: string): string {
  const url = URL.parse(address);
  if (url === null) throw new AppError('invalid_argument', `"${address.slice(0, 200)}" is not a URL.`);
  const name = defaultRunName(url);
  if (name.length <= maxNameLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, maxNameLength - hash.length - 1)}~${hash}`;
}
