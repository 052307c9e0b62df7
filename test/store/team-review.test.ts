/** What a team decides about a release: new pages, failures, and approvals of several people. */
import { describe, expect, it } from 'vitest';
import { describeRelease } from '../../src/services/releases/describe-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import {
  listReviewers,
  listReviewRequests,
  requestReview,
} from '../../src/services/reviewers/request-review.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { reviewChange } from '../../src/services/changes/review-change.ts';
import { undoDecision } from '../../src/services/changes/undo-decision.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Verdict } from '../../src/domain/runs/verdict.ts';
import {
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { StoreKind, World } from '../support/server-world.ts';
import { aligned, fingerprintOf } from '../support/aligned.ts';
import { hash } from '../support/baselines/placed.ts';

let operations = 0;

async function judge(
  world: World,
  release: Release,
  name: string,
  verdict: Verdict,
  { by = root, note, version }: { by?: Principal; note?: string; version?: number } = {},
) {
  const { id: runId } = await runNow(world, release, name);
  const { results } = await reviewRuns(world.deps, by, {
    ...named(release),
    operationId: `operation ${operations++}`,
    runs: [{ runId, verdict, version }],
    note,
  });
  return results[0]!;
}

const failure = { reason: 'http_status', message: 'The page answered with status 500.' };
const countsOf = async (world: World, release: Release) =>
  (await describeRelease(world.deps, root, named(release))).counts;

describe.each(storeKinds)('deciding on %s', (kind) => {
  it('a new page is judged in a release without history, too; rejected, it never becomes a baseline', async () => {
    const world = await openWorld(kind);
    const first = await newRelease(world, 'first');
    for (const name of ['/kept', '/broken']) {
      await report(world, first, name, { image: await uploadImage(world, name) });
    }
    await runsDone(world.deps, root, named(first));
    await judge(world, first, '/kept', 'approved');
    await judge(world, first, '/broken', 'rejected');
    await reviewRelease(world.deps, root, { ...named(first), decision: 'good', exceptRejected: true });
    const before = async (name: string) =>
      world.store.read((tx) => tx.runs.newestBaseline(first.buildId, name));
    expect([(await before('/kept'))?.releaseId, await before('/broken')]).toEqual([first.id, null]);
    const next = await newRelease(world, 'next');
    await report(world, next, '/kept', { image: await uploadImage(world, '/kept') });
    await runsDone(world.deps, root, named(next));
    expect(await countsOf(world, next), 'and no one misses it').toMatchObject({ missing: 0 });
  });

  it('a failure is accepted with a reason: it stays failed, and holds nothing back', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    await report(world, release, '/same', { image, refImage: image });
    await report(world, release, '/down', { runFailed: true, failure });
    await runsDone(world.deps, root, named(release));
    const concluded = async () => (await describeRelease(world.deps, root, named(release))).conclusion;
    expect(await concluded()).toBe('error');
    expect((await judge(world, release, '/down', 'approved')).outcome).toBe('reason_missing');
    expect((await judge(world, release, '/down', 'rejected', { note: 'no' })).outcome).toBe('not_reviewable');
    await judge(world, release, '/down', 'approved', { note: 'is being rebuilt' });
    expect(await runNow(world, release, '/down')).toMatchObject({
      status: 'failed',
      verdict: 'approved',
      verdictNote: 'is being rebuilt',
    });
    expect(await countsOf(world, release)).toMatchObject({ failed: 1, accepted: 1, approved: 0 });
    expect(await concluded()).toBe('success');
    expect((await judge(world, release, '/down', 'none')).verdict).toBe('none');
    expect(await concluded()).toBe('error');
  });

  it('an accepted failure is asked about again once something else happens', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await report(world, release, '/down', { runFailed: true, failure });
    await judge(world, release, '/down', 'approved', { note: 'is being rebuilt' });
    await report(world, release, '/down', { runFailed: true, failure });
    expect(await runNow(world, release, '/down'), 'the same').toMatchObject({ verdict: 'approved' });
    await report(world, release, '/down', { runFailed: true, failure: { ...failure, reason: 'tls_error' } });
    expect(await runNow(world, release, '/down'), 'another failure').toMatchObject({ verdict: 'none' });
    await judge(world, release, '/down', 'approved', { note: 'still' });
    await report(world, release, '/down', { image: await uploadImage(world, 'b') });
    expect(await runNow(world, release, '/down'), 'no failure').toMatchObject({
      status: 'no_diff_needed',
      verdict: 'none',
      verdictNote: null,
    });
  });
});

