import { describe, expect, it } from 'vitest';
import { placed, hash } from '../../../test/support/baselines/placed.ts';
import { chooseBaseline } from './choose-baseline.ts';
import type { ChoiceInput, FoundScreenshot, WalkStep } from './choose-baseline.ts';
import type { PlacedRelease } from './placed-release.ts';
import { defaultBaselineSettings } from './settings.ts';

const branch = placed(100, { branch: 'feature', commit: hash('f') });
const main = placed(100, { commit: hash('f') });
const accepted: FoundScreenshot = { runId: 7, veto: null, isAccepted: true };
const unreviewed: FoundScreenshot = { runId: 7, veto: null, isAccepted: false };

function step(
  release: PlacedRelease,
  screenshot: FoundScreenshot | null,
  fields: Partial<WalkStep> = {},
): WalkStep {
  const picked = screenshot === null ? null : { ...screenshot, runId: release.id * 10 };
  return {
    release,
    position: 0,
    commit: hash('c'),
    match: 'commit',
    commitsBefore: 0,
    isMerged: false,
    screenshot: picked,
    missing: null,
    ...fields,
  };
}

function choose(release: PlacedRelease, walk: WalkStep[], fields: Partial<ChoiceInput> = {}, note = 'full') {
  const input: ChoiceInput = {
    release,
    settings: defaultBaselineSettings,
    now: 1_000_000,
    walk,
    isWalkCut: false,
    newestAccepted: null,
    hasMain: true,
    newestGood: null,
    sameCommit: null,
    ...fields,
  };
  const outcome = chooseBaseline(input, note);
  return outcome.kind === 'look_up'
    ? { kind: outcome.kind, what: outcome.what }
    : { kind: outcome.kind, runId: outcome.choice.runId, choice: outcome.choice };
}

const settings = (fields: Partial<ChoiceInput['settings']>) => ({
  settings: { ...defaultBaselineSettings, ...fields },
});

