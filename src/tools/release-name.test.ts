import { expect, it } from 'vitest';
import { defaultReleaseName } from './release-name.ts';

const story = {
  system: 'GitHub Actions',
  branch: 'feature/x',
  tag: null,
  headCommit: '0123456789abcdef0123456789abcdef01234567',
  shardId: null,
};

it.each([
  [{}, 'feature/x 01234567'],
  [{ branch: null }, '01234567'],
  [{ branch: null, tag: 'v1.2' }, 'v1.2 01234567'],
  [{ headCommit: null }, 'feature/x'],
  [{ system: null, shardId: 'mine' }, 'feature/x 01234567'],
  [{ system: null }, '1970-01-01 00:00:00.000'],
  [{ branch: null, headCommit: null, shardId: 'mine' }, 'shards mine'],
  [{ branch: null, headCommit: null }, '1970-01-01 00:00:00.000'],
])('names a release with %j', (over, name) => {
  expect(defaultReleaseName({ ...story, ...over }, 0)).toBe(name);
});