const ann = { kind: 'user', userId: 'ann', name: 'Ann', superuser: true, roles: new Map() } as const;
const bob = { ...ann, userId: 'bob', name: 'Bob' } as const;
const cem = { ...ann, userId: 'cem', name: 'Cem' } as const;
const robot = { kind: 'key', keyId: 'ci', buildId: 1, superuser: true } as const;
const author = { name: 'Ann', address: 'ann@shop.test' };

/** A push to a branch with pages that differ from main; each has one change. */
async function push(world: World, commit: string, pages: Record<string, string>): Promise<Release> {
  const release = await createRelease(world.deps, root, {
    ...{ buildId: world.build.id, releaseName: commit, branch: 'feature' },
    ...{ commit: hash(commit), history: [], historyNote: 'full', author },
  });
  const [refImage, diffImage] = [await uploadImage(world, 'main'), await uploadImage(world, 'diff')];
  for (const [name, change] of Object.entries(pages)) {
    const image = await uploadImage(world, `${name} ${change}`);
    const comparison = change === '' ? undefined : aligned([change]);
    await report(world, release, name, { image, refImage, diffImage, distortion: 0.5, comparison });
  }
  await runsDone(world.deps, root, named(release));
  return release;
}

async function twoApprovals(kind: StoreKind, settings: { notByAuthor?: boolean } = {}): Promise<World> {
  const world = await openWorld(kind);
  await updateBuild(world.deps, root, { buildId: world.build.id, approvals: 2, ...settings });
  return world;
}

