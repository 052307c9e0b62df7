import { describe, expect, it } from 'vitest';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { describeChange, listChanges } from '../../src/services/changes/list-changes.ts';
import { reviewChange } from '../../src/services/changes/review-change.ts';
import type { ReviewChangeInput } from '../../src/services/changes/review-change.ts';
import { undoDecision } from '../../src/services/changes/undo-decision.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { describeRelease } from '../../src/services/releases/describe-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import type { Alignment } from '../../src/domain/comparison/alignment.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Verdict } from '../../src/domain/runs/verdict.ts';
import { aligned, fingerprintOf } from '../support/aligned.ts';
import type { MadeUpChange } from '../support/aligned.ts';
import {
  named,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { StoreKind, World } from '../support/server-world.ts';

const ann = { kind: 'user', userId: 'ann', name: 'Ann', superuser: true, roles: new Map() } as const;
const bob = { ...ann, userId: 'bob', name: 'Bob' } as const;
const robot = { kind: 'key', keyId: 'ci', buildId: 1, superuser: false } as const;

type Pages = Record<string, readonly (string | MadeUpChange)[]>;

interface Sent {
  name?: string;
  branch?: string;
  /** Of every page. */
  over?: Partial<Alignment>;
  browserVersion?: string;
  freshReview?: boolean;
}

async function send(world: World, release: Release, pages: Pages, sent: Sent = {}): Promise<void> {
  const refImage = await uploadImage(world, 'before');
  const diffImage = await uploadImage(world, 'mask');
  for (const [page, changes] of Object.entries(pages)) {
    const image = await uploadImage(world, `${release.id} ${page}`);
    await report(world, release, page, {
      ...{ image, refImage, diffImage, distortion: 0.5 },
      comparison: aligned(changes, sent.over),
      ...(sent.browserVersion !== undefined && {
        capture: {
          ...{ width: 1, height: 1, shots: 2, settled: true, durationMs: 1, stages: [] },
          browserVersion: sent.browserVersion,
        },
      }),
    });
  }
}

async function releaseOf(world: World, pages: Pages, sent: Sent = {}): Promise<Release> {
  const { name = 'v12', branch, freshReview } = sent;
  const release = await createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    branch,
    freshReview,
  });
  await send(world, release, pages, sent);
  await runsDone(world.deps, root, named(release));
  return release;
}

async function opened(kind: StoreKind, pages: Pages, sent: Sent = {}) {
  const world = await openWorld(kind);
  const release = await releaseOf(world, pages, sent);
  return { world, release, ...acts(world, release) };
}

function acts(world: World, release: Release) {
  const verdicts = async (...names: string[]) => {
    const found: Verdict[] = [];
    for (const name of names) found.push((await runNow(world, release, name)).verdict);
    return found.join(' ');
  };
  const decide = async (
    word: string,
    verdict: ReviewChangeInput['verdict'],
    more: Partial<ReviewChangeInput> = {},
    who: Parameters<typeof reviewChange>[1] = ann,
  ) =>
    reviewChange(world.deps, who, {
      releaseId: release.id,
      fingerprint: fingerprintOf(word),
      verdict,
      operationId: `${verdict} ${word}`,
      ...more,
    });
  const judge = async (
    name: string,
    verdict: Verdict,
    operationId = `${verdict} ${name}`,
    who: typeof ann | typeof bob = ann,
  ) =>
    reviewRuns(world.deps, who, {
      ...named(release),
      runs: [{ runId: (await runNow(world, release, name)).id, verdict }],
      operationId,
    });
  const undo = async (operationId: string) =>
    undoDecision(world.deps, ann, { buildId: world.build.id, operationId });
  return { verdicts, decide, judge, undo };
}

