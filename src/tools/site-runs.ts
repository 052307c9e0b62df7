/** The runs of a site, page by page, while it is crawled. */

import { AppError, type DepictedClient } from '../client/index.ts';
import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import { Channel } from './channel.ts';
import { crawl, type CrawlPorts } from './crawler/crawl.ts';
import type { CrawledPage, CrawlOptions, CrawlReport, FailedPage } from './crawler/crawl-types.ts';
import { createScope, runNameOf } from './crawler/scope.ts';
import type { OnToolEvent } from './events.ts';
import type { CaptureRun } from './planned-run.ts';

export interface SiteOptions {
  crawl: CrawlOptions;
  config: CaptureConfig;
  buildId: number;
  /**
   * Ask for pages of the baseline that a crawl of the whole site does not find any more, so that none vanishes unseen.
   * Where the depth is limited they are only counted.
   */
  keepMissing: boolean;
}

export interface SiteParts extends Pick<CrawlPorts, 'fetch' | 'clock' | 'signal'> {
  client: DepictedClient;
  onEvent: OnToolEvent;
}

/**
 * Crawls a site and yields a run per page as it is found. A page that answers with an error of its server or not at all
 * is yielded too: the capture tries again, and tells of the failure in the release. A dead link (4xx) is only listed,
 * unless the baseline has an image of that page.
 *
 * @param onReport called once, when the crawl has ended
 * @throws AppError of the crawl, or the signal's reason
 */
export async function* siteRuns(
  options: SiteOptions,
  parts: SiteParts,
  onReport: (report: CrawlReport) => void,
): AsyncGenerator<CaptureRun> {
  const found = new Channel<CrawledPage | FailedPage>();
  const stop = new AbortController();
  const crawling = crawl(options.crawl, {
    fetch: parts.fetch,
    clock: parts.clock,
    signal: AbortSignal.any([parts.signal, stop.signal]),
    onPage: (page) => found.put(page),
    onFailed: (page) => found.put(page),
    onProgress: (counts) => parts.onEvent({ type: 'crawl_progress', ...counts }),
  }).finally(() => found.close());
  // It is awaited below; until then its failure must not count as unhandled.
  crawling.catch(() => undefined);
  const runOf = ({ runName, url }: CrawledPage): CaptureRun => ({
    kind: 'capture',
    name: runName,
    url,
    config: options.config,
  });
  const asked = new Set<string>();
  const sick: FailedPage[] = [];
  try {
    for await (const page of found) {
      if ('reason' in page) {
        if (!isDeadLink(page)) sick.push(page);
        continue;
      }
      asked.add(page.runName);
      yield runOf(page);
    }
    const report = await crawling;
    onReport(report);
    parts.onEvent({ type: 'crawled', report });
    if (report.pages.length === 0) return;
    for (const page of sick) {
      asked.add(page.runName);
      yield runOf(page);
    }
    if (options.keepMissing) {
      const missing = await missingPages(options, report, asked, parts);
      if (missing.length > 0) parts.onEvent({ type: 'warning', message: tellMissing(missing, report) });
      if (report.isWholeSite) for (const page of missing) yield runOf(page);
    }
  } finally {
    stop.abort(new Error('The pages are no longer needed.'));
    await crawling.catch(() => undefined);
  }
}

function isDeadLink({ status }: FailedPage): boolean {
  return status !== null && status >= 400 && status < 500 && status !== 429;
}

/** Pages of the baseline that belong to the crawl and were not found by it. */
async function missingPages(
  { crawl: crawlOptions, buildId }: SiteOptions,
  report: CrawlReport,
  asked: ReadonlySet<string>,
  { client, signal }: SiteParts,
): Promise<CrawledPage[]> {
  const names = await baselineNames(client, buildId, report.pages[0]!.runName, signal);
  const scope = createScope(crawlOptions);
  return names.flatMap((runName) => {
    if (asked.has(runName) || !runName.startsWith('/')) return [];
    const url = scope.normalise(new URL(runName, scope.origin));
    if (url === null || runNameOf(url) !== runName) return [];
    return scope.place(url) === 'inside' && scope.isIncluded(runName) ? [{ url, runName, depth: 0 }] : [];
  });
}

function tellMissing(missing: readonly CrawledPage[], { isWholeSite }: CrawlReport): string {
  const pages = missing.length === 1 ? '1 page' : `${missing.length} pages`;
  const found = `${pages} of the baseline ${missing.length === 1 ? 'was' : 'were'} not found by the crawl, first ${missing[0]!.runName}`;
  return isWholeSite
    ? `${found}: captured anyway (use --forget-missing to leave them out).`
    : `${found}: left out, because --crawl-depth is limited.`;
}

/** Names of the runs that the build's newest good release has; empty without one. */
async function baselineNames(
  client: DepictedClient,
  buildId: number,
  runName: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { releaseName, releaseNumber } = await client.findRun({ buildId, runName }, { signal });
    return (await client.listRuns({ buildId, releaseName, releaseNumber }, { signal })).runs.name;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  }
}
