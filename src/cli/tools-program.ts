/** The tools that make releases, their flags and their help. */

import type { Command } from 'commander';
import type { Perform } from './program.ts';
import { withCaptureOptions } from './capture-options.ts';
import type { PairDiffOptions } from './commands/pair-diff.ts';
import { releaseHelp, withReleaseOptions } from './release-options.ts';

export function addToolCommands(program: Command, perform: Perform): void {
  addPairDiff(program, perform);
}

function addPairDiff(program: Command, perform: Perform): void {
  const command = program
    .command('pair-diff')
    .description('Capture two live versions of a page, or of many, and compare them.')
    .argument('[before]', 'page, or with --paths the address that the paths are put behind')
    .argument('[after]', 'the same of the new version')
    .option('--pairs <file>', 'file with two addresses a line, before and after, with a space between')
    .option('--paths <file>', 'file with one path a line, below both addresses');
  withReleaseOptions(withCaptureOptions(command))
    .action(async (before: string | undefined, after: string | undefined, options: PairDiffOptions) => {
      const { pairDiffCommand } = await import('./commands/pair-diff.ts');
      await perform(command, (context) => pairDiffCommand(context, before, after, options));
    })
    .addHelpText(
      'after',
      `${releaseHelp}

Examples:
  dpxdt pair-diff --upload-build-id 1 https://example.com/page https://staging.example.com/page
  dpxdt pair-diff --upload-build-id 1 --paths paths.txt https://example.com https://staging.example.com --wait`,
    );
}