const people = async (world: World, release: Release, name: string) => {
  const { verdict, approvals } = await runNow(world, release, name);
  return [verdict, ...approvals.map(({ by }) => by.replace(/^.*\//, ''))].join(' ');
};

describe.each(storeKinds)('asking for a review on %s', (kind) => {
  it('waits for a person who can decide, until it is decided or withdrawn', async () => {
    const world = await openWorld(kind);
    const release = await push(world, 'a', { '/': '' });
    await world.store.transaction(async (tx) => {
      const times = { createdAt: 1, updatedAt: 1 };
      const account = { emailVerified: true, superuser: false, ...times };
      await tx.people.insert({ id: 'bob', name: 'Bob', email: 'bob@shop.test', ...account });
      const membership = { buildId: world.build.id, userId: 'bob', role: 'reviewer' as const };
      await tx.people.setRole({ ...membership, createdAt: 1, createdBy: 'local' });
    });
    const ask = (userId: string, wanted: boolean) =>
      requestReview(world.deps, ann, { ...named(release), userId, wanted });
    const waiting = async () =>
      (await listReviewRequests(world.deps, bob)).map(({ release: { name } }) => name);
    await expect(ask('cem', true)).rejects.toMatchObject({ code: 'not_found' });
    await ask('bob', true);
    await ask('bob', true);
    expect(await waiting()).toEqual(['a']);
    expect(await listReviewers(world.deps, ann, named(release))).toMatchObject([
      { user: { name: 'Bob' }, request: { requestedBy: 'user:ann/Ann' } },
    ]);
    await ask('bob', false);
    expect(await waiting()).toEqual([]);
    await ask('bob', true);
    await reviewRelease(world.deps, root, { ...named(release), decision: 'bad' });
    expect(await waiting()).toEqual([]);
  });
});

describe.each(storeKinds)('two approvals on %s', (kind) => {
  it('are those of two people; each may take back their own', async () => {
    const world = await twoApprovals(kind);
    const release = await push(world, 'a', { '/': '' });
    expect((await judge(world, release, '/', 'approved', { by: robot })).outcome).toBe('not_counted');
    const { version } = await runNow(world, release, '/');
    expect(await judge(world, release, '/', 'approved', { by: ann, version })).toMatchObject({
      ...{ outcome: 'changed', verdict: 'none', approvedBy: ['user:ann/Ann'] },
    });
    expect(await countsOf(world, release)).toMatchObject({ undecided: 1, partlyApproved: 1 });
    expect((await judge(world, release, '/', 'approved', { by: ann })).outcome).toBe('unchanged');
    expect(await judge(world, release, '/', 'approved', { by: bob, version })).toMatchObject({
      ...{ outcome: 'changed', verdict: 'approved' },
    });
    expect(await people(world, release, '/')).toBe('approved Ann Bob');
    expect((await releaseNow(world, release)).status, 'nothing is left').toBe('good');
    await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    await judge(world, release, '/', 'none', { by: ann });
    expect(await people(world, release, '/')).toBe('none Bob');
    await judge(world, release, '/', 'none', { by: cem });
    expect(await people(world, release, '/')).toBe('none');
  });

  it('one rejection holds until it is taken back', async () => {
    const world = await twoApprovals(kind);
    const release = await push(world, 'a', { '/': '', '/other': '' });
    await judge(world, release, '/', 'approved', { by: ann });
    await judge(world, release, '/', 'rejected', { by: cem, note: 'the logo is gone' });
    expect(await runNow(world, release, '/')).toMatchObject({
      ...{ verdict: 'rejected', verdictBy: 'user:cem/Cem', verdictNote: 'the logo is gone' },
    });
    expect((await judge(world, release, '/', 'approved', { by: bob })).outcome).toBe('held');
    await judge(world, release, '/', 'none', { by: bob });
    expect(await people(world, release, '/')).toBe('none');
    await judge(world, release, '/', 'rejected', { by: cem });
    await judge(world, release, '/', 'approved', { by: cem });
    expect(await people(world, release, '/'), 'who rejected may change their mind').toBe('none Cem');
    await judge(world, release, '/', 'rejected', { by: bob });
    await judge(world, release, '/', 'none', { by: bob });
    expect(await people(world, release, '/'), 'what others said is back').toBe('none Cem');
  });

  it('on a change count in all its runs, and carry their people to the next push', async () => {
    const world = await twoApprovals(kind);
    const first = await push(world, 'a', { '/a': 'header', '/b': 'header', '/c': 'own' });
    const fingerprint = fingerprintOf('header');
    const decide = (by: Principal, operationId: string) =>
      reviewChange(world.deps, by, { releaseId: first.id, fingerprint, verdict: 'approved', operationId });
    await expect(decide(robot, 'robot')).rejects.toMatchObject({ code: 'conflict' });
    expect(await decide(ann, 'ann')).toMatchObject({ runs: 2, settled: 0 });
    expect(await people(world, first, '/a')).toBe('none Ann');
    expect(await decide(bob, 'bob')).toMatchObject({ runs: 2, settled: 2 });
    await undoDecision(world.deps, bob, {
      ...{ buildId: first.buildId, operationId: 'bob', undoOperationId: 'undo' },
    });
    expect(await people(world, first, '/b')).toBe('none Ann');
    await decide(bob, 'bob again');
    await judge(world, first, '/c', 'approved', { by: ann });
    const second = await push(world, 'b', { '/a': 'header', '/c': 'own' });
    expect(await people(world, second, '/a')).toBe('approved Ann Bob');
    expect(await people(world, second, '/c'), 'half of it').toBe('none Ann');
    await judge(world, second, '/c', 'approved', { by: bob });
    expect(await people(world, second, '/c')).toBe('approved Ann Bob');
    expect((await releaseNow(world, second)).status).toBe('good');
  });

  it('are counted again once the build asks for fewer', async () => {
    const world = await twoApprovals(kind);
    const release = await push(world, 'a', { '/': '', '/header': 'header' });
    await judge(world, release, '/', 'approved', { by: ann, note: 'as drawn' });
    await judge(world, release, '/header', 'approved', { by: bob });
    await updateBuild(world.deps, root, { buildId: world.build.id, isPublic: true });
    expect(await people(world, release, '/')).toBe('none Ann');
    await updateBuild(world.deps, root, { buildId: world.build.id, approvals: 1 });
    expect(await runNow(world, release, '/')).toMatchObject({
      ...{ verdict: 'approved', verdictBy: 'user:ann/Ann', status: 'diff_approved' },
      verdictNote: 'as drawn',
    });
    expect(await runNow(world, release, '/header')).toMatchObject({ verdictBy: 'user:bob/Bob' });
    expect((await releaseNow(world, release)).status, 'nothing is left').toBe('good');
  });

  it('below the number go over to the same image in the next push, also of a page without known changes', async () => {
    const world = await twoApprovals(kind);
    const first = await push(world, 'a', { '/': '', '/back': '' });
    await judge(world, first, '/', 'approved', { by: ann });
    await judge(world, first, '/back', 'approved', { by: ann });
    await judge(world, first, '/back', 'none', { by: ann });
    const second = await push(world, 'b', { '/': '', '/back': '' });
    expect(await people(world, second, '/'), 'half of it').toBe('none Ann');
    expect(await people(world, second, '/back')).toBe('none');
    await judge(world, second, '/', 'approved', { by: ann });
    expect(await people(world, second, '/'), 'one person once').toBe('none Ann');
    await judge(world, second, '/', 'approved', { by: bob });
    expect(await people(world, second, '/')).toBe('approved Ann Bob');
  });

  it('an author does not count where the build says so', async () => {
    const world = await twoApprovals(kind, { notByAuthor: true });
    await updateBuild(world.deps, root, { buildId: world.build.id, approvals: 1 });
    const release = await push(world, 'a', { '/': '' });
    expect((await judge(world, release, '/', 'approved', { by: ann })).outcome).toBe('not_counted');
    expect(await judge(world, release, '/', 'approved', { by: bob })).toMatchObject({ verdict: 'approved' });
  });
});
