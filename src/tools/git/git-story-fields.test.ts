import { expect, it } from 'vitest';
import type { GitStory } from './git-story.ts';
import { gitStoryFields, maxStoryBytes } from './git-story-fields.ts';

const sha = '4f2c1aa9d0b35e7781c6f2d94e0a8b3c5d6e7f80';

const story: GitStory = {
  commit: sha,
  tree: sha,
  headCommit: sha,
  branch: 'feature/cart',
  baseBranch: 'main',
  pullRequest: 7,
  repository: 'github.com/shop/web',
  headRepository: 'github.com/eve/web',
  history: [{ commit: sha, tree: sha }, { commit: sha }],
  own: [sha],
  author: { name: 'Ada\nLovelace', address: 'ada@example.com' },
  ciUrl: 'https://ci.example.com/1',
  historyNote: 'full',
  dirty: false,
  baselineRelease: null,
  shard: { index: 2, total: 5 },
  shardId: 'github:77',
  subset: true,
  freshReview: true,
  system: 'GitHub Actions',
  tag: null,
  warnings: [],
  refusal: null,
};

it('names the fields as the API does', () => {
  expect(gitStoryFields(story)).toEqual({
    commit: sha,
    tree: sha,
    head_commit: sha,
    branch: 'feature/cart',
    base_branch: 'main',
    pull_request: 7,
    repository: 'github.com/shop/web',
    head_repository: 'github.com/eve/web',
    history: [{ commit: sha, tree: sha }, { commit: sha }],
    own: [sha],
    author: { name: 'AdaLovelace', address: 'ada@example.com' },
    ci_url: 'https://ci.example.com/1',
    history_note: 'full',
    shard: '2/5',
    shard_id: 'github:77',
    subset: true,
    fresh_review: true,
  });
});

it('leaves out what is not known, but says that there is no history', () => {
  const unknown = Object.fromEntries(Object.keys(story).map((key) => [key, null])) as unknown as GitStory;
  const bare = { ...unknown, history: [], own: [], historyNote: 'none: git is not installed' };
  expect(gitStoryFields(bare)).toEqual({ history: [], own: [], history_note: 'none: git is not installed' });
  expect(gitStoryFields({ ...bare, shard: { index: 1, total: null } }).shard).toBe('1/?');
});

it('leaves out the far end of a history that is too long', () => {
  const long = 'f'.repeat(300);
  const history = Array.from({ length: 500 }, (_, index) => ({ commit: `${index}${long}`, tree: long }));
  const fields = gitStoryFields({ ...story, history });
  expect(Buffer.byteLength(JSON.stringify(fields))).toBeLessThanOrEqual(maxStoryBytes);
  expect(fields.history.length).toBeGreaterThan(100);
  expect(fields.history[0]).toEqual(history[0]);
});

it('sends a whole history of SHA-256 without leaving anything out', () => {
  const hash = 'f'.repeat(64);
  const history = Array.from({ length: 500 }, () => ({ commit: hash, tree: hash }));
  const own = Array.from({ length: 100 }, () => hash);
  expect(gitStoryFields({ ...story, history, own }).history).toHaveLength(500);
});
