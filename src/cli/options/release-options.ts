/** Flags that every tool has which makes a release. */

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
  'ciUrl',
  'wait',
  'waitGoal',
  'timeoutSeconds',
  'allowNoBaseline',
  'junit',
  'summary',
  'sendConcurrency',
];

/** Flags of the original whose work is done in another way now. */
const refusedFlags: Record<string, string> = {
  '--command-executor':
    'the server captures with its own Chromium, so there is no Selenium to connect to. Leave it out.',
  '--desired-capabilities':
    'the server captures with its own Chromium. Leave it out; viewport, user agent and more are in the capture config.',
  '--imgur-client-id': 'images stay on your server and are never sent to Imgur. Leave it out.',
  '--flagfile':
    'flags from a file are given with --config FILE, as settings in YAML or JSON; see docs/config.md.',
};

/** Adds the flags of the release flow to a tool. */
export function withReleaseOptions(command: Command, more: readonly SettingName[] = []): Command {
  withSettings(command, [...more, ...releaseSettings], {
    server: {
      flag: '--release-server-prefix <url>',
      description: 'Address of the server, with or without /api.',
      aliases: ['--server <url>'],
    },
    git: { description: 'do not ask git for commit, branch and history' },
    baselineCommit: { aliases: ['--reference-commit <hash>'] },
    baselineBranch: { aliases: ['--reference-branch <name>'] },
    allowNoBaseline: { description: 'With --wait, that nothing has a baseline yet is no failure.' },
    junit: { description: 'With --wait, file to write the results to as JUnit XML.' },
  })
    .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
    .option('--json', 'print the result as JSON; words go to standard error');
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
Flags may be written as the original spelled them: --upload_build_id, --nowait. Without a key the server must need no
login. Branch, commit, history and link are read from git and the environment of the CI system; docs/ci.md says what.
Ctrl-C marks the attempt bad, unless it only waits for a decision.

Exit status: 0 sent, or with --wait nothing differs or the release was marked good · 1 differences, or marked bad ·
2 wrong call or configuration · 3 something could not be captured or compared · 4 nothing was compared · 5 the server
could not be reached or refused · 6 timed out waiting · 130 interrupted.`;
