/** The tools that create releases, their flags and their help. */

import type { Command } from 'commander';
import type { Perform } from './perform.ts';
import { withCaptureOptions, withMaxPixels, type CaptureOptions } from '../options/capture-flags.ts';
import type { DiffMyImagesOptions } from '../commands/diff-my-images.ts';
import type { PairDiffOptions } from '../commands/pair-diff.ts';
import { releaseHelp, withReleaseOptions } from '../options/release-options.ts';
import { withCrawlOptions } from './site-program.ts';

export function addToolCommands(program: Command, perform: Perform): void {
  addPairDiff(program, perform);
  addDiffMyImages(program, perform);
  addDiffMyUrls(program, perform);
}

function addPairDiff(program: Command, perform: Perform): void {
  const command = program
    .command('pair-diff')
    .description('Capture two live versions of one or more pages and compare them.')
    .argument('[before]', 'page to compare; with --paths and --crawl, the address that paths are appended to')
    .argument('[after]', 'the same for the new version')
    .option('--pairs <file>', 'file with two addresses per line, before and after, separated by a space')
    .option('--paths <file>', 'file with one path per line, relative to both addresses')
    .option('--crawl', 'compare every page found below the second address');
  withReleaseOptions(withCaptureOptions(withCrawlOptions(command)))
    .action(async (before: string | undefined, after: string | undefined, options: PairDiffOptions) => {
      const { pairDiffCommand } = await import('../commands/pair-diff.ts');
      await perform(command, (context) => pairDiffCommand(context, before, after, options));
    })
    .addHelpText(
      'after',
      `${releaseHelp}

Examples:
  dpxdt pair-diff --upload-build-id 1 https://example.com/page https://staging.example.com/page
  dpxdt pair-diff --upload-build-id 1 --paths paths.txt https://example.com https://staging.example.com --wait
  dpxdt pair-diff --upload-build-id 1 --crawl --max-pages 100 https://example.com https://staging.example.com`,
    );
}

function addDiffMyImages(program: Command, perform: Perform): void {
  const command = program
    .command('diff-my-images')
    .description('Send images from your own tests and compare them with their baselines.')
    .option('--dir <folder>', 'every image in a folder, named by its path')
    .option(
      '--playwright [folder]',
      'images that Playwright rendered for failed tests, and snapshots that it wrote, below a folder (default: the current one)',
    )
    .option('--vitest [folder]', "the same for Vitest's browser mode")
    .option('--cypress [folder]', 'Cypress screenshots (default: cypress/screenshots)')
    .option('--allow-committed', 'also send images that are committed to git and unchanged');
  withReleaseOptions(command, ['testsJsonPath'])
    .action(async (options: DiffMyImagesOptions) => {
      const { diffMyImagesCommand } = await import('../commands/diff-my-images.ts');
      await perform(command, (context) => diffMyImagesCommand(context, options));
    })
    .addHelpText(
      'after',
      `${releaseHelp}

Examples:
  dpxdt diff-my-images --upload-build-id 1 --tests-json-path my-images.json
  dpxdt diff-my-images --upload-build-id 1 --dir screenshots/ --wait --junit dpxdt.xml
  dpxdt diff-my-images --upload-build-id 1 --playwright tests`,
    );
}

function addDiffMyUrls(program: Command, perform: Perform): void {
  const command = program
    .command('diff-my-urls')
    .description('Capture the pages listed in a file and compare them.');
  withReleaseOptions(withMaxPixels(command), ['testsJsonPath'])
    .action(async (options: Pick<CaptureOptions, 'maxPixels'>) => {
      const { diffMyUrlsCommand } = await import('../commands/diff-my-urls.ts');
      await perform(command, (context) => diffMyUrlsCommand(context, options));
    })
    .addHelpText(
      'after',
      `${releaseHelp}

Examples:
  dpxdt diff-my-urls --upload-build-id 1 --tests-json-path my-urls.json
  dpxdt diff-my-urls --upload-build-id 1 --tests-json-path my-urls.yaml --wait --timeout 600`,
    );
}
