import { systemClock } from '../../compose/clock.ts';
import { snakeKeys } from '../../contract/letter-case.ts';
import type { FannedConfig } from '../../domain/capture/fan-out.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { crawlToJson } from '../../tools/crawler/crawl-json.ts';
import { crawl } from '../../tools/crawler/crawl.ts';
import { crawlDefaults, type CrawlOptions, type CrawlReport } from '../../tools/crawler/crawl-types.ts';
import { explainEmptyCrawl, hasOnlyFailures, warnAboutCrawl } from '../../tools/crawler/describe-crawl.ts';
import { createScope } from '../../tools/crawler/scope.ts';
import { siteRuns } from '../../tools/site-runs.ts';
import type { CaptureOptions } from '../options/capture-flags.ts';
import { readCaptureOptions } from '../options/capture-options.ts';
import type { CommandContext } from '../terminal/context.ts';
import { readNumber } from '../options/read-number.ts';
import { printable } from '../terminal/terminal.ts';
import { runReleaseTool } from './run-release-tool.ts';

export interface CrawlFlags {
  crawlDepth?: string;
  ignorePrefixes?: string;
  keepQueryString?: boolean;
  include?: string[];
  exclude?: string[];
  sitemap?: string[];
  ignoreRobots?: boolean;
  maxPages?: string;
  maxTime?: string;
  concurrency?: string;
  rate?: string;
}

export interface SiteDiffOptions extends CrawlFlags, CaptureOptions {
  forgetMissing?: boolean;
  listPages?: boolean;
}

/** `dpxdt site-diff`: every page of a site, found by following its links. */
export async function siteDiffCommand(
  context: CommandContext,
  start: string,
  options: SiteDiffOptions,
): Promise<ExitStatus> {
  const config = await readCaptureOptions(options, context.currentFolder);
  const crawlOptions = readCrawlFlags(context, start, options, config);
  if (options.listPages === true) return listPages(context, crawlOptions);
  const url = createScope(crawlOptions).start;
  const isForgetful = options.forgetMissing === true;
  let report: CrawlReport | null = null;
  return runReleaseTool(context, {
    name: 'site-diff',
    url,
    isSubset: isForgetful,
    runs: (flow) =>
      siteRuns(
        { crawl: crawlOptions, config, missing: isForgetful ? 'forget' : 'capture' },
        { ...flow, fetch: (address, init) => fetch(address, init) },
        (ended) => (report = ended),
      ),
    crawl: () => report,
  });
}

/** Crawls and prints the pages to capture; needs no server. */
async function listPages(context: CommandContext, options: CrawlOptions): Promise<ExitStatus> {
  const { terminal, json, signal } = context;
  const report = await crawl(options, {
    fetch: (address, init) => fetch(address, init),
    clock: systemClock,
    signal,
    onProgress: ({ pages, waiting }) =>
      terminal.footer(`${pages} pages found, ${waiting} addresses left to read`),
  });
  terminal.footer(null);
  for (const message of warnAboutCrawl(report)) {
    terminal.complain(`${terminal.colors.yellow('Warning:')} ${printable(message)}`);
  }
  if (json) {
    const pages = report.pages.map(({ runName, url, depth }) => ({ runName, url, depth }));
    terminal.data(`${JSON.stringify(snakeKeys({ ...crawlToJson(report), pages }), null, 2)}\n`);
  } else {
    for (const { runName } of report.pages) terminal.data(`${printable(runName)}\n`);
  }
  if (report.pages.length > 0) return exitStatus.ok;
  terminal.complain(printable(explainEmptyCrawl(report)!));
  return hasOnlyFailures(report) ? exitStatus.failed : exitStatus.nothingCompared;
}

/** @throws AppError `invalid_argument` that names the flag */
export function readCrawlFlags(
  { currentFolder, toolVersion }: CommandContext,
  start: string,
  flags: CrawlFlags,
  config: FannedConfig,
): CrawlOptions {
  const { httpUserName, httpPassword, userAgent, cookies, extraHeaders } = config;
  const number = (
    flag: string,
    text: string | undefined,
    fallback: number,
    min: number,
    max: number,
  ): number => (text === undefined ? fallback : readNumber(flag, text, min, max));
  return {
    ...crawlDefaults,
    start,
    ignorePrefixes: (flags.ignorePrefixes ?? '').split(/\s+/).filter((prefix) => prefix !== ''),
    keepQueryString: flags.keepQueryString === true,
    include: flags.include ?? [],
    exclude: flags.exclude ?? [],
    sitemaps: flags.sitemap ?? [],
    ignoreRobots: flags.ignoreRobots === true,
    crawlDepth: number('--crawl-depth', flags.crawlDepth, crawlDefaults.crawlDepth, -1, 10_000),
    maxPages: number('--max-pages', flags.maxPages, crawlDefaults.maxPages, 1, 100_000),
    maxMs: number('--max-time', flags.maxTime, crawlDefaults.maxMs / 1_000, 1, 86_400) * 1_000,
    concurrency: number('--concurrency', flags.concurrency, crawlDefaults.concurrency, 1, 32),
    requestsPerSecond: rateFor(start, flags.rate),
    currentFolder,
    userAgent: userAgent ?? `Mozilla/5.0 (compatible; dpxdt/${toolVersion})`,
    credentials: httpUserName === undefined ? null : { userName: httpUserName, password: httpPassword ?? '' },
    cookies: cookies ?? [],
    headers: extraHeaders ?? {},
  };
}

/** A site on this machine needs no rate limit. */
function rateFor(start: string, text: string | undefined): number | null {
  if (text !== undefined) return readNumber('--rate', text, 0.01, 10_000);
  const host = URL.parse(start)?.hostname ?? '';
  const isHere = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
  return isHere ? null : crawlDefaults.requestsPerSecond;
}