describe('the walk', () => {
  it('takes the closest accepted image', () => {
    expect(choose(main, [step(placed(2), accepted), step(placed(1), accepted)])).toMatchObject({
      kind: 'baseline',
      runId: 20,
    });
  });

  it.each([
    ['branch', branch, {}, 20],
    ['branch that skips unreviewed', branch, settings({ mainUnreviewed: 'skip' }), 10],
    ['main', main, {}, 10],
  ])('an unreviewed image of main, for a run of %s', (_, release, fields, runId) => {
    const walk = [step(placed(2), unreviewed), step(placed(1), accepted)];
    expect(choose(release, walk, fields)).toMatchObject({
      kind: 'baseline',
      runId,
      choice: { isUnreviewed: runId === 20 },
    });
  });

  it.each([
    ['another branch', { branch: 'other' }],
    ["a fork's branch of that name", { headRepository: 'git.example/fork' }],
    ['a pull request of a branch of that name', { pullRequest: '7' }],
    ['no branch', { branch: null }],
  ])('never takes an unreviewed image of %s', (_, place) => {
    const walk = [step(placed(2, place), unreviewed), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({
      runId: 10,
      choice: { others: [{ release: { id: 2 }, why: 'other_branch' }] },
    });
  });

  it.each(['release_bad', 'rejected', 'failed', 'not_captured'] as const)(
    'never takes one that is %s',
    (veto) => {
      const walk = [step(placed(2), { ...accepted, veto }), step(placed(1), accepted)];
      expect(choose(branch, walk)).toMatchObject({ runId: 10, choice: { others: [{ why: veto }] } });
    },
  );

  it.each(['receiving', 'processing'] as const)('waits for a release of main that is %s', (status) => {
    const unfinished = placed(2, { status, createdAt: 500_000 });
    const walk = [step(unfinished, accepted), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({
      kind: 'wait',
      choice: { rule: 'waiting', release: { id: 2 }, waitUntil: 1_100_000 },
    });
    expect(choose(branch, walk, { now: 1_100_000 })).toMatchObject({ kind: 'baseline', runId: 20 });
    expect(choose(branch, walk, settings({ baselineWaitSeconds: 0 }))).toMatchObject({ runId: 20 });
  });

  it('waits for no other branch, and for nothing behind a choice', () => {
    const other = step(placed(3, { status: 'processing', createdAt: 999_000, branch: 'x' }), accepted);
    expect(choose(branch, [other])).toMatchObject({ runId: 30 });
    const behind = step(placed(1, { status: 'processing', createdAt: 999_000 }), accepted);
    expect(choose(branch, [step(placed(2), accepted), behind])).toMatchObject({ runId: 20 });
  });

  it('ends at a complete release of main without the page', () => {
    const walk = [step(placed(2), null), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({ kind: 'new', choice: { release: { id: 2 } } });
  });

  it.each([
    ['a subset', { isSubset: true }, null, 'not_in_subset'],
    ['a bad one', { status: 'bad' }, null, 'release_bad'],
    ['one still receiving', { status: 'receiving' }, null, 'receiving'],
    ['one of another branch', { branch: 'x' }, null, 'no_such_page'],
    ['one whose removal is undecided', {}, 'undecided', 'removal_undecided'],
    ['one whose removal was rejected', {}, 'rejected', 'removal_undecided'],
  ] as const)('goes past %s without the page', (_, place, missing, why) => {
    const walk = [step(placed(2, place), null, { missing }), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({ runId: 10, choice: { others: [{ why }] } });
  });

  it('ends at a confirmed removal', () => {
    const walk = [step(placed(2), null, { missing: 'confirmed' }), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({ kind: 'new' });
  });

  it('asks for more of itself where it was cut', () => {
    const walk = [step(placed(2), { ...accepted, veto: 'failed' })];
    expect(choose(branch, walk, { isWalkCut: true })).toEqual({ kind: 'look_up', what: 'walk' });
  });

  it('tells at most five others', () => {
    const walk = Array.from({ length: 9 }, (_, at) => step(placed(20 - at), { ...accepted, veto: 'failed' }));
    const { choice } = choose(branch, [...walk, step(placed(1), accepted)]) as {
      choice: { others: object[] };
    };
    expect(choice.others).toHaveLength(5);
  });

  it('tells others further back that have the page', () => {
    const walk = [step(placed(3), accepted), step(placed(2), null), step(placed(1), accepted)];
    expect(choose(branch, walk)).toMatchObject({
      choice: { others: [{ release: { id: 1 }, runId: 10, why: 'further_back' }] },
    });
  });
});

describe('without a walk that leads anywhere', () => {
  const here = { release: placed(5, { branch: null }), runId: 50 };

  it.each(['none', 'cut'] as const)('history %s: the newest accepted image', (history) => {
    const release = placed(100, { history, branch: null });
    expect(choose(release, [], { newestAccepted: undefined })).toEqual({
      kind: 'look_up',
      what: 'newest_accepted',
    });
    expect(choose(release, [], { newestAccepted: here })).toMatchObject({
      runId: 50,
      choice: { rule: 'newest_accepted' },
    });
  });

  it('the newest good one of any branch only where the build has nothing of main', () => {
    const release = placed(100, { history: 'none', branch: null });
    const develop = { release: placed(5, { branch: 'develop', status: 'good' }), runId: 50 };
    expect(choose(release, [], { newestGood: develop })).toMatchObject({ kind: 'new' });
    expect(choose(release, [], { newestGood: develop, hasMain: false })).toMatchObject({
      runId: 50,
      choice: { rule: 'any_branch' },
    });
    expect(choose(release, [], { newestGood: undefined, hasMain: false })).toEqual({
      kind: 'look_up',
      what: 'newest_good',
    });
  });

  it('a history that was read never falls back to other branches', () => {
    expect(choose(branch, [], { newestAccepted: here, hasMain: false, newestGood: here })).toMatchObject({
      kind: 'new',
      choice: { rule: 'none' },
    });
  });

  it('an accepted image of the same commit', () => {
    expect(choose(main, [], { sameCommit: here })).toMatchObject({
      runId: 50,
      choice: { rule: 'same_commit' },
    });
    expect(choose(main, [], { sameCommit: undefined })).toEqual({ kind: 'look_up', what: 'same_commit' });
  });

  it.each([
    ['a client that sends no history', placed(100, { history: 'absent' }), {}],
    ['a build that asks for it', branch, settings({ baseline: 'newest_good' })],
  ])('%s: the newest good release that has the page', (_, release, fields) => {
    const walk = [step(placed(9), accepted)];
    expect(choose(release, walk, { ...fields, newestGood: here })).toMatchObject({
      runId: 50,
      choice: { rule: 'newest_good' },
    });
    expect(choose(release, walk, fields)).toMatchObject({ kind: 'new' });
  });

  it('what the client named goes before everything', () => {
    const named = { release: placed(3), screenshot: { ...unreviewed, runId: 30 } };
    expect(choose(branch, [step(placed(9), accepted)], { named })).toMatchObject({
      runId: 30,
      choice: { rule: 'named' },
    });
    const vetoed = { ...named, screenshot: { ...unreviewed, veto: 'rejected' as const } };
    expect(choose(branch, [step(placed(9), accepted)], { named: vetoed })).toMatchObject({ kind: 'new' });
  });
});
