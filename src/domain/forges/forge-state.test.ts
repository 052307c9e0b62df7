import { describe, expect, it } from 'vitest';
import { defaultBaselineSettings } from '../baselines/settings.ts';
import { releaseConclusion, type ReleaseState } from '../releases/release-conclusion.ts';
import { forgeKinds, forgeTraits } from './forge-kinds.ts';
import { forgeState, summaryOf } from './forge-state.ts';

const noCounts = {
  ...{ total: 40, waiting: 0, undecided: 0, approved: 0, rejected: 0, same: 40 },
  ...{ forgiven: 0, new: 0, failed: 0, accepted: 0, carried: 0, partlyApproved: 0, missing: 0, renamed: 0 },
};

type Told = Partial<Omit<ReleaseState, 'counts'>> & { counts?: Partial<ReleaseState['counts']> };

function release({ counts = {}, ...told }: Told): ReleaseState {
  return {
    status: 'reviewing',
    isDecidedByPerson: false,
    decider: null,
    decisionNote: null,
    skipReason: null,
    fault: null,
    followsGit: true,
    isOnMain: false,
    settings: defaultBaselineSettings,
    ...told,
    counts: { ...noCounts, ...counts },
  };
}

describe('what a forge shows', () => {
  // As the forges' documents name them: GitHub, Gitea and Forgejo, GitLab, Bitbucket, Azure DevOps.
  it.each<[string, Told, string, string, string, string, string]>([
    ...(
      [
        ['receiving', { status: 'receiving', counts: { waiting: 28 } }],
        ['processing', { status: 'processing', counts: { waiting: 28 } }],
      ] as [string, Told][]
    ).map(([name, told]): [string, Told, string, string, string, string, string] => [
      ...([name, told, 'pending', 'running', 'INPROGRESS', 'pending'] as const),
      'waiting: 12 of 40 compared',
    ]),
    [
      'someone must look',
      { counts: { undecided: 3, new: 1, same: 36 } },
      ...(['failure', 'failed', 'FAILED', 'failed'] as const),
      '3 of 40 differ, 1 new, waiting for review',
    ],
    [
      'nothing is left',
      { counts: { approved: 3, same: 37 } },
      ...(['success', 'success', 'SUCCESSFUL', 'succeeded'] as const),
      'all 3 differences approved',
    ],
    [
      'a page was rejected',
      { counts: { rejected: 1, same: 39 } },
      ...(['failure', 'failed', 'FAILED', 'failed'] as const),
      '1 of 40 rejected',
    ],
    [
      'bad',
      { status: 'bad', isDecidedByPerson: true, decider: 'Ada', decisionNote: 'header too low' },
      ...(['failure', 'failed', 'FAILED', 'failed'] as const),
      'rejected by Ada: header too low',
    ],
    [
      'a capture failed',
      { counts: { failed: 2, same: 38 } },
      ...(['error', 'failed', 'FAILED', 'error'] as const),
      '2 of 40 could not be captured',
    ],
    [
      'nothing was shown',
      { counts: { total: 0, same: 0 } },
      ...(['error', 'failed', 'FAILED', 'error'] as const),
      'nothing was compared',
    ],
    [
      'a shard is missing',
      { status: 'processing', fault: 'shard 3 of 5 never reported' },
      ...(['error', 'failed', 'FAILED', 'error'] as const),
      'shard 3 of 5 never reported',
    ],
    [
      'good by itself',
      { status: 'good' },
      ...(['success', 'success', 'SUCCESSFUL', 'succeeded'] as const),
      '40 pages, nothing differs',
    ],
    [
      'good by a person',
      { status: 'good', isDecidedByPerson: true, decider: null },
      ...(['success', 'success', 'SUCCESSFUL', 'succeeded'] as const),
      'approved by a reviewer',
    ],
    [
      'skipped',
      { status: 'good', skipReason: 'no UI change' },
      ...(['success', 'success', 'SUCCESSFUL', 'notApplicable'] as const),
      'skipped: no UI change',
    ],
  ])('%s', (_name, told, github, gitlab, bitbucket, azure, text) => {
    const words = Object.fromEntries(
      forgeKinds.map((kind) => [kind, forgeState(kind, releaseConclusion(release(told)))]),
    );
    expect(Object.fromEntries(Object.entries(words).map(([kind, { word }]) => [kind, word]))).toEqual({
      ...{ github, gitea: github, forgejo: github, gitlab, azure_devops: azure },
      ...{ bitbucket_cloud: bitbucket, bitbucket_data_center: bitbucket },
    });
    expect(new Set(Object.values(words).map((state) => state.text))).toEqual(new Set([text]));
  });

  it('fits: a text has at most 140 characters', () => {
    const told = { status: 'bad', decisionNote: 'x'.repeat(500) } as const;
    expect([...forgeState('github', releaseConclusion(release(told))).text]).toHaveLength(140);
  });

  it('is green only where the conclusion is', () => {
    for (const kind of forgeKinds) {
      const { words } = forgeTraits[kind];
      for (const conclusion of ['pending', 'failure', 'error'] as const) {
        expect([words.success, words.skipped]).not.toContain(forgeState(kind, { conclusion, text: '' }).word);
      }
    }
  });
});

describe('the status of all builds of a commit', () => {
  it('repeats no single one, and is the worst of several', () => {
    expect(summaryOf(['failure'])).toBeNull();
    expect(summaryOf(['success', 'skipped'])).toEqual({
      conclusion: 'success',
      text: '2 builds: 1 approved or unchanged, 1 skipped',
    });
    expect(summaryOf(['success', 'pending', 'failure'])?.conclusion).toBe('failure');
    expect(summaryOf(['failure', 'error'])?.conclusion).toBe('error');
  });
});
