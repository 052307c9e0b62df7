/** What a crawl is asked for and what it answers. */

import type { CutShort } from './cut-short.ts';
import type { PageLimits, PageOutcome } from './page-reader.ts';
import type { ScopeOptions } from './scope.ts';
import type { SiteRequestOptions } from './site-requests.ts';

export interface CrawlOptions extends ScopeOptions, PageLimits, Omit<SiteRequestOptions, 'origin'> {
  /** How many links away from the start; 0: only the start, -1: as far as they go. */
  crawlDepth: number;
  /** Pages that are read at most. */
  maxPages: number;
  maxMs: number;
  /** Requests at a time. */
  concurrency: number;
  /** null: as fast as the site answers. */
  requestsPerSecond: number | null;
  ignoreRobots: boolean;
  /** Sitemaps, as URLs or files; their pages are read as if each were a start. */
  sitemaps: readonly string[];
  /** Where the files of sitemaps are looked for. */
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
  /** Links between the start and it. */
  depth: number;
}

export interface FailedPage extends CrawledPage {
  /** The page that links to it; null for the start and for pages of a sitemap. */
  foundOn: string | null;
  reason: (PageOutcome & { kind: 'failed' })['reason'];
  message: string;
  /** HTTP status, null without an answer. */
  status: number | null;
}

export interface SkippedAddress {
  url: string;
  reason: 'not_html' | 'redirects_away' | 'robots' | 'excluded' | 'too_long';
  detail: string;
}

export interface CrawlReport {
  start: string;
  /** Whether links were to be followed as far as they go. */
  isWholeSite: boolean;
  /** Links of the start to pages of its host that do not begin with its address. */
  linksOutside: number;
  /** Pages that were read, also those that are not to be captured. */
  pagesRead: number;
  /** Pages to capture, in the order in which they were found. */
  pages: CrawledPage[];
  failed: FailedPage[];
  /** Of each reason at most the first 1,000. */
  skipped: SkippedAddress[];
  skippedCounts: Record<SkippedAddress['reason'], number>;
  /** The limit that ended it; null when the site was read to its end. */
  cutShort: CutShort | null;
  /** What a person should know, in sentences. */
  notices: string[];
  requests: number;
  durationMs: number;
}
