/** The crawl: breadth first, polite, bounded, and in the same order regardless of how quickly pages answer. */

import type { Clock } from '../../ports/clock.ts';
import type { CrawledPage, CrawlOptions, CrawlReport, FailedPage, SkippedAddress } from './crawl-types.ts';
import { describeCutShort } from './cut-short.ts';
import { Frontier, type Entry } from './frontier.ts';
import { Pace } from './pace.ts';
import { readPage, type PageOutcome } from './page-reader.ts';
import { everythingAllowed, readRobots, type RobotRules } from './robots.ts';
import { createScope, runNameOf, type Scope } from './scope.ts';
import { onOrigin, readSitemaps } from './sitemap.ts';
import { SiteRequests, type CrawlFetch } from './site-requests.ts';

export interface CrawlPorts {
  fetch: CrawlFetch;
  clock: Clock;
  signal: AbortSignal;
  /** Called for every page to capture, in order, during the crawl. */
  onPage?: (page: CrawledPage) => void;
  /** Called for every page that could not be read, in order. */
  onFailed?: (page: FailedPage) => void;
  /** @param counts pages read so far, and addresses that are known but not read yet */
  onProgress?: (counts: { pages: number; waiting: number }) => void;
}

/** Longer gaps in robots.txt are reduced to this. */
const longestCrawlDelaySeconds = 10;
const listedPerReason = 1_000;
/** Addresses kept per page of the limit, so that addresses that are not pages leave room for those that are. */
const addressesPerPage = 20;
const fewestAddresses = 10_000;
const mostAddresses = 500_000;

/**
 * Crawls a site from its start and reports its pages.
 *
 * @throws AppError `invalid_argument` | `url_not_allowed` | `pattern_invalid` for wrong options, `unprocessable` when
 *   robots.txt or a sitemap cannot be read, or the signal's reason
 */
export async function crawl(options: CrawlOptions, ports: CrawlPorts): Promise<CrawlReport> {
  const startedMs = ports.clock.monotonicMs();
  const work = new Crawl(options, ports);
  const over = new AbortController();
  const timer = ports.clock.sleep(options.maxMs, AbortSignal.any([over.signal, ports.signal])).then(
    () => work.timeUp.abort(new Error('The time for the crawl is over.')),
    () => undefined,
  );
  try {
    await work.run();
  } finally {
    over.abort();
    await timer;
    await work.end();
  }
  work.report.durationMs = Math.round(ports.clock.monotonicMs() - startedMs);
  return work.report;
}

function addressLimit(maxPages: number): number {
  return Math.min(mostAddresses, Math.max(fewestAddresses, maxPages * addressesPerPage));
}

class Crawl {
  readonly timeUp = new AbortController();
  readonly report: CrawlReport;
  readonly #options: CrawlOptions;
  readonly #ports: CrawlPorts;
  readonly #scope: Scope;
  readonly #frontier: Frontier;
  readonly #pace: Pace;
  readonly #requests: SiteRequests;
  /** Outcomes that arrived before their turn, by their index in the frontier. */
  readonly #outcomes = new Map<number, PageOutcome>();
  readonly #running = new Set<Promise<void>>();
  #rules: RobotRules = everythingAllowed;
  #nextToRead = 0;
  #nextToTake = 0;
  /** Being read or read but not processed yet, and possibly pages. */
  #mayBePages = 0;
  #failure: Error | null = null;

