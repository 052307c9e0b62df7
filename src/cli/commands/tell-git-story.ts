import { AppError } from '../../base/errors.ts';
import { gatherGitStory, type StoryFlags } from '../../tools/git/gather-git-story.ts';
import type { GitStory } from '../../tools/git/git-story.ts';
import type { CommandContext } from '../terminal/context.ts';

/**
 * What git and CI say of the code, after what the user says.
 *
 * @throws AppError `invalid_argument` for flags that contradict each other, and for screenshots that would be filed under
 * a commit that they are not of
 */
export async function tellGitStory(context: CommandContext): Promise<GitStory> {
  const { settings, env, currentFolder, signal } = context;
  const starts = [settings.baselineCommit, settings.baselineBranch, settings.baselineRelease];
  if (starts.filter((start) => start !== null).length > 1) {
    throw new AppError(
      'invalid_argument',
      'Use only one of --baseline-commit, --baseline-branch and --baseline-release.',
    );
  }
  const [index, total] = settings.shard?.split('/') ?? [];
  const flags: StoryFlags = {
    git: settings.git,
    branch: settings.branch,
    commit: settings.commit,
    headCommit: settings.headCommit,
    baseBranch: settings.baseBranch,
    pullRequest: settings.pullRequest,
    baselineCommit: settings.baselineCommit,
    baselineBranch: settings.baselineBranch,
    baselineRelease: settings.baselineRelease,
    ciUrl: settings.ciUrl,
    shard: index === undefined ? null : { index: Number(index), total: total === '?' ? null : Number(total) },
    shardId: settings.shardId,
    subset: settings.subset,
    freshReview: settings.freshReview,
  };
  const story = await gatherGitStory({ cwd: currentFolder, environment: env, flags, signal });
  if (story.refusal !== null) throw new AppError('invalid_argument', story.refusal);
  if (story.shard !== null && story.shardId === null) {
    throw new AppError(
      'invalid_argument',
      `--shard ${settings.shard ?? `${story.shard.index}/${story.shard.total}`} needs --shard-id: an id shared by all shards of this release and no other.`,
    );
  }
  return story;
}
