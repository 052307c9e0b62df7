import { describe, expect, it } from 'vitest';
import { hash, historyOf, placed } from '../../../test/support/baselines/placed.ts';
import { historyKind } from './placed-release.ts';
import { candidatesOf, walkOf } from './walk.ts';

const self = placed(100);

describe('the walk along the history', () => {
  it('takes the closest commit first; of one commit the checked out one, the head, the tree; then the newest', () => {
    const releases = [
      placed(1, { commit: hash('b') }),
      placed(2, { commit: hash('a') }),
      placed(3, { commit: hash('d'), headCommit: hash('a') }),
      placed(4, { commit: hash('e'), tree: hash('aa') }),
      placed(5, { commit: hash('a') }),
      placed(6, { commit: hash('f') }),
    ];
    const walk = candidatesOf(historyOf('a:aa', 'b:bb'), releases, self);
    expect(walk.map(({ release, match, position }) => [release.id, match, position])).toEqual([
      [5, 'commit', 0],
      [2, 'commit', 0],
      [3, 'head', 0],
      [4, 'tree', 0],
      [1, 'commit', 1],
    ]);
  });

  it('leaves out the release itself, superseded and skipped ones, and those of a dirty tree', () => {
    const releases = [
      placed(100, { commit: hash('a') }),
      placed(1, { commit: hash('a'), isSuperseded: true }),
      placed(2, { commit: hash('a'), isSkipped: true }),
      placed(3, { commit: `${hash('a')}+dirty`, headCommit: hash('a'), tree: hash('aa') }),
    ];
    expect(candidatesOf(historyOf('a:aa'), releases, self)).toEqual([]);
  });

  it('does not count what a merge brought as commits before', () => {
    const releases = [placed(1, { commit: hash('c') }), placed(2, { commit: hash('b') })];
    const walk = candidatesOf(historyOf('a:aa', 'b', 'c:cc'), releases, self);
    expect(walk).toMatchObject([
      { release: { id: 2 }, isMerged: true, commitsBefore: 1 },
      { release: { id: 1 }, isMerged: false, commitsBefore: 1 },
    ]);
  });

  it('knows commits without any tree as first parents', () => {
    const walk = candidatesOf(historyOf('a', 'b'), [placed(1, { commit: hash('b') })], self);
    expect(walk).toMatchObject([{ isMerged: false, commitsBefore: 1 }]);
  });

  it.each([
    ['4f2c1aa9bb', 'git.example/shop', 1],
    ['4f2c1aa9bbcc', 'git.example/shop', 1],
    ['4f2c1aa9bb', 'git.example/other', 0],
    ['4f2c1aa9b', 'git.example/shop', 0],
    ['4f2c1aa9bc', 'git.example/shop', 0],
  ])('the abbreviated commit %s of %s meets %s release(s)', (commit, repository, count) => {
    const full = '4f2c1aa9bbccddee0123456789012345678901ff';
    expect(candidatesOf([{ commit: full }], [placed(1, { commit, repository })], self)).toHaveLength(count);
  });

  it('has each release once, at its closest place', () => {
    const release = placed(1, { commit: hash('c'), tree: hash('aa') });
    expect(candidatesOf(historyOf('a:aa', 'b:bb', 'c:aa'), [release], self)).toMatchObject([
      { position: 0, match: 'tree' },
    ]);
  });
});

describe('the walk of a push to a branch that only the build calls main', () => {
  const mainBranches = ['main', 'release/*'];
  const pushed = placed(100, { branch: 'release/1', baseBranch: 'main', commit: hash('c') });
  const start = {
    release: pushed,
    history: historyOf('a:aa', 'f:ff'),
    own: [hash('c'), hash('b'), hash('d')],
  };
  const earlier = placed(1, { branch: 'release/1', baseBranch: 'main', commit: hash('d') });
  const pull = placed(2, { branch: 'fix', pullRequest: '7', commit: hash('b') });
  const base = placed(3, { commit: hash('a') });
  const releases = [earlier, pull, base];

  it("begins with the branch's own earlier releases, and never with what was merged into it", () => {
    expect(walkOf(start, releases, { mainBranches })).toMatchObject([
      { release: { id: 1 }, commitsBefore: 1, isMerged: false },
      { release: { id: 3 }, position: 2, commitsBefore: 2 },
    ]);
  });

  it.each([
    ['of a branch that is no main branch', { mainBranches: ['main'] }, pushed],
    ['of a pull request', { mainBranches }, { ...pushed, pullRequest: '8' }],
    ['of a branch that the client calls main too', { mainBranches }, { ...pushed, baseBranch: 'release/1' }],
    ['of a client that names no base', { mainBranches }, { ...pushed, baseBranch: null }],
  ])('is the history alone where it is %s', (_, settings, release) => {
    expect(walkOf({ ...start, release }, releases, settings)).toEqual(
      candidatesOf(start.history, releases, release),
    );
  });
});

describe('how much history a release brought', () => {
  it.each([
    [null, null, 'absent'],
    [null, 'full', 'absent'],
    [0, null, 'none'],
    [0, 'none: this is not a git work tree', 'none'],
    [0, 'full', 'read'],
    [0, 'shallow: the server refused', 'none'],
    [1, 'shallow: the server refused', 'cut'],
    [1, 'none: unrelated', 'none'],
    [1, 'fetched', 'read'],
    [1, null, 'read'],
  ])('%s commits with the note %s: %s', (length, note, kind) => {
    expect(historyKind(length, note)).toBe(kind);
  });
});
