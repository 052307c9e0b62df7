import type { GitStory } from './git/git-story.ts';

/**
 * Name of a release that nobody named: branch or tag and commit in CI and for shards, so that a repeated job is another
 * attempt; else the time.
 */
export function defaultReleaseName(
  story: Pick<GitStory, 'system' | 'branch' | 'tag' | 'headCommit' | 'shardId'>,
  nowMs: number,
): string {
  const isRepeatable = story.system !== null || story.shardId !== null;
  const parts = isRepeatable
    ? [(story.branch ?? story.tag)?.slice(0, 200), story.headCommit?.slice(0, 8)]
    : [];
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0
    ? known.join(' ')
    : new Date(nowMs).toISOString().replace('T', ' ').replace('Z', '');
}
