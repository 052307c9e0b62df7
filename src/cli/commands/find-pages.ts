/** Finds the pages of a sitemap or a site for the local tool, with the crawler of `dpxdt site-diff`. */

import { fileURLToPath } from 'node:url';
import { systemClock } from '../../compose/clock.ts';
import type { LocalSource } from '../../contract/files/local-config.ts';
import type { FindPages, FoundPages } from '../../local/found-tests.ts';
import { crawl, type CrawlPorts } from '../../tools/crawler/crawl.ts';
import { explainEmptyCrawl, warnAboutCrawl } from '../../tools/crawler/describe-crawl.ts';
import type { CrawlOptions, CrawlReport } from '../../tools/crawler/crawl-types.ts';
import { isDeadLink } from '../../tools/site-runs.ts';
import type { CommandContext } from '../terminal/context.ts';
import { readCrawlFlags } from './site-diff.ts';

export function pageFinder(context: CommandContext, clock: CrawlPorts['clock'] = systemClock): FindPages {
  return async (source, signal) => {
    const report = await crawl(crawlOptionsOf(source, context), {
      fetch: (address, init) => fetch(address, init),
      clock,
      signal,
    });
    return pagesOf(report, source);
  };
}

function crawlOptionsOf(source: LocalSource, context: CommandContext): CrawlOptions {
  const { config, start, include, exclude, keepQueryString, ignoreRobots } = source;
  const isSitemap = source.kind === 'sitemap';
  const options = readCrawlFlags(context, start, {}, config);
  return {
    ...options,
    include,
    exclude,
    keepQueryString,
    ignoreRobots,
    crawlDepth: isSitemap ? 0 : (source.depth ?? -1),
    maxPages: source.maxPages ?? options.maxPages,
    maxMs: source.maxTimeSecs === null ? options.maxMs : source.maxTimeSecs * 1_000,
    sitemaps: isSitemap ? [source.url.startsWith('file:') ? fileURLToPath(source.url) : source.url] : [],
    isStartLeftOut: isSitemap,
  };
}

/** A page whose server fails becomes a test, too: its capture tries again, and the failure is seen. */
function pagesOf(report: CrawlReport, source: LocalSource): FoundPages {
  const sick = report.failed.filter((page) => !isDeadLink(page));
  const pages = report.pages.length === 0 ? [] : [...report.pages, ...sick];
  const problem = pages.length > 0 ? null : inYaml(explainEmptyCrawl(report)!, source);
  return {
    pages: pages.map(({ runName, url }) => ({ name: runName, url })),
    warnings: warnAboutCrawl(report).map((sentence) => inYaml(sentence, source)),
    problem,
  };
}

/** The crawler's sentences name flags of the tools. */
function inYaml(sentence: string, { kind }: LocalSource): string {
  return sentence
    .replaceAll('--max-pages', `"maxPages" of ${kind}`)
    .replaceAll('--max-time', `"maxTimeSecs" of ${kind}`)
    .replaceAll('--include', `"include" of ${kind}`)
    .replaceAll('--exclude or --ignore-prefixes', `"exclude" of ${kind}`)
    .replaceAll('--exclude', `"exclude" of ${kind}`)
    .replaceAll('--ignore-robots', `"ignoreRobots: true" of ${kind}`)
    .replaceAll(
      'use --sitemap, or list them for dpxdt diff-my-urls',
      'use "sitemap", or list them under "tests"',
    );
}
