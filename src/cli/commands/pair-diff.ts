import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { FannedConfig } from '../../domain/capture/fan-out.ts';
import type { CrawlReport } from '../../tools/crawler/crawl-types.ts';
import { siteRuns } from '../../tools/site-runs.ts';
import { readCrawlFlags, type CrawlFlags } from './site-diff.ts';
import {
  onePair,
  pairedWith,
  pairsOfLines,
  pairsOfPaths,
  runsOfPairs,
  type PagePair,
} from '../../tools/page-pairs.ts';
import { readLines } from '../../tools/read-lines.ts';
import type { CaptureOptions } from '../options/capture-flags.ts';
import { readCaptureOptions } from '../options/capture-options.ts';
import type { CommandContext } from '../terminal/context.ts';
import { runReleaseTool } from './run-release-tool.ts';

export interface PairDiffOptions extends CaptureOptions, CrawlFlags {
  pairs?: string;
  paths?: string;
  crawl?: boolean;
}

/** `dpxdt pair-diff`: captures two live versions of pages and compares them. */
export async function pairDiffCommand(
  context: CommandContext,
  before: string | undefined,
  after: string | undefined,
  options: PairDiffOptions,
): Promise<ExitStatus> {
  const config = await readCaptureOptions(options, context.currentFolder);
  if (options.crawl === true) return comparePagesFound(context, before, after, options, config);
  const pairs = await findPairs(context, before, after, options);
  return runReleaseTool(context, {
    name: 'pair-diff',
    runs: runsOfPairs(pairs, config),
    url: after ?? pairs[0]?.after ?? null,
    // Its baselines are the pages of the other version, not those of an earlier release.
    isSubset: true,
  });
}

/** Pairs every page that a crawl of the new version finds with the page at the same path of the old one. */
function comparePagesFound(
  context: CommandContext,
  before: string | undefined,
  after: string | undefined,
  options: PairDiffOptions,
  config: FannedConfig,
): Promise<ExitStatus> {
  if (
    before === undefined ||
    after === undefined ||
    options.pairs !== undefined ||
    options.paths !== undefined
  ) {
    throw new AppError(
      'invalid_argument',
      '--crawl finds the pages itself: give it BEFORE and AFTER, without --pairs or --paths.',
    );
  }
  const pair = onePair(before, after);
  const crawl = readCrawlFlags(context, pair.after, options, config);
  let report: CrawlReport | null = null;
  return runReleaseTool(context, {
    name: 'pair-diff',
    url: pair.after,
    isSubset: true,
    runs: (flow) =>
      pairedWith(
        siteRuns(
          { crawl, config, missing: 'ignore' },
          { ...flow, fetch: (address, init) => fetch(address, init) },
          (ended) => (report = ended),
        ),
        pair,
      ),
    crawl: () => report,
  });
}

async function findPairs(
  { currentFolder }: CommandContext,
  before: string | undefined,
  after: string | undefined,
  { pairs, paths }: PairDiffOptions,
): Promise<PagePair[]> {
  const lines = (file: string) => readLines(resolve(currentFolder, file), file);
  if (pairs !== undefined) {
    if (before !== undefined || paths !== undefined) {
      throw new AppError(
        'invalid_argument',
        'With --pairs, all addresses come from the file: remove the other ones.',
      );
    }
    return pairsOfLines(await lines(pairs));
  }
  if (before === undefined || after === undefined) {
    throw new AppError(
      'invalid_argument',
      'Name the pages to compare: dpxdt pair-diff BEFORE AFTER, or --pairs FILE for many.',
    );
  }
  if (paths !== undefined) return pairsOfPaths(before, after, await lines(paths));
  return [onePair(before, after)];
}