describe.each(storeKinds)('changes of a release on %s', (kind) => {
  it('are listed over all runs, those with the most open runs first', async () => {
    const { world, release, decide } = await opened(kind, {
      '/a': ['header', { word: 'badge', top: 2900 }],
      '/b': ['header', { word: 'badge', top: 100 }, { word: 'badge', top: 1500 }],
      '/c': ['header'],
      '/d': ['own'],
    });
    const list = () => listChanges(world.deps, root, { releaseId: release.id });
    const shown = async () =>
      (await list()).changes.map(({ fingerprint, runs, places, openRuns, decision, sample }) => [
        fingerprint,
        ...[runs, places, openRuns, decision?.verdict ?? null, sample.runName],
      ]);
    expect(await shown()).toEqual([
      [fingerprintOf('header'), 3, 1, 3, null, '/a'],
      [fingerprintOf('badge'), 2, 3, 2, null, '/a'],
      [fingerprintOf('own'), 1, 1, 1, null, '/d'],
    ]);
    expect(await list()).toMatchObject({ total: 3, decisionsLeft: 3, runsLeft: 4 });
    await decide('header', 'approved');
    expect(await shown()).toEqual([
      [fingerprintOf('badge'), 2, 3, 2, null, '/a'],
      [fingerprintOf('own'), 1, 1, 1, null, '/d'],
      [fingerprintOf('header'), 3, 1, 0, 'approved', '/a'],
    ]);
    expect(await list()).toMatchObject({ total: 3, decisionsLeft: 2, runsLeft: 3 });
    const badge = await describeChange(world.deps, root, {
      releaseId: release.id,
      fingerprint: fingerprintOf('badge'),
    });
    expect(badge.places.map(({ place, runName, after }) => [place, runName, after!.top])).toEqual([
      ['bottom 1280', '/a', 2900],
      ['middle 1280', '/b', 1500],
      ['top 1280', '/b', 100],
    ]);
    expect(badge.members).toMatchObject([
      { runName: '/a', place: 'bottom 1280', changeCount: 2, openChanges: 1 },
      { runName: '/b', place: 'top 1280', changeCount: 2, openChanges: 1 },
    ]);
  });

  it('an approval approves the runs without other changes, and counts the others as undecided', async () => {
    const { world, release, decide, verdicts } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header', 'own'],
      '/c': ['other'],
    });
    const answer = await decide('header', 'approved', { note: 'as planned' });
    expect(answer).toMatchObject({ outcome: 'changed', runs: 2, settled: 1, open: 1 });
    expect(await verdicts('/a', '/b', '/c')).toBe('approved none none');
    expect(await runNow(world, release, '/a')).toMatchObject({
      ...{ status: 'diff_approved', verdictBy: 'user:ann/Ann', verdictSource: 'changes', openChanges: 0 },
    });
    expect(await runNow(world, release, '/b')).toMatchObject({ status: 'diff_found', openChanges: 1 });
    const { counts, runs } = await listRuns(world.deps, root, named(release));
    expect(counts).toMatchObject({ undecided: 2, approved: 1 });
    expect(runs).toMatchObject({ changeCount: [1, 2, 1], openChanges: [0, 1, 1] });
    expect(runs.verdictSource).toEqual(['changes', null, null]);
    const described = await describeRelease(world.deps, root, named(release));
    expect(described).toMatchObject({ conclusion: 'failure' });
    await decide('own', 'approved');
    expect(await verdicts('/a', '/b', '/c')).toBe('approved approved none');
    const [entry] = await listActivity(world.deps, root, {
      buildId: world.build.id,
      kind: 'change_approved',
    });
    expect(entry).toMatchObject({
      actor: 'user:ann/Ann',
      detail: { fingerprint: fingerprintOf('own'), runs: 1 },
    });
  });

  it('a rejection rejects all its runs, whatever else is approved, and the latest decision counts', async () => {
    const { decide, judge, verdicts } = await opened(kind, { '/a': ['header', 'own'], '/b': ['header'] });
    await judge('/a', 'approved');
    await decide('header', 'rejected');
    expect(await verdicts('/a', '/b')).toBe('rejected rejected');
    await decide('own', 'approved');
    expect(await verdicts('/a', '/b')).toBe('rejected rejected');
    await decide('header', 'approved', { operationId: 'again' });
    expect(await verdicts('/a', '/b')).toBe('approved approved');
    await judge('/b', 'rejected');
    expect(await verdicts('/a', '/b')).toBe('approved rejected');
  });

  it('an exception needs a verdict of its own', async () => {
    const { world, release, decide, verdicts } = await opened(kind, { '/a': ['header'], '/b': ['header'] });
    const { id } = await runNow(world, release, '/b');
    await decide('header', 'approved', { exceptRunIds: [id] });
    expect(await verdicts('/a', '/b')).toBe('approved none');
    const { changes, decisionsLeft } = await listChanges(world.deps, root, { releaseId: release.id });
    expect(changes).toMatchObject([{ runs: 2, openRuns: 1, decision: { verdict: 'approved' } }]);
    expect(decisionsLeft).toBe(1);
    const described = await describeChange(world.deps, root, {
      releaseId: release.id,
      fingerprint: fingerprintOf('header'),
    });
    expect(described.exceptedRunIds).toEqual([id]);
    await expect(decide('header', 'rejected', { exceptRunIds: [id + 1000] })).rejects.toMatchObject({
      code: 'not_found',
      details: { parameter: 'except_run_ids' },
    });
  });

  it.each<[string, (act: ReturnType<typeof acts>) => Promise<unknown>, number]>([
    [
      'the change is approved again',
      ({ decide }) => decide('header', 'approved', { operationId: 'again' }),
      1,
    ],
    ['its run is judged by itself', ({ judge }) => judge('/b', 'approved'), 1],
    ['another change of the run is rejected', ({ decide }) => decide('badge', 'rejected'), 1],
    ['nothing else is decided', async () => undefined, 2],
  ])('an exception waits until something covers it: after %s', async (_when, act, decisionsLeft) => {
    const { world, release, ...done } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header', 'badge'],
      '/c': ['header', 'own'],
    });
    await done.decide('badge', 'approved');
    const { id } = await runNow(world, release, '/b');
    await done.decide('header', 'approved', { exceptRunIds: [id], operationId: 'with an exception' });
    await act(done);
    const list = await listChanges(world.deps, root, { releaseId: release.id });
    expect(list).toMatchObject({ decisionsLeft, runsLeft: decisionsLeft });
    const open = list.changes.filter(({ openRuns }) => openRuns > 0).map(({ fingerprint }) => fingerprint);
    expect(open.sort()).toEqual([...(decisionsLeft > 1 ? ['header'] : []), 'own'].map(fingerprintOf).sort());
  });

  it('a run says in how many others its changes wait, but for those that are decided for all', async () => {
    const { world, release, decide } = await opened(kind, {
      '/a': ['header', 'badge'],
      '/b': ['header', 'badge'],
      '/c': ['header', 'own'],
    });
    const waiting = async () => {
      const { changes } = await runDetail(world.deps, root, { ...named(release), runName: '/a' });
      return Object.fromEntries(
        changes.map(({ fingerprint, otherOpenRuns }) => [fingerprint, otherOpenRuns]),
      );
    };
    expect(await waiting()).toEqual({ [fingerprintOf('header')]: 2, [fingerprintOf('badge')]: 1 });
    await decide('header', 'approved');
    expect(await waiting()).toEqual({ [fingerprintOf('header')]: 0, [fingerprintOf('badge')]: 1 });
  });

  it('a verdict on a run counts for that run only', async () => {
    const { decide, judge, verdicts, world, release } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header', 'own'],
    });
    await judge('/b', 'approved');
    expect(await verdicts('/a', '/b')).toBe('none approved');
    expect(await runNow(world, release, '/b')).toMatchObject({ verdictSource: 'person', openChanges: 0 });
    await decide('header', 'rejected');
    await judge('/b', 'none', 'take back');
    expect(await verdicts('/a', '/b')).toBe('rejected none');
    expect(await runNow(world, release, '/b')).toMatchObject({ openChanges: 2 });
  });

  it('where the changes do not explain every difference, decisions on them settle nothing', async () => {
    const { world, release, decide, judge, verdicts } = await opened(
      kind,
      { '/a': ['header'] },
      { over: { complete: false } },
    );
    expect(await listChanges(world.deps, root, { releaseId: release.id })).toMatchObject({
      ...{ total: 0, decisionsLeft: 1, runsLeft: 1, changes: [] },
    });
    await expect(decide('header', 'approved')).rejects.toMatchObject({ code: 'not_found' });
    await judge('/a', 'approved');
    expect(await verdicts('/a')).toBe('approved');
    const { runs } = await listRuns(world.deps, root, named(release));
    expect(runs).toMatchObject({ changeSet: [null], changeCount: [1] });
  });

  it('a run that is reported later is settled by the decisions of its release', async () => {
    const world = await openWorld(kind);
    const release = await createRelease(world.deps, root, { buildId: world.build.id, releaseName: 'v12' });
    const { decide, verdicts } = acts(world, release);
    await send(world, release, { '/a': ['header'], '/x': ['bad'] });
    await decide('header', 'approved');
    await decide('bad', 'rejected');
    await send(world, release, { '/b': ['header'], '/c': ['header', 'own'], '/d': ['header', 'bad'] });
    expect(await verdicts('/b', '/c', '/d')).toBe('approved none rejected');
    expect(await runNow(world, release, '/c')).toMatchObject({ openChanges: 1 });
    expect(await runNow(world, release, '/b')).toMatchObject({ verdictSource: 'changes' });
  });

  it('runs with exactly the same changes have the same key, whatever the order', async () => {
    const { world, release } = await opened(kind, { '/a': ['x', 'y'], '/b': ['y', 'x', 'x'], '/c': ['x'] });
    const { runs, changeSets } = await listRuns(world.deps, root, named(release));
    expect(runs.changeSet).toEqual([0, 0, 1]);
    expect(runs.moveSummary).toEqual(['changed', 'changed', 'changed']);
    expect(changeSets).toHaveLength(2);
  });

  it('the same operation again changes nothing; a decision since the decider looked is a conflict', async () => {
    const { world, release, decide, verdicts } = await opened(kind, { '/a': ['header'] });
    const { version } = await releaseNow(world, release);
    const first = await decide('header', 'approved', { version });
    expect(await decide('header', 'approved', { version })).toEqual(first);
    expect(await decide('header', 'approved', { version, operationId: 'other' })).toMatchObject({
      outcome: 'unchanged',
    });
    await expect(decide('header', 'rejected', { version })).rejects.toMatchObject({ code: 'conflict' });
    await decide('header', 'rejected', { version: (await releaseNow(world, release)).version });
    expect(await verdicts('/a')).toBe('rejected');
  });

  it('in a decided release nothing can be decided or undone', async () => {
    const { world, release, decide, undo } = await opened(kind, { '/a': ['header'] });
    await decide('header', 'approved');
    await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
    await expect(decide('header', 'rejected')).rejects.toMatchObject({ code: 'invalid_transition' });
    await expect(undo('approved header')).rejects.toMatchObject({
      code: 'invalid_transition',
      message: expect.stringContaining('reopen the release first') as string,
    });
    await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    expect(await undo('approved header')).toEqual({ undone: 1, kept: [] });
  });

  it('strangers see no decision of others, and those without the role decide nothing', async () => {
    const { world, decide } = await opened(kind, { '/a': ['header'] });
    const viewer = { ...ann, superuser: false, roles: new Map([[world.build.id, 'viewer' as const]]) };
    const stranger = { ...ann, superuser: false };
    await expect(decide('header', 'approved', {}, viewer)).rejects.toMatchObject({ code: 'role_required' });
    await expect(decide('header', 'approved', {}, stranger)).rejects.toMatchObject({ code: 'not_found' });
    const act = { buildId: world.build.id, operationId: 'o' };
    await expect(undoDecision(world.deps, stranger, act)).rejects.toMatchObject({ code: 'not_found' });
    await expect(undoDecision(world.deps, ann, act)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe.each(storeKinds)('undoing a decision as one act on %s', (kind) => {
  it('withdraws it with all verdicts that follow from it', async () => {
    const { decide, undo, verdicts, world, release } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header', 'own'],
      '/c': ['own'],
    });
    await decide('own', 'approved');
    await decide('header', 'approved');
    expect(await verdicts('/a', '/b', '/c')).toBe('approved approved approved');
    expect(await undo('approved header')).toEqual({ undone: 2, kept: [] });
    expect(await verdicts('/a', '/b', '/c')).toBe('none none approved');
    expect(await runNow(world, release, '/b')).toMatchObject({ openChanges: 1, verdictSource: null });
    expect(await undo('approved header')).toEqual({ undone: 0, kept: [] });
    const [entry] = await listActivity(world.deps, root, {
      buildId: world.build.id,
      kind: 'decision_undone',
    });
    expect(entry!.detail).toEqual({ operation: 'approved header', runs: 2 });
  });

  it('keeps runs that a person judged afterwards, and names them', async () => {
    const { world, release, decide, judge, undo, verdicts } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header'],
    });
    await decide('header', 'approved');
    await judge('/b', 'rejected', 'no', bob);
    const { id: runId } = await runNow(world, release, '/b');
    expect(await undo('approved header')).toEqual({
      undone: 1,
      kept: [{ runId, releaseId: release.id, why: 'judged_since' }],
    });
    expect(await verdicts('/a', '/b')).toBe('none rejected');
  });

  it('gives back what counted before it', async () => {
    const { decide, judge, undo, verdicts } = await opened(kind, {
      '/a': ['header'],
      '/b': ['header', 'own'],
    });
    await judge('/b', 'approved');
    await decide('header', 'rejected');
    expect(await verdicts('/a', '/b')).toBe('rejected rejected');
    await undo('rejected header');
    expect(await verdicts('/a', '/b')).toBe('none approved');
    await undo('approved /b');
    expect(await verdicts('/a', '/b')).toBe('none none');
  });

  it('works for verdicts on runs without changes too', async () => {
    const world = await openWorld(kind);
    const release = await createRelease(world.deps, root, { buildId: world.build.id, releaseName: 'v12' });
    const [image, refImage] = [await uploadImage(world, 'a'), await uploadImage(world, 'b')];
    await report(world, release, '/a', { image, refImage, diffImage: await uploadImage(world, 'm') });
    await runsDone(world.deps, root, named(release));
    const { judge, undo, verdicts } = acts(world, release);
    await judge('/a', 'approved', 'one');
    await judge('/a', 'rejected', 'two');
    expect((await undo('one')).kept).toMatchObject([{ why: 'judged_since' }]);
    expect(await undo('two')).toEqual({ undone: 1, kept: [] });
    expect(await verdicts('/a')).toBe('approved');
    expect(await runNow(world, release, '/a')).toMatchObject({ verdictBy: 'user:ann/Ann' });
    expect(await undo('one'), 'what was undone since is no later verdict').toEqual({ undone: 1, kept: [] });
    expect(await verdicts('/a')).toBe('none');
  });

  it('undoes several acts on one run, the newest first, and brings each reason back', async () => {
    const { judge, undo, verdicts, world, release } = await opened(kind, { '/a': ['header'] });
    await reviewRuns(world.deps, ann, {
      ...named(release),
      runs: [{ runId: (await runNow(world, release, '/a')).id, verdict: 'approved' }],
      operationId: 'one',
      note: 'as designed',
    });
    await judge('/a', 'none', 'two');
    await judge('/a', 'rejected', 'three');
    const said: unknown[] = [];
    for (const operation of ['three', 'two', 'one']) {
      expect(await undo(operation)).toEqual({ undone: 1, kept: [] });
      said.push([await verdicts('/a'), (await runNow(world, release, '/a')).verdictNote]);
    }
    expect(said).toEqual([
      ['none', null],
      ['approved', 'as designed'],
      ['none', null],
    ]);
  });

  it('withdraws what was carried to open releases, and keeps it in decided ones', async () => {
    const { world, decide, undo } = await opened(kind, { '/a': ['header'], '/more': ['x'] });
    await decide('header', 'approved');
    const second = await releaseOf(world, { '/a': ['header'], '/more': ['y'] });
    const third = await releaseOf(world, { '/a': ['header'], '/more': ['z'] });
    await reviewRelease(world.deps, root, { ...named(second), decision: 'good' });
    expect(await acts(world, third).verdicts('/a')).toBe('approved');
    const { id: runId } = await runNow(world, second, '/a');
    expect(await undo('approved header')).toEqual({
      undone: 2,
      kept: [{ runId, releaseId: second.id, why: 'release_decided' }],
    });
    expect(await acts(world, third).verdicts('/a')).toBe('none');
    expect(await acts(world, second).verdicts('/a')).toBe('approved');
  });
});

