/** `dpxdt update` and `dpxdt test`. */

import { Option, type Command } from 'commander';
import type { SettingName } from '../../config/settings.ts';
import type { RunCommandOptions } from '../commands/run.ts';
import { collected } from '../options/collected.ts';
import { withSettings } from '../options/setting-flags.ts';
import type { Perform } from './perform.ts';

const captureSettings: SettingName[] = [
  'workers',
  'report',
  'junit',
  'setup',
  'baseUrl',
  'baselineRule',
  'browserPath',
  'firefoxPath',
  'browserSandbox',
];

export function addRunCommands(program: Command, perform: Perform): void {
  addRunCommand(program, perform, 'update', 'Capture every page and write the baselines.')
    .option('--update-missing', 'only tests that have no baseline yet')
    .option(
      '--allow-unsettled',
      'also write baselines of pages that never settled; otherwise the old ones are kept, and the status is 3',
    )
    .addHelpText(
      'after',
      `
Examples:
  dpxdt update tests
  dpxdt update tests/shop.yaml
  dpxdt update tests --update-missing
  dpxdt update tests --test-filter='checkout*' --tag smoke

A baseline is left untouched if no pixel differs.`,
    );

  addRunCommand(program, perform, 'test', 'Capture every page and compare it with its baseline.').addHelpText(
    'after',
    `
Examples:
  dpxdt test tests
  dpxdt test tests/shop.yaml tests/blog.yaml
  dpxdt test tests --workers 8 --junit out/dpxdt.xml
  dpxdt test tests --test-filter='*-*phone'     all but the phones
  dpxdt test tests --tag smoke --tag '!slow'    tests with the tag smoke, but not slow
  dpxdt test tests --shard 1/3                  the first of three parts, for parallel jobs
  dpxdt test tests --base-url https://staging.example.com/
  dpxdt test tests --env-file .env.staging      \${NAME} in the YAML comes from there
  dpxdt test tests --retries 2                  capture what differs again, up to twice, and show it all
  dpxdt test tests --fail-unsettled             a page that never settles fails
  dpxdt test tests --docker                     in the product's image, as in CI
  dpxdt test tests --json > results.json`,
  );
}

function addRunCommand(
  program: Command,
  perform: Perform,
  name: 'update' | 'test',
  description: string,
): Command {
  return withSettings(
    program
      .command(name)
      .description(description)
      .argument('<path...>', 'folder with the YAML files and the baselines, or some of its YAML files')
      .option('--test-filter <patterns>', 'run only these tests, in googletest syntax: home*:cart-*phone')
      .option(
        '--tag <tag>',
        'run only tests with this tag; with ! in front, only those without (repeatable)',
        collected,
      )
      .option('--shard <i/n>', 'run only one of several parts: a test is in the same part every time')
      .option(
        '--env-file <file>',
        "variables for the YAML and its scripts; the environment's own win (repeatable)",
        collected,
      )
      .option('--list-tests', 'print the names of the tests and stop')
      .option(
        '--docker',
        "capture in the product's image, with docker or podman: the same browser and fonts everywhere",
      )
      .option('--docker-image <name>', 'the image for --docker (default: depicted: and the version)'),
    name === 'test'
      ? [...captureSettings, 'retries', 'failUnsettled', 'allowNoBaseline', 'failOnForgiven']
      : captureSettings,
  )
    .option('--json', 'print the results as JSON; human-readable output goes to stderr')
    .addOption(new Option('--quiet', 'print only failures, warnings and the summary').conflicts('verbose'))
    .option('--verbose', 'also print the output of setup and the stages of every capture')
    .action(async (paths: string[], options: RunCommandOptions, command: Command) => {
      const { runCommand } = await import('../commands/run.ts');
      await perform(command, (context) => runCommand(name, context, paths, options, wordsOf(program)));
    });
}

/** The words of the call, without the program's name; commander keeps them, but does not declare it. */
function wordsOf(program: Command): readonly string[] {
  return (program as Command & { rawArgs: readonly string[] }).rawArgs;
}
