/** A crawl in words. */

import type { CrawlReport, FailedPage } from './crawl-types.ts';

/** One sentence about what was read. */
export function summariseCrawl(report: CrawlReport): string {
  const { pages, failed, skippedCounts, requests, durationMs } = report;
  const seconds = (durationMs / 1_000).toFixed(1);
  const left = [
    [skippedCounts.not_html, 'not HTML'],
    [skippedCounts.redirects_away, 'redirecting away'],
    [skippedCounts.robots, 'forbidden by robots.txt'],
    [skippedCounts.excluded, 'excluded'],
    [skippedCounts.too_long, 'with too long an address'],
    [failed.length, 'not readable'],
  ] as const;
  const parts = left.filter(([number]) => number > 0).map(([number, what]) => `${format(number)} ${what}`);
  const rest = parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`;
  return `Crawled ${report.start}: ${count(pages.length, 'page')} in ${seconds} s with ${count(requests, 'request')}${rest}.`;
}

/** Redirects that lead away are named up to this many. */
const namedRedirects = 10;
const namedFailures = 20;

/** What went otherwise than one might think, a sentence each. */
export function warnAboutCrawl(report: CrawlReport): string[] {
  const { skipped, skippedCounts, cutShort, notices } = report;
  // The one page that was asked for is what `explainEmptyCrawl` tells of.
  const failed = report.pagesRead === 0 && report.failed.length === 1 ? [] : report.failed;
  const away = skipped.filter(({ reason }) => reason === 'redirects_away');
  return [
    ...failed.slice(0, namedFailures).map(describeFailedPage),
    ...more(failed.length - namedFailures, 'page', 'could not be read'),
    ...away.slice(0, namedRedirects).map(({ url, detail }) => `${url} ${detail}: not followed.`),
    ...more(skippedCounts.redirects_away - namedRedirects, 'address', 'redirected away'),
    ...notices,
    ...(cutShort === null ? [] : [cutShort.message]),
    ...lonelyStart(report),
  ];
}

function describeFailedPage({ url, message, foundOn }: FailedPage): string {
  return `${url} could not be read${foundOn === null ? '' : `, a link of ${foundOn}`}: ${message}`;
}

/** Why there is nothing to capture; null when there is. */
export function explainEmptyCrawl(report: CrawlReport): string | null {
  if (report.pages.length > 0) return null;
  if (report.pagesRead > 0) {
    const pages = count(report.pagesRead, 'page');
    return `There is no page to capture: --include matches none of the ${pages} that ${report.pagesRead === 1 ? 'was' : 'were'} read.`;
  }
  const [failed] = report.failed;
  if (failed !== undefined) return `No page could be read: ${describeFailedPage(failed)}`;
  const [skipped] = report.skipped;
  if (skipped?.reason === 'redirects_away') {
    return `No page was found: ${skipped.url} ${skipped.detail}. Start at that address.`;
  }
  if (skipped !== undefined && skipped.detail !== '') {
    return `No page was found: ${skipped.url} ${skipped.detail}.`;
  }
  return `No page was found: --exclude or --ignore-prefixes leaves out ${report.start} itself.`;
}

/** Whether pages were asked for and none could be read: not the same as a site without pages. */
export function hasOnlyFailures({ pagesRead, failed }: CrawlReport): boolean {
  return pagesRead === 0 && failed.length > 0;
}

/** A start without pages below it is rarely what was meant. */
function lonelyStart(report: CrawlReport): string[] {
  const { pagesRead, skipped, failed, linksOutside, start } = report;
  if (!report.isWholeSite || pagesRead !== 1 || skipped.length + failed.length > 0) return [];
  if (linksOutside > 0) {
    const links = linksOutside === 1 ? 'Its one link leads' : `Its ${format(linksOutside)} links lead`;
    return [
      `${start} is the only page that begins with ${start}. ${links} to other pages of the host: start at ${new URL('.', start).href} to follow them.`,
    ];
  }
  return [
    `${start} has no link to another page in its HTML. To find pages rendered by scripts, use --sitemap, or list them for dpxdt diff-my-urls.`,
  ];
}

function more(number: number, noun: string, what: string): string[] {
  return number > 0 ? [`… and ${count(number, `more ${noun}`)} ${what}.`] : [];
}

function count(number: number, noun: string): string {
  const plural = noun.endsWith('s') ? `${noun}es` : `${noun}s`;
  return `${format(number)} ${number === 1 ? noun : plural}`;
}

function format(number: number): string {
  return number.toLocaleString('en-US');
}
