import { describe, expect, it } from 'vitest';
import { hash } from '../../../test/support/baselines/placed.ts';
import type { BaselineChoice } from './choose-baseline.ts';
import { baselineSentence, whyNotText } from './sentence.ts';

const walked: BaselineChoice = {
  rule: 'walk',
  release: { id: 1, name: 'main 4f2c1aa', number: 1, branch: 'main', commit: hash('4f2c1aa') },
  runId: 10,
  match: 'commit',
  commit: hash('4f2c1aa'),
  commitsBefore: 0,
  isMerged: false,
  isUnreviewed: false,
  isOnMain: true,
  isRunOnMain: false,
  historyNote: 'full',
  previousName: null,
  waitUntil: null,
  others: [],
};
const pull = { id: 2, name: 'PR 7', number: 3, branch: 'feature', commit: hash('9abc123') };
const shallow = 'shallow: the server could not be reached';
const place = 'Compared with main at 4f2c1aa (release "main 4f2c1aa" #1), ';

describe('the sentence about a baseline', () => {
  it.each<[Partial<BaselineChoice>, string]>([
    [{}, `${place}where this branch began.`],
    [{ isRunOnMain: true }, `${place}the commit before.`],
    [{ commitsBefore: 1 }, `${place}1 commit before: the releases between were rejected or never made.`],
    [{ commitsBefore: 3 }, `${place}3 commits before: the releases between were rejected or never made.`],
    [{ isUnreviewed: true }, `${place}what main looks like; no one has reviewed that image yet.`],
    [
      { match: 'tree', release: pull, isOnMain: false, commit: hash('9ab') },
      'Compared with feature at 9abc123 (release "PR 7" #3), the same source tree as the squash commit 9ab0000.',
    ],
    [{ match: 'tree' }, `${place}the same source tree as commit 4f2c1aa.`],
    [
      { isMerged: true, match: 'head', release: pull, isOnMain: false },
      'Compared with feature at 9abc123 (release "PR 7" #3), which was merged.',
    ],
    [
      { rule: 'newest_accepted', historyNote: shallow },
      `${place}the newest accepted image of main, because the clone is shallow and commits could not be fetched; set fetch-depth: 0.`,
    ],
    [
      { rule: 'newest_accepted', historyNote: 'none: this is not a git work tree' },
      `${place}the newest accepted image of main, because git's history could not be read: this is not a git work tree.`,
    ],
    [
      { rule: 'any_branch', historyNote: 'none' },
      `${place}the newest good release of any branch: this build has none of a main branch.`,
    ],
    [{ rule: 'same_commit' }, `${place}the newest accepted image of the same commit.`],
    [{ rule: 'picked' }, `${place}which a reviewer chose.`],
    [{ rule: 'named' }, `${place}which the client named.`],
    [
      { rule: 'newest_good', release: { ...pull, branch: null, commit: null } },
      'Compared with PR 7 #3, the latest good release that had an accepted screenshot of this page when the run was requested.',
    ],
    [{ previousName: '/old' }, `${place}where this branch began. There the page is called "/old".`],
    [{ runId: null }, 'New: main at 4f2c1aa had no page of this name.'],
    [
      { runId: null, release: null, rule: 'none' },
      'New: no release of an earlier commit has an accepted image of this name.',
    ],
    [
      { runId: null, release: null, rule: 'none', historyNote: shallow },
      'New: no release without a branch or of main has an accepted image of this name, because the clone is shallow and commits could not be fetched; set fetch-depth: 0.',
    ],
    [
      { runId: null, release: null, rule: 'newest_good' },
      'New: no good release had an accepted screenshot of this name, and the client provided no baseline.',
    ],
    [{ rule: 'waiting', runId: null }, 'Waiting for main at 4f2c1aa (release "main 4f2c1aa" #1) to finish.'],
  ])('%j', (fields, sentence) => {
    expect(baselineSentence({ ...walked, ...fields })).toBe(sentence);
  });

  it('for a candidate that was not chosen', () => {
    expect(whyNotText('rejected')).toBe('the image was rejected');
  });
});
