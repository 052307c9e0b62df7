/** The runs of a site, page by page, as it is crawled. */

import { AppError, type DepictedClient } from '../client/index.ts';
import { fanOut, type FannedCapture, type FannedConfig } from '../domain/capture/fan-out.ts';
import { Channel } from './channel.ts';
import { crawl, type CrawlPorts } from './crawler/crawl.ts';
import type { CrawledPage, CrawlOptions, CrawlReport, FailedPage } from './crawler/crawl-types.ts';
import { createScope, runNameOf } from './crawler/scope.ts';
import type { OnToolEvent } from './events.ts';
import { fannedName } from './fanned-name.ts';
import type { CaptureRun } from './planned-run.ts';
import type { ReleaseTarget } from './release-outcome.ts';

export interface SiteOptions {
  crawl: CrawlOptions;
  config: FannedConfig;
  /**
   * What to do with pages of the baseline that the crawl does not find. `capture`: after a crawl of the whole site
   * they are captured anyway, so that none vanishes unnoticed; if the depth is limited, they are only counted.
   * `forget`: they are left out. `ignore`: they are not looked up.
   */
  missing: 'capture' | 'forget' | 'ignore';
}

export interface SiteParts extends Pick<CrawlPorts, 'fetch' | 'clock' | 'signal'> {
  client: DepictedClient;
  /** The release that the runs are for, once its first run has been asked for. */
  release: () => Promise<ReleaseTarget>;
  onEvent: OnToolEvent;
}

/**
 * Crawls a site and yields the runs of each page as it is found. A page whose server fails or does not answer is yielded, too:
 * the capture tries again, and the release shows the failure. A dead link (4xx) is only listed, unless the baseline has
 * an image of that page.
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
  const captures = fanOut(options.config);
  const asked = new Map<string, string>();
  const runOf = ({ runName, url }: CrawledPage, capture: FannedCapture): CaptureRun => {
    const name = fannedName(runName, capture);
    const other = asked.get(name);
    if (other !== undefined && other !== url) {
      const advice = 'Give the viewport of one another name, or capture them in two releases.';
      throw new AppError('config_invalid', `${other} and ${url} would both be named "${name}". ${advice}`);
    }
    asked.set(name, url);
    return { kind: 'capture', name, url, config: capture.config };
  };
  const sick: FailedPage[] = [];
  try {
    for await (const page of found) {
      if ('reason' in page) {
        if (!isDeadLink(page)) sick.push(page);
        continue;
      }
      for (const capture of captures) yield runOf(page, capture);
    }
    const report = await crawling;
    onReport(report);
    parts.onEvent({ type: 'crawled', report });
    if (report.pages.length === 0) return;
    for (const page of sick) {
      for (const capture of captures) yield runOf(page, capture);
    }
    if (options.missing === 'ignore') return;
    const missing = await missingPages(options, captures, asked, parts);
    if (missing.length === 0) return;
    const isForgotten = options.missing === 'forget';
    parts.onEvent({ type: 'warning', message: tellMissing(missing, report, isForgotten) });
    if (report.isWholeSite && !isForgotten)
      for (const { page, capture } of missing) yield runOf(page, capture);
  } finally {
    stop.abort(new Error('The pages are no longer needed.'));
    await crawling.catch(() => undefined);
  }
}

/** Whether the server answered that there is no such page, as opposed to a server that fails. */
export function isDeadLink({ status }: FailedPage): boolean {
  return status !== null && status >= 400 && status < 500 && status !== 429;
}

/** A page of the baseline that the crawl did not find, in one of the ways in which pages are captured. */
interface MissedPage {
  page: CrawledPage;
  capture: FannedCapture;
}

/** Pages of the baseline that belong to the crawl but were not found by it. */
async function missingPages(
  { crawl: crawlOptions }: SiteOptions,
  captures: readonly FannedCapture[],
  asked: ReadonlyMap<string, string>,
  { client, release, signal }: SiteParts,
): Promise<MissedPage[]> {
  const names = await namesNotThereYet(client, await release(), signal);
  const scope = createScope(crawlOptions);
  // A longer ending may end like a shorter one.
  const byEnding = [...captures].sort((a, b) => b.suffix.length - a.suffix.length);
  return names.flatMap((name) => {
    if (asked.has(name) || !name.startsWith('/')) return [];
    const capture = byEnding.find(({ suffix }) => name.endsWith(suffix));
    if (capture === undefined) return [];
    const runName = name.slice(0, name.length - capture.suffix.length);
    const url = scope.normalise(new URL(runName, scope.origin));
    if (url === null || runNameOf(url) !== runName) return [];
    return scope.place(url) === 'inside' && scope.isIncluded(runName)
      ? [{ page: { url, runName, depth: 0 }, capture }]
      : [];
  });
}

function tellMissing(
  missing: readonly MissedPage[],
  { isWholeSite }: CrawlReport,
  isForgotten: boolean,
): string {
  const pages = missing.length === 1 ? '1 page' : `${missing.length} pages`;
  const found = `${pages} of the baseline ${missing.length === 1 ? 'was' : 'were'} not found by the crawl, first ${missing[0]!.page.runName}`;
  if (isForgotten) return `${found}: left out, because of --forget-missing.`;
  return isWholeSite
    ? `${found}: captured anyway (use --forget-missing to leave them out).`
    : `${found}: left out, because --crawl-depth is limited. Without --subset they count as missing.`;
}

/** Names of pages that the release should have and does not have so far. */
async function namesNotThereYet(
  client: DepictedClient,
  release: ReleaseTarget,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return (await client.listMissing({ ...release, soFar: true }, { signal })).missing.map(
      ({ name }) => name,
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') {
      return newestGoodNames(client, release.buildId, signal);
    }
    throw error;
  }
}

/** The same of an older server: names of the runs in the build's newest good release; empty without one. */
async function newestGoodNames(
  client: DepictedClient,
  buildId: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { releaseName, releaseNumber } = await client.findRun({ buildId, runName: '/' }, { signal });
    return (await client.listRuns({ buildId, releaseName, releaseNumber }, { signal })).runs.name;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  }
}
