import { describe, expect, it } from 'vitest';
import { sampleOutcome, sampleResult, sampleRun } from '../../test/support/sample-outcome.ts';
import { judgeOutcome } from './judge-outcome.ts';
import type { ReleaseOutcome } from './release-outcome.ts';

const judge = (outcome: Partial<ReleaseOutcome>, allowNoBaseline = false) =>
  judgeOutcome(sampleOutcome(outcome), { allowNoBaseline });
const refusals = [{ name: 'a', message: 'no' }];
const waited = (...of: Parameters<typeof sampleResult>) => ({ result: sampleResult(...of) });

describe('judgeOutcome', () => {
  it.each<[number, RegExp, Partial<ReleaseOutcome>]>([
    [0, /^Everything was sent/, {}],
    [3, /^1 run of 3 failed before/, { refusals: [{ name: 'a', message: 'no' }] }],
    [4, /^Nothing was compared: there was nothing to send/, { release: null, resultsUrl: null, sent: 0 }],
    [6, /not ready in time/, { timedOut: true }],
    [4, /^Nothing was sent: this shard has no runs\.$/, { sent: 0 }],
    [
      3,
      /^The release is not complete: shard 3 of 5 never reported\.$/,
      waited(
        { same: 4, undecided: 1, waiting: 2 },
        { status: 'receiving', fault: 'shard 3 of 5 never reported' },
      ),
    ],
    [0, /^No differences: 5 runs compared\.$/, waited({ same: 4, approved: 1 })],
    [0, /^No differences: 1 run compared; 2 runs without a baseline\.$/, waited({ same: 1, new: 2 })],
    [1, /^2 runs differ/, waited({ same: 1, undecided: 2 })],
    [1, /^1 run differs/, waited({ same: 1, rejected: 1 })],
    [3, /^1 run failed\.$/, waited({ same: 1, failed: 1 })],
    [3, /^1 run differs from the baseline\. 1 run failed\.$/, waited({ undecided: 1, failed: 1 })],
    [3, /^Nothing was compared: all 2 runs failed\.$/, waited({ failed: 2 })],
    [3, /^Nothing was compared: the only run failed\.$/, waited({ failed: 1 })],
    [3, /^1 run failed\. Nothing was compared: no run has a baseline yet/, waited({ failed: 1, new: 1 })],
    [3, /^1 run requested again since: not compared yet\.$/, waited({ same: 1, waiting: 1 })],
    [4, /^Nothing was compared: no run has a baseline yet\. Mark this release good/, waited({ new: 2 })],
    [4, /^Nothing was compared: the release has no runs\.$/, waited({})],
    [0, /^The release was marked good\.$/, waited({ undecided: 3, failed: 1 }, { status: 'good' })],
    [1, /^The release was marked bad\.$/, waited({ same: 3 }, { status: 'bad' })],
    [
      1,
      /^The release was marked bad: superseded by #3\.$/,
      waited({ failed: 2 }, { status: 'bad', decisionNote: 'superseded by #3' }),
    ],
    [3, /^1 run failed\.$/, { ...waited({ same: 2 }), refusals }],
    [3, /^2 runs failed\.$/, { ...waited({ same: 2, failed: 1 }), refusals }],
    [3, /^1 run differs from the baseline\. 1 run failed\.$/, { ...waited({ undecided: 1 }), refusals }],
    [3, /^Nothing was compared: the only run failed\.$/, { ...waited({}), refusals }],
    [
      3,
      /good\. The server refused 1 run: it is not part of the release\.$/,
      { ...waited({ same: 1 }, { status: 'good' }), refusals },
    ],
    [
      3,
      /bad\. The server refused 1 run: it is not part/,
      { ...waited({ same: 1 }, { status: 'bad' }), refusals },
    ],
    [0, /^No differences/, { ...waited({ same: 1 }, { runs: [sampleRun({ name: 'a' })] }), refusals }],
  ])('%i: %s', (status, sentence, outcome) => {
    const judged = judge(outcome);
    expect(judged.sentences.join(' ')).toMatch(sentence);
    expect(judged.status).toBe(status);
  });

  const git = { followsGit: true, reviewsNew: true, reviewsMissing: true };
  const gone = { name: '/gone', verdict: 'undecided', renamedTo: null } as const;
  it.each<[number, RegExp, Parameters<typeof sampleResult>]>([
    [1, /^1 new page waits for a decision\.$/, [{ same: 1, new: 1 }, { rules: git }]],
    [1, /^2 new pages wait for a decision\.$/, [{ new: 2 }, { rules: git }]],
    [1, /^1 run differs [^]*\. 1 new page waits/, [{ undecided: 1, new: 1 }, { rules: git }]],
    [
      0,
      /^No differences: 1 run compared; 1 run without/,
      [{ same: 1, new: 1 }, { rules: { ...git, reviewsNew: false } }],
    ],
    [
      0,
      /^No differences: 0 runs compared; 1 run without/,
      [{ new: 1 }, { rules: { ...git, reviewsNew: false } }],
    ],
    [
      1,
      /^1 page of the baseline is missing: \/gone\. Confirm that it was removed, or use --subset/,
      [{ same: 1, missing: 1 }, { missing: [gone] }],
    ],
    [
      1,
      /^2 pages of the baseline are missing, first \/gone\. Confirm that they were removed/,
      [
        { same: 1, missing: 2 },
        { missing: [gone, { ...gone, name: '/h', verdict: 'rejected' }], rules: git },
      ],
    ],
    [0, /^No differences/, [{ same: 1 }, { missing: [{ ...gone, verdict: 'confirmed' }] }]],
    [0, /^No differences/, [{ same: 1 }, { missing: [gone], rules: { ...git, reviewsMissing: false } }]],
    [
      1,
      /is missing: \/h/,
      [
        { same: 1 },
        {
          missing: [gone, { ...gone, name: '/h', verdict: 'rejected' }],
          rules: { ...git, reviewsMissing: false },
        },
      ],
    ],
    [
      0,
      /^Nothing is left to decide: 4 the same, 1 approved, 2 new\. The server marked the release good\.$/,
      [
        { same: 4, approved: 1, new: 2 },
        { status: 'good', decidedBy: 'server', rules: git },
      ],
    ],
    [
      0,
      /^The release was marked good by server: skipped: only the README changed\.$/,
      [{}, { status: 'good', decidedBy: 'server', decisionNote: 'skipped: only the README changed' }],
    ],
    [
      0,
      /^The release was marked good\.$/,
      [
        { same: 1, missing: 1 },
        { status: 'good', missing: [gone], rules: git },
      ],
    ],
  ])('%i where it follows git or pages are missing: %s', (status, sentence, result) => {
    const judged = judge({ result: sampleResult(...result) });
    expect(judged.sentences.join(' ')).toMatch(sentence);
    expect(judged.status).toBe(status);
  });

  it('lets a release of new pages alone pass when told to', () => {
    expect(judge({ result: sampleResult({ new: 2 }, { rules: git }) }, true).status).toBe(0);
    expect(judge({ result: sampleResult({ new: 2, same: 1 }, { rules: git }) }, true).status).toBe(1);
  });

  it('lets a release without any baseline pass only when told to, and says so', () => {
    expect(judge(waited({ new: 2 }), true)).toEqual({
      status: 0,
      sentences: [expect.stringContaining('--allow-no-baseline accepts that')],
    });
    expect(judge(waited({ new: 1, failed: 1 }), true).status).toBe(3);
    expect(judge(waited({}), true).status).toBe(4);
  });

  it('says by whom a release was marked, and why', () => {
    const marked = (status: 'good' | 'bad', decidedBy: string | null, decisionNote: string | null) =>
      judge(waited({ undecided: 1, failed: 1 }, { status, decidedBy, decisionNote }));
    expect(marked('good', 'ada@example.com', 'the new header.')).toEqual({
      status: 0,
      sentences: ['The release was marked good by ada@example.com: the new header.'],
    });
    expect(marked('bad', 'ada@example.com', null)).toEqual({
      status: 1,
      sentences: ['The release was marked bad by ada@example.com.'],
    });
  });

  it('says how to wait longer for a decision', () => {
    const release = { buildId: 3, releaseName: "feature/it's 0123", releaseNumber: 2 };
    const outcome = sampleOutcome({
      release,
      timedOut: true,
      ...waited({ undecided: 3, new: 1, same: 9 }),
    });
    const rules = { allowNoBaseline: false, goal: 'decision' } as const;
    expect(judgeOutcome(outcome, rules)).toEqual({
      status: 6,
      sentences: [
        'The release is not decided yet: 3 to look at, 1 new.',
        "To wait longer: dpxdt wait --build 3 --release 'feature/it'\\''s 0123' --number 2",
      ],
    });
    const early = judgeOutcome({ ...outcome, result: null }, { ...rules, server: 'http://dpxdt.test:5000' });
    expect(early).toEqual({
      status: 6,
      sentences: [
        expect.stringContaining('was not ready in time'),
        "To wait longer: dpxdt wait --server http://dpxdt.test:5000 --build 3 --release 'feature/it'\\''s 0123' --number 2",
      ],
    });
    expect(judge({ timedOut: true }).sentences[1]).toMatch(/ --number 2 --for compared$/);
  });
});

describe('with --exit-zero-on-changes', () => {
  const exit = (outcome: Partial<ReleaseOutcome>) =>
    judgeOutcome(sampleOutcome(outcome), { allowNoBaseline: false, exitZeroOnChanges: true }).status;
  it.each<[string, number, Partial<ReleaseOutcome>]>([
    ['differences', 0, waited({ same: 1, undecided: 2 })],
    ['a release that was marked bad', 0, waited({ same: 1 }, { status: 'bad' })],
    ['differences and a failed page', 3, waited({ undecided: 1, failed: 1 })],
    ['a failed page', 3, waited({ same: 1, failed: 1 })],
    ['nothing compared', 4, waited({})],
    ['a wait that ended', 6, { timedOut: true }],
  ])('%s: %i', (_what, status, outcome) => expect(exit(outcome)).toBe(status));
});
