/** `dpxdt finalize` and `dpxdt skip`: what a job says of a release without sending runs. */

import type { Command } from 'commander';
import type { SkipOptions } from '../commands/skip.ts';
import { withSettings } from '../options/setting-flags.ts';
import type { Perform } from './perform.ts';

const build = {
  flag: '--build <id>',
  description: 'ID of the build.',
  aliases: ['--upload-build-id <id>'],
};
const server = { aliases: ['--release-server-prefix <url>'] };

export function addFinalizeCommand(program: Command, perform: Perform): void {
  const command = withSettings(
    program.command('finalize').description('Declare that a release gets no more shards.'),
    ['buildId', 'shardId', 'server', 'clientId', 'clientSecret'],
    { buildId: build, server },
  );
  withFiles(command)
    .action(async () => {
      const { finalizeCommand } = await import('../commands/finalize.ts');
      await perform(command, finalizeCommand);
    })
    .addHelpText(
      'after',
      `
For shards that do not know their total (--shard 2/?): the highest that began is the last. A shard that never began is
reported at once. In CI the shard id is the id of the CI run.

Examples:
  dpxdt finalize --build 1
  dpxdt finalize --build 1 --shard-id "$RUN"

Exit status: 0 every shard has reported, or some still report · 2 usage or configuration error, or no shard has begun ·
3 a shard is missing · 5 the server was unreachable or refused the request.`,
    );
}

export function addSkipCommand(program: Command, perform: Perform): void {
  const command = withSettings(
    program.command('skip').description('Create a release that says why there is nothing to compare.'),
    [
      'buildId',
      'releaseName',
      'server',
      'clientId',
      'clientSecret',
      'git',
      'branch',
      'commit',
      'headCommit',
      'baseBranch',
      'pullRequest',
      'ciUrl',
    ],
    {
      buildId: build,
      releaseName: { flag: '--release <name>', aliases: ['--upload-release-name <name>'] },
      server,
      git: { description: 'do not read commit, branch and history from git' },
    },
  ).requiredOption('--reason <text>', 'why, for reviewers');
  withFiles(command)
    .action(async (options: SkipOptions) => {
      const { skipCommand } = await import('../commands/skip.ts');
      await perform(command, (context) => skipCommand(context, options));
    })
    .addHelpText(
      'after',
      `
For jobs that a path filter leaves out. The release is good, has no runs, supersedes nothing and is never a baseline.

Examples:
  dpxdt skip --build 1 --reason "no UI change"

Exit status: 0 the release was created · 2 usage or configuration error · 5 the server was unreachable or refused the
request.`,
    );
}

function withFiles(command: Command): Command {
  return command
    .option('--config <file>', 'settings file to use instead of dpxdt.config.* in the current folder')
    .option('--json', 'print the result as JSON; human-readable output goes to stderr');
}
