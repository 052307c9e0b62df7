import type { GitStory } from './git/git-story.ts';

/**
 * Default name of a release: branch or tag and commit in CI and for shards, so that a repeated job is another
 * attempt; otherwise the time.
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
  if (known.length > 0) return known.join(' ');
  return story.shardId === null
    ? new Date(nowMs).toISOString().replace('T', ' ').replace('Z', '')
    : `shards ${story.shardId}`;
}
