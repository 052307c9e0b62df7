/** The commands for decisions on releases, with their flags and help. */

import type { Command } from 'commander';
import type { DecideReleaseOptions } from '../commands/release.ts';
import type { ReleaseOptions } from '../options/release-number.ts';
import type { WaitOptions } from '../commands/wait.ts';
import type { SettingName } from '../../config/settings.ts';
import { exitZeroHelp } from '../options/release-options.ts';
import { withSettings, type FlagOverride } from '../options/setting-flags.ts';
import type { Perform } from './perform.ts';

export function addReleaseCommands(program: Command, perform: Perform): void {
  const group = program
    .command('release')
    .description('Mark a release good or bad, or reopen it.')
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
      'the reason, for the activity log',
    );
    if (decision === 'good') {
      command.option(
        '--force',
        'even if runs are rejected: their pages keep their previous baseline; needs --note',
      );
    }
    return command
      .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
      .option('--json', 'print the result as JSON; human-readable output goes to stderr')
      .action(async (options: DecideReleaseOptions) => {
        const { decideReleaseCommand } = await import('../commands/release.ts');
        await perform(command, (context) => decideReleaseCommand(context, decision, options));
      });
  };
  add('good', 'Mark a release good: its screenshots become the baseline.').addHelpText(
    'after',
    `
A release with rejected runs is refused, unless --force marks it good except for those.

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
  add('reopen', 'Return a release that was marked good or bad to review.').addHelpText(
    'after',
    `
Examples:
  dpxdt release reopen --build 1 --release "main 0123abcd"${statusHelp}`,
  );
}

/** `dpxdt run` */
export function addRunVerdictCommands(program: Command, perform: Perform): void {
  const group = program
    .command('run')
    .description('Approve or reject runs of a release, or undo their verdicts.')
    .addHelpText(
      'after',
      `
Examples:
  dpxdt run approve --build 1 --release "main 0123abcd" /cart /home
  dpxdt run reject --build 1 --release "main 0123abcd" /cart --note "the total is cut off"
  dpxdt run undo --build 1 --release "main 0123abcd" /cart --json`,
    );
  const add = (word: 'approve' | 'reject' | 'undo', description: string, example: string): void => {
    const command = withRelease(
      group.command(word).description(description).argument('<name...>', 'names of runs'),
    )
      .option('--note <text>', 'the reason, for the activity log; required to accept a failure')
      .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
      .option('--json', 'print the result as JSON; human-readable output goes to stderr')
      .addHelpText(
        'after',
        `\nExamples:\n  dpxdt run ${word} --build 1 --release "main 0123abcd" ${example}${verdictHelp}`,
      )
      .action(async (names: string[], options: ReleaseOptions) => {
        const { runVerdictCommand } = await import('../commands/run-verdict.ts');
        await perform(command, (context) => runVerdictCommand(context, verdictOf[word], names, options));
      });
  };
  add('approve', 'Approve runs: their images become baselines with the release.', '/cart /home --json');
  add('reject', 'Reject runs: they block marking the release good.', '/cart --note "the total is cut off"');
  add('undo', 'Undo verdicts.', '/cart --number 2');
}

const verdictOf = { approve: 'approved', reject: 'rejected', undo: 'none' } as const;

/** `dpxdt wait` */
export function addWaitCommand(program: Command, perform: Perform): void {
  const command = withRelease(
    program.command('wait').description('Wait for an existing release and report its result.'),
    ['timeoutSeconds', 'allowNoBaseline', 'exitZeroOnChanges', 'junit', 'summary'],
    {
      timeoutSeconds: { description: 'How long to wait, in seconds, before exiting with status 6.' },
      allowNoBaseline: {
        description: 'With --for compared, a release without any baseline is not a failure.',
      },
      exitZeroOnChanges: { description: exitZeroHelp },
      junit: { description: 'File to write the results to as JUnit XML.' },
    },
  )
    .option(
      '--for <what>',
      'decision: until the release is marked good or bad; compared: until all comparisons are done (default: decision)',
    )
    .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
    .option('--json', 'print the result as JSON; human-readable output goes to stderr')
    .action(async (options: WaitOptions) => {
      const { waitCommand } = await import('../commands/wait.ts');
      await perform(command, (context) => waitCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Nothing is captured again. A release without differences, new pages and failures needs no decision. Ctrl-C only stops
waiting.

Examples:
  dpxdt wait --build 1 --release "main 0123abcd"
  dpxdt wait --build 1 --release "main 0123abcd" --number 2 --timeout 3600 --junit dpxdt.xml
  dpxdt wait --build 1 --release "main 0123abcd" --for compared

Exit status: 0 the release was marked good, or nothing differs · 1 marked bad, superseded, or with --for compared differences ·
2 usage or configuration error, or no such release · 3 with --for compared, something could not be captured or compared ·
4 with --for compared, nothing was compared · 5 the server was unreachable or refused the request · 6 timed out waiting ·
130 interrupted, 143 terminated.`,
    );
}

/** Adds the flags that identify a release and its server. */
function withRelease(
  command: Command,
  more: readonly SettingName[] = [],
  overrides: Partial<Record<SettingName, FlagOverride>> = {},
): Command {
  return withSettings(command, ['buildId', 'releaseName', 'server', 'clientId', 'clientSecret', ...more], {
    buildId: { flag: '--build <id>', description: 'ID of the build.', aliases: ['--upload-build-id <id>'] },
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

const verdictHelp = `

If a name is unknown, no run is judged. A run that has changed in the meantime is skipped. Where several people must
approve, the approval of a key does not count.

Exit status: 0 judged as requested · 2 usage or configuration error, or no such release or run · 5 the server was unreachable
or refused the request, or some of the verdicts.`;

const statusHelp = `

Exit status: 0 decided as requested · 2 usage or configuration error, or no such release · 5 the server was unreachable
or refused the request.`;