  constructor(options: CrawlOptions, ports: CrawlPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#scope = createScope(options);
    this.#frontier = new Frontier(addressLimit(options.maxPages));
    this.#pace = new Pace(ports.clock, options.requestsPerSecond);
    this.#requests = new SiteRequests(
      { ...options, origin: this.#scope.origin },
      { ...ports, pace: this.#pace, signal: AbortSignal.any([ports.signal, this.timeUp.signal]) },
    );
    this.report = {
      start: this.#scope.start,
      isWholeSite: options.crawlDepth < 0,
      linksOutside: 0,
      pagesRead: 0,
      pages: [],
      failed: [],
      skipped: [],
      skippedCounts: { not_html: 0, redirects_away: 0, robots: 0, excluded: 0, too_long: 0 },
      cutShort: null,
      notices: [],
      requests: 0,
      durationMs: 0,
    };
  }

  async run(): Promise<void> {
    try {
      await this.#prepare();
      await this.#readAll();
    } catch (error) {
      this.#ports.signal.throwIfAborted();
      if (!this.timeUp.signal.aborted) throw error;
    }
    this.#conclude();
  }

  /** Waits for requests in progress; only an interrupted crawl has any. */
  async end(): Promise<void> {
    this.timeUp.abort(new Error('The crawl is over.'));
    await Promise.all(this.#running);
  }

  async #prepare(): Promise<void> {
    const { ignoreRobots, sitemaps, currentFolder } = this.#options;
    const { origin, start } = this.#scope;
    if (!ignoreRobots) {
      this.#rules = await readRobots(origin, this.#requests);
      const delay = Math.min(this.#rules.crawlDelaySeconds ?? 0, longestCrawlDelaySeconds);
      if (delay > 0) {
        this.#pace.widen(delay * 1_000);
        this.report.notices.push(
          `robots.txt requires ${delay} s between requests (use --ignore-robots to skip the delay).`,
        );
      }
    }
    if (this.#options.isStartLeftOut !== true) this.#consider(start, 0, null);
    if (this.report.skippedCounts.robots > 0) {
      this.report.notices.push(`robots.txt forbids ${start} (use --ignore-robots to read it anyway).`);
    }
    if (sitemaps.length === 0) return;
    const { addresses, notices } = await readSitemaps(sitemaps, origin, currentFolder, this.#requests);
    this.report.notices.push(...notices, ...this.#addSitemap(addresses));
  }

  #addSitemap(addresses: readonly string[]): string[] {
    const { urls, notices } = onOrigin(addresses, this.#scope.origin);
    const before = this.#frontier.entries.length;
    for (const url of urls) {
      const address = this.#scope.normalise(url);
      if (address !== null) this.#consider(address, 0, null);
    }
    return this.#frontier.entries.length > before
      ? notices
      : [...notices, `No address of the sitemap begins with ${this.#scope.start}.`];
  }

  /** Adds an address to the frontier if it should be read. */
  #consider(address: string, depth: number, foundOn: string | null): void {
    if (this.#frontier.isKnown(address)) return;
    const place = this.#scope.place(address);
    if (place === 'outside' && depth <= 1 && address.startsWith(`${this.#scope.origin}/`)) {
      this.report.linksOutside++;
    }
    if (place === 'outside' || place === 'ignored') return;
    if (place === 'excluded' || place === 'too_long') return this.#skipOnce(address, place, '');
    if (!this.#rules.allows(address)) return this.#skipOnce(address, 'robots', 'is forbidden by robots.txt');
    this.#frontier.add(address, depth, foundOn);
  }

  #skipOnce(address: string, reason: SkippedAddress['reason'], detail: string): void {
    this.#frontier.remember(address);
    this.#skip(address, reason, detail);
  }

  #skip(url: string, reason: SkippedAddress['reason'], detail: string): void {
    this.report.skippedCounts[reason]++;
    if (this.report.skippedCounts[reason] <= listedPerReason)
      this.report.skipped.push({ url, reason, detail });
  }

  async #readAll(): Promise<void> {
    const { entries } = this.#frontier;
    while (this.#nextToTake < entries.length) {
      while (this.#mayReadOn()) this.#read(this.#nextToRead++);
      const outcome = this.#outcomes.get(this.#nextToTake);
      if (outcome !== undefined) {
        this.#outcomes.delete(this.#nextToTake);
        this.#take(entries[this.#nextToTake++]!, outcome);
        continue;
      }
      if (this.#running.size === 0) return;
      await Promise.race(this.#running);
      if (this.#failure !== null) throw this.#failure;
    }
  }

  #mayReadOn(): boolean {
    return (
      this.#nextToRead < this.#frontier.entries.length &&
      this.#running.size < this.#options.concurrency &&
      this.report.pagesRead + this.#mayBePages < this.#options.maxPages
    );
  }

  #read(index: number): void {
    const { url } = this.#frontier.entries[index]!;
    this.#mayBePages++;
    const reading = readPage(new URL(url), this.#requests, this.#options, (target) =>
      this.#whyNotFollow(target),
    )
      .then(
        (outcome) => {
          if (outcome.kind !== 'page') this.#mayBePages--;
          this.#outcomes.set(index, outcome);
        },
        (error: Error) => void (this.#failure ??= error),
      )
      .finally(() => this.#running.delete(reading)) as Promise<void>;
    this.#running.add(reading);
  }

  /** The reason, in words that follow the target's address; null when it may be followed. */
  #whyNotFollow(target: URL): string | null {
    const address = this.#scope.normalise(target);
    if (address === null) return 'which is not a web page';
    const place = this.#scope.place(address);
    if (place === 'outside') return `which does not begin with ${this.#scope.start}`;
    if (place !== 'inside') return 'which is left out';
    return this.#rules.allows(address) ? null : 'which robots.txt forbids';
  }

  /** Processes the outcome of an address, in the order of the frontier. */
  #take(entry: Entry, outcome: PageOutcome): void {
    if (outcome.kind === 'skipped') this.#skip(entry.url, outcome.reason, outcome.detail);
    else if (outcome.kind === 'failed') this.#fail(entry, outcome);
    else this.#takePage(entry, outcome);
    this.#ports.onProgress?.({
      pages: this.report.pagesRead,
      waiting: this.#frontier.entries.length - this.#nextToTake,
    });
  }

  #fail(entry: Entry, { reason, message, status }: PageOutcome & { kind: 'failed' }): void {
    const failed = { ...entry, reason, message, status };
    this.report.failed.push(failed);
    this.#ports.onFailed?.(failed);
  }

  #takePage(entry: Entry, { url, links, cut }: PageOutcome & { kind: 'page' }): void {
    this.#mayBePages--;
    const page = this.#pageAt(entry, url);
    if (page === null) return;
    this.report.pagesRead++;
    if (cut !== null) this.report.notices.push(`Not all links of ${page.url} were read: ${cut}.`);
    const { runName, depth } = page;
    if (this.#scope.isIncluded(runName)) {
      const crawled = { url: page.url, runName, depth };
      this.report.pages.push(crawled);
      this.#ports.onPage?.(crawled);
    }
    const { crawlDepth } = this.#options;
    if (crawlDepth >= 0 && depth >= crawlDepth) return;
    for (const link of links) {
      const address = this.#scope.normalise(link);
      if (address !== null) this.#consider(address, depth + 1, page.url);
    }
  }

  /** The page of an address: known by the end of its redirects; null if that is a separate page already. */
  #pageAt(entry: Entry, end: URL): Entry | null {
    const address = this.#scope.normalise(end)!;
    // A dropped query would lead somewhere else: then the requested address is the page's.
    const isWhole = new URL(address).search === end.search;
    if (address === entry.url || !isWhole) return entry;
    if (this.#frontier.isKnown(address)) return null;
    this.#frontier.remember(address);
    return { ...entry, url: address, runName: runNameOf(address) };
  }

  #conclude(): void {
    const { report } = this;
    const { maxPages, maxMs } = this.#options;
    report.requests = this.#requests.count;
    const unread = this.#frontier.urlsFrom(this.#nextToTake);
    const { forgotten } = this.#frontier;
    if (this.timeUp.signal.aborted) {
      report.cutShort = describeCutShort('max_time', `${maxMs / 1_000} s`, '--max-time', unread, forgotten);
    } else if (unread.length > 0) {
      const value = `${maxPages.toLocaleString('en-US')} ${maxPages === 1 ? 'page' : 'pages'}`;
      report.cutShort = describeCutShort('max_pages', value, '--max-pages', unread, forgotten);
    } else if (forgotten > 0) {
      const value = `${this.#frontier.entries.length.toLocaleString('en-US')} addresses`;
      report.cutShort = describeCutShort('addresses', value, '--max-pages', [], forgotten);
    }
  }
}
