/** The commands that decide about releases, their flags and their help. */

import type { Command } from 'commander';
import type { DecideReleaseOptions } from '../commands/release.ts';
import type { WaitOptions } from '../commands/wait.ts';
import type { SettingName } from '../../config/settings.ts';
import { withSettings, type FlagOverride } from '../options/setting-flags.ts';
import type { Perform } from './perform.ts';

export function addReleaseCommands(program: Command, perform: Perform): void {
  const group = program
    .command('release')
    .description('Mark a release good or bad, or take that back.')
    .addHelpText(
      'after',
      `
The screenshots of the newest good release are the baseline.

Examples:
  dpxdt release good --build 1 --release "main 0123abcd"
  dpxdt release bad --build 1 --release "main 0123abcd" --number 2 --note "the cart is broken"
  dpxdt release reopen --build 1 --release "main 0123abcd"`,
    );
  const add = (decision: 'good' | 'bad' | 'reopen', description: string): Command => {
    const command = withRelease(group.command(decision).description(description)).option(
      '--note <text>',
      'why, for those who ask later',
    );
    if (decision === 'good') {
      command.option(
        '--force',
        'also where runs are rejected: their pages keep their former baseline; needs --note',
      );
    }
    return command
      .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
      .option('--json', 'print the result as JSON; words go to standard error')
      .action(async (options: DecideReleaseOptions) => {
        const { decideReleaseCommand } = await import('../commands/release.ts');
        await perform(command, (context) => decideReleaseCommand(context, decision, options));
      });
  };
  add('good', 'Mark a release good: its screenshots become the baseline.').addHelpText(
    'after',
    `
A release with rejected runs is refused, unless --force says that it is good except for those.

Examples:
  dpxdt release good --build 1 --release "main 0123abcd"
  dpxdt release good --build 1 --release "main 0123abcd" --force --note "the cart is fixed next week" --json${statusHelp}`,
  );
  add('bad', 'Mark a release bad.').addHelpText(
    'after',
    `
Examples:
  dpxdt release bad --build 1 --release "main 0123abcd"
  dpxdt release bad --build 1 --release "main 0123abcd" --number 2 --note "the cart is broken"${statusHelp}`,
  );
  add('reopen', 'Put a release that was marked good or bad back to review.').addHelpText(
    'after',
    `
Examples:
  dpxdt release reopen --build 1 --release "main 0123abcd"${statusHelp}`,
  );
}

/** `dpxdt wait` */
export function addWaitCommand(program: Command, perform: Perform): void {
  const command = withRelease(
    program.command('wait').description('Wait for a release that exists, and tell what became of it.'),
    ['timeoutSeconds', 'allowNoBaseline', 'junit', 'summary'],
    {
      timeoutSeconds: { description: 'How long to wait, in seconds; then the status is 6.' },
      allowNoBaseline: {
        description: 'With --for compared, that nothing has a baseline yet is no failure.',
      },
      junit: { description: 'File to write the results to as JUnit XML.' },
    },
  )
    .option(
      '--for <what>',
      'decision: until people have marked it good or bad; compared: until everything is compared (default: decision)',
    )
    .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
    .option('--json', 'print the result as JSON; words go to standard error')
    .action(async (options: WaitOptions) => {
      const { waitCommand } = await import('../commands/wait.ts');
      await perform(command, (context) => waitCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Nothing is captured again. Where nothing differs, is new or has failed, there is no decision to wait for. Ctrl-C only ends the waiting.

Examples:
  dpxdt wait --build 1 --release "main 0123abcd"
  dpxdt wait --build 1 --release "main 0123abcd" --number 2 --timeout 3600 --junit dpxdt.xml
  dpxdt wait --build 1 --release "main 0123abcd" --for compared

Exit status: 0 the release was marked good, or nothing differs · 1 marked bad, superseded, or with --for compared differences ·
2 wrong call or configuration, or no such release · 3 with --for compared, something could not be captured or compared ·
4 with --for compared, nothing was compared · 5 the server could not be reached or refused · 6 timed out waiting · 130 interrupted.`,
    );
}

/** Adds the flags that say which release of which server. */
function withRelease(
  command: Command,
  more: readonly SettingName[] = [],
  overrides: Partial<Record<SettingName, FlagOverride>> = {},
): Command {
  return withSettings(command, ['buildId', 'releaseName', 'server', 'clientId', 'clientSecret', ...more], {
    buildId: { flag: '--build <id>', description: 'Id of the build.', aliases: ['--upload-build-id <id>'] },
    releaseName: {
      flag: '--release <name>',
      description: 'Name of the release.',
      defaultText: 'none',
      aliases: ['--upload-release-name <name>'],
    },
    server: { aliases: ['--release-server-prefix <url>'] },
    ...overrides,
  }).option('--number <n>', 'which attempt of that name (default: the newest)');
}

const statusHelp = `

Exit status: 0 the release is as you said · 2 wrong call or configuration, or no such release · 5 the server could not be
reached or refused.`;
