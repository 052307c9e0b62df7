import { createHash } from 'node:crypto';
import { runNameOf } from './scope.ts';

/** An address and how it was found. */
export interface Entry {
  url: string;
  runName: string;
  /** Number of links between the start and it. */
  depth: number;
  /** The page that links to it; null for the start and for pages of a sitemap. */
  foundOn: string | null;
}

/** The addresses of a crawl in the order in which they were found, each once, up to a limit. */
export class Frontier {
  readonly entries: Entry[] = [];
  /** Addresses dropped after the limit was reached, repeats included. */
  forgotten = 0;
  readonly #known = new Set<string>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Appends an address unless it is known already. */
  add(url: string, depth: number, foundOn: string | null): void {
    if (this.isKnown(url)) return;
    if (this.entries.length >= this.#maxEntries) {
      this.forgotten++;
      return;
    }
    this.remember(url);
    this.entries.push({ url, runName: runNameOf(url), depth, foundOn });
  }

  isKnown(url: string): boolean {
    return this.#known.has(keyOf(url));
  }

  remember(url: string): void {
    this.#known.add(keyOf(url));
  }

  /** Addresses from an index on. */
  urlsFrom(index: number): string[] {
    return this.entries.slice(index).map(({ url }) => url);
  }
}

/** Long addresses, which traps produce, are stored as hashes. */
function keyOf(url: string): string {
  return url.length <= 64 ? url : createHash('sha1').update(url).digest('base64');
}
