import { systemClock } from '../../compose/clock.ts';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { connect, explainRefusedKey } from '../../tools/connection.ts';
import { createRelease } from '../../tools/create-release.ts';
import { releaseAddress } from '../../tools/release-address.ts';
import { defaultReleaseName } from '../../tools/release-name.ts';
import { clientOptionsForJob } from '../options/ci-key.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';
import { tellGitStory } from './tell-git-story.ts';

export interface SkipOptions {
  reason: string;
}

/** `dpxdt skip` */
export async function skipCommand(context: CommandContext, { reason }: SkipOptions): Promise<ExitStatus> {
  const { settings, terminal, json } = context;
  const { buildId } = settings;
  if (buildId === null) {
    throw new AppError('invalid_argument', 'Say which build: --build 1, or DPXDT_BUILD_ID=1.');
  }
  const skipReason = reason.trim();
  if (skipReason === '') {
    throw new AppError('invalid_argument', 'Say why there is nothing to compare: --reason TEXT.');
  }
  // Parallel jobs that skip have no parts to put together.
  const gitStory = { ...(await tellGitStory(context)), shard: null, shardId: null };
  const { branch, headCommit, ciUrl } = gitStory;
  const releaseName = settings.releaseName ?? defaultReleaseName(gitStory, systemClock.now());
  const warn = (message: string) => terminal.complain(printable(`Warning: ${message}`));
  gitStory.warnings.forEach(warn);
  const { hasty } = connect(await clientOptionsForJob(context, warn));
  const source = { branch, commit: headCommit, ciUrl };
  const release = await createRelease(
    hasty,
    { buildId, releaseName, url: settings.releaseUrl, source, gitStory, skipReason },
    warn,
  ).catch((error: unknown) => {
    throw explainRefusedKey(error);
  });
  const { releaseNumber } = release;
  const resultsUrl = releaseAddress(hasty.server, release);
  if (json) {
    const result = {
      build_id: buildId,
      release_name: releaseName,
      release_number: releaseNumber,
      skip_reason: skipReason,
      results_url: resultsUrl,
    };
    terminal.data(`${JSON.stringify(result)}\n`);
  }
  terminal.say(printable(`Release "${releaseName}" number ${releaseNumber} is skipped: ${skipReason}`));
  terminal.say(printable(`Results: ${resultsUrl}`));
  return exitStatus.ok;
}
