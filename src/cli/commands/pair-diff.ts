import { resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ExitStatus } from '../../domain/exit-status.ts';
import { onePair, pairsOfLines, pairsOfPaths, runsOfPairs, type PagePair } from '../../tools/page-pairs.ts';
import { readLines } from '../../tools/read-lines.ts';
import { readCaptureOptions, type CaptureOptions } from '../capture-options.ts';
import type { CommandContext } from '../context.ts';
import { runReleaseTool } from '../run-release-tool.ts';

export interface PairDiffOptions extends CaptureOptions {
  pairs?: string;
  paths?: string;
}

/** `dpxdt pair-diff`: two live versions of pages, captured at once and compared with each other. */
export async function pairDiffCommand(
  context: CommandContext,
  before: string | undefined,
  after: string | undefined,
  options: PairDiffOptions,
): Promise<ExitStatus> {
  const config = await readCaptureOptions(options, context.currentFolder);
  const pairs = await findPairs(context, before, after, options);
  return runReleaseTool(context, {
    name: 'pair-diff',
    runs: runsOfPairs(pairs, config),
    url: after ?? pairs[0]?.after ?? null,
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
        'With --pairs all addresses come from the file: leave the others out.',
      );
    }
    return pairsOfLines(await lines(pairs));
  }
  if (before === undefined || after === undefined) {
    throw new AppError(
      'invalid_argument',
      'Say what to compare: dpxdt pair-diff BEFORE AFTER, or --pairs FILE for many.',
    );
  }
  if (paths !== undefined) return pairsOfPaths(before, after, await lines(paths));
  return [onePair(before, after)];
}
