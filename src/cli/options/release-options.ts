/** Flags of every tool that creates a release. */

import { Option, type Command } from 'commander';
import { AppError } from '../../base/errors.ts';
import type { SettingName } from '../../config/settings.ts';
import { withSettings } from './setting-flags.ts';

const releaseSettings: SettingName[] = [
  'buildId',
  'releaseName',
  'releaseUrl',
  'server',
  'clientId',
  'clientSecret',
  'branch',
  'commit',
  'headCommit',
  'baseBranch',
  'pullRequest',
  'baselineCommit',
  'baselineBranch',
  'baselineRelease',
  'git',
  'shard',
  'shardId',
  'subset',
  'freshReview',
  'ciUrl',
  'wait',
  'waitGoal',
  'timeoutSeconds',
  'allowNoBaseline',
  'exitZeroOnChanges',
  'junit',
  'summary',
  'sendConcurrency',
];

/** Of the tools and of `dpxdt wait`. */
export const exitZeroHelp =
  'Exit with status 0 instead of 1 for differences, where the server reports them as a commit status in the forge.';

/** Flags of the original that are no longer supported, with what to do instead. */
const refusedFlags: Record<string, string> = {
  '--command-executor': 'the server captures with its own Chromium and does not use Selenium. Remove it.',
  '--desired-capabilities':
    'the server captures with its own Chromium. Remove it; set viewport, user agent and more in the capture config.',
  '--imgur-client-id': 'images stay on your server and are never sent to Imgur. Remove it.',
  '--flagfile': 'use --config FILE with settings in YAML or JSON; see docs/config.md.',
};

/** Adds the flags of the release flow to a tool. */
export function withReleaseOptions(command: Command, more: readonly SettingName[] = []): Command {
  withSettings(command, [...more, ...releaseSettings], {
    server: {
      flag: '--release-server-prefix <url>',
      description: 'Address of the server, with or without /api.',
      aliases: ['--server <url>'],
    },
    git: { description: 'do not read commit, branch and history from git' },
    baselineCommit: { aliases: ['--reference-commit <hash>'] },
    baselineBranch: { aliases: ['--reference-branch <name>'] },
    allowNoBaseline: { description: 'With --wait, a release without any baseline is not a failure.' },
    exitZeroOnChanges: { description: exitZeroHelp },
    junit: { description: 'With --wait, file to write the results to as JUnit XML.' },
  })
    .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
    .option('--json', 'print the result as JSON; human-readable output goes to stderr');
  for (const [flag, reason] of Object.entries(refusedFlags)) {
    command.addOption(
      new Option(`${flag} [value]`).hideHelp().argParser(() => {
        throw new AppError('invalid_argument', `${flag} is not supported: ${reason}`);
      }),
    );
  }
  return command;
}

/** The end of every tool's help. */
export const releaseHelp = `
Flags can use the original's spelling: --upload_build_id, --nowait. Without a key, the server must not require
login. Branch, commit, history and link are read from git and the environment of the CI system (docs/ci.md).
Ctrl-C marks the attempt bad, unless it only waits for a decision.

Exit status: 0 sent, or with --wait no differences or a good release · 1 differences, missing pages, or marked bad ·
2 usage or configuration error · 3 something could not be captured or compared, or a shard is missing · 4 nothing was
compared · 5 the server was unreachable or refused the request · 6 timed out waiting · 130 interrupted · 143 terminated.`;
