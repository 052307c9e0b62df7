/** The options and the report of a crawl. */

import type { CutShort } from './cut-short.ts';
import type { PageLimits, PageOutcome } from './page-reader.ts';
import type { ScopeOptions } from './scope.ts';
import type { SiteRequestOptions } from './site-requests.ts';

export interface CrawlOptions extends ScopeOptions, PageLimits, Omit<SiteRequestOptions, 'origin'> {
  /** Maximum number of links from the start; 0: only the start, -1: no limit. */
  crawlDepth: number;
  /** Maximum number of pages to read. */
  maxPages: number;
  maxMs: number;
  /** Concurrent requests. */
  concurrency: number;
  /** null: no limit. */
  requestsPerSecond: number | null;
  ignoreRobots: boolean;
  /** Sitemaps, as URLs or files; their pages are read like start pages. */
  sitemaps: readonly string[];
  /** Whether the start only says which addresses belong to the crawl, and is no page itself; for sitemaps. */
  isStartLeftOut?: boolean;
  /** Base folder of sitemap files. */
  currentFolder: string;
}

export const crawlDefaults = {
  crawlDepth: -1,
  maxPages: 1_000,
  maxMs: 600_000,
  concurrency: 4,
  requestsPerSecond: 10,
  timeoutMs: 30_000,
  pageBytes: 10 * 2 ** 20,
  linksPerPage: 10_000,
} as const satisfies Partial<CrawlOptions>;

export interface CrawledPage {
  url: string;
  runName: string;
  /** Number of links between the start and it. */
  depth: number;
}

export interface FailedPage extends CrawledPage {
  /** The page that links to it; null for the start and for pages of a sitemap. */
  foundOn: string | null;
  reason: (PageOutcome & { kind: 'failed' })['reason'];
  message: string;
  /** HTTP status; null without an answer. */
  status: number | null;
}

export interface SkippedAddress {
  url: string;
  reason: 'not_html' | 'redirects_away' | 'robots' | 'excluded' | 'too_long';
  detail: string;
}

export interface CrawlReport {
  start: string;
  /** Whether the depth was unlimited. */
  isWholeSite: boolean;
  /** Links of the start page to pages of its host whose addresses do not start with the start address. */
  linksOutside: number;
  /** Pages that were read, including those that are not captured. */
  pagesRead: number;
  /** Pages to capture, in the order in which they were found. */
  pages: CrawledPage[];
  failed: FailedPage[];
  /** At most the first 1,000 per reason. */
  skipped: SkippedAddress[];
  skippedCounts: Record<SkippedAddress['reason'], number>;
  /** The limit that ended it; null when the whole site was read. */
  cutShort: CutShort | null;
  /** Notices for people, in sentences. */
  notices: string[];
  requests: number;
  durationMs: number;
}