describe.each(storeKinds)('approvals carried by changes on %s', (kind) => {
  it('approve the next attempt, and say by whom and where', async () => {
    const { world, release, decide, judge } = await opened(kind, {
      '/a': ['header', 'own'],
      '/b': ['header'],
    });
    await judge('/a', 'approved');
    const { id: runId } = await runNow(world, release, '/a');
    const next = await releaseOf(world, { '/a': ['own', 'header'], '/b': ['header'], '/c': ['header'] });
    expect(await acts(world, next).verdicts('/a', '/b', '/c')).toBe('approved none none');
    expect(await runNow(world, next, '/a')).toMatchObject({
      ...{ verdictBy: 'user:ann/Ann', verdictSource: 'carried', verdictOrigin: { runId } },
    });
    await decide('header', 'approved');
    const last = await releaseOf(world, { '/a': ['header', 'own'], '/b': ['header'], '/c': ['header'] });
    expect(await acts(world, last).verdicts('/a', '/b', '/c'), 'another page is another matter').toBe(
      'approved approved none',
    );
    expect(await runNow(world, last, '/a'), 'always the decision of the person').toMatchObject({
      verdictOrigin: { runId },
    });
  });

  it.each<[string, Verdict, (world: World, act: ReturnType<typeof acts>) => Promise<Sent | void>]>([
    ['everything is as before', 'approved', async () => {}],
    ['the decision was undone', 'none', async (_, { undo }) => void (await undo('approved header'))],
    ['it was rejected since', 'none', async (_, { decide }) => void (await decide('header', 'rejected'))],
    ['the release is another one', 'none', async () => ({ name: 'v13' })],
    ['the release has a branch', 'none', async () => ({ branch: 'feature' })],
    ['it is too old', 'none', async ({ clock }) => void clock.advance(91 * 86_400_000)],
    ['the browser is another one', 'none', async () => ({ browserVersion: 'Chrome/157' })],
    [
      'the browser is another one, and the build takes that over',
      'approved',
      async (world) => {
        await set(world, { carryOverAcrossEngines: true });
        return { browserVersion: 'Chrome/157' };
      },
    ],
    ['the browser is not known', 'approved', async () => ({ browserVersion: undefined as never })],
    ['the run has other differences', 'none', async () => ({ over: { complete: false } })],
    ['the build wants no carrying', 'none', async (world) => set(world, { carryOver: 'off' })],
    ['the build carries for equal images only', 'none', async (world) => set(world, { carryOver: 'exact' })],
    ['the build wants fresh eyes', 'none', async (world) => set(world, { freshReview: true })],
    ['the release wants fresh eyes', 'none', async () => ({ freshReview: true })],
  ])('%s: %s', async (_when, expected, change) => {
    const world = await openWorld(kind);
    const browserVersion = 'Chrome/156';
    const release = await releaseOf(world, { '/a': ['header'], '/b': ['x'] }, { browserVersion });
    const act = acts(world, release);
    await act.decide('header', 'approved');
    const sent = await change(world, act);
    const next = await releaseOf(world, { '/a': ['header'] }, { browserVersion, ...sent });
    expect(await acts(world, next).verdicts('/a')).toBe(expected);
  });

  it.each<
    [string, boolean, (world: World, act: ReturnType<typeof acts>, release: Release) => Promise<Sent | void>]
  >([
    ['nothing was undone', true, async () => {}],
    ['the decision was undone', false, async (_, { undo }) => void (await undo('approved header'))],
    ['it was rejected since', false, async (_, { decide }) => void (await decide('header', 'rejected'))],
    ['the release is another one', false, async () => ({ name: 'v13' })],
    ['it is too old', false, async ({ clock }) => void clock.advance(91 * 86_400_000)],
    ['the build wants no carrying', false, async (world) => set(world, { carryOver: 'exact' })],
    ['the release wants fresh eyes', false, async () => ({ freshReview: true })],
    [
      'the release was marked bad',
      false,
      async (world, _, release) =>
        void (await reviewRelease(world.deps, root, { ...named(release), decision: 'bad' })),
    ],
  ])(
    'a change that was approved on other pages is told and listed first, if %s: %s',
    async (_when, isTold, change) => {
      const world = await openWorld(kind);
      const release = await releaseOf(world, { '/a': ['header'], '/b': ['x'] });
      const act = acts(world, release);
      await act.decide('header', 'approved');
      await act.judge('/b', 'approved');
      const sent = await change(world, act, release);
      const next = await releaseOf(world, { '/c': ['header'], '/d': ['x'], '/e': ['x'] }, sent ?? {});
      const { changes, decisionsLeft } = await listChanges(world.deps, root, { releaseId: next.id });
      const told = { releaseName: 'v12', releaseNumber: 1, by: 'user:ann/Ann' };
      expect(changes).toMatchObject(
        isTold
          ? [
              { runs: 1, approvedEarlier: told },
              { runs: 2, approvedEarlier: null },
            ]
          : [
              { runs: 2, approvedEarlier: null },
              { runs: 1, approvedEarlier: null },
            ],
      );
      expect(decisionsLeft, 'it settles nothing').toBe(2);
      expect(await acts(world, next).verdicts('/c', '/d')).toBe('none none');
      const described = { releaseId: next.id, fingerprint: fingerprintOf('header') };
      expect((await describeChange(world.deps, root, described)).approvedEarlier !== null).toBe(isTold);
    },
  );

  it('never from a release that was marked bad, nor from what a key decided', async () => {
    const { world, release, decide } = await opened(kind, { '/a': ['header'], '/b': ['x'] });
    await decide('x', 'approved', {}, robot);
    await decide('header', 'approved');
    await reviewRelease(world.deps, root, { ...named(release), decision: 'bad' });
    const next = await releaseOf(world, { '/a': ['header'], '/b': ['x'] });
    expect(await acts(world, next).verdicts('/a', '/b')).toBe('none none');
  });

  it('on a branch they follow the branch', async () => {
    const { world, decide } = await opened(kind, { '/a': ['header'], '/b': ['x'] }, { branch: 'feature' });
    await decide('header', 'approved');
    const same = await releaseOf(world, { '/a': ['header'] }, { branch: 'feature', name: 'later' });
    const other = await releaseOf(world, { '/a': ['header'] }, { branch: 'else' });
    expect(await acts(world, same).verdicts('/a')).toBe('approved');
    expect(await acts(world, other).verdicts('/a')).toBe('none');
  });
});

async function set(
  world: World,
  settings: Parameters<typeof updateBuild>[2] extends infer I ? Partial<I> : never,
) {
  await updateBuild(world.deps, root, { buildId: world.build.id, ...settings });
}
