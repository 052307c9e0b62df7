import { describe, expect, it } from 'vitest';
import { listTakenOver, revokeTakenOver } from '../../src/services/baselines/taken-over.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import { hash } from '../support/baselines/placed.ts';
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

const user = {
  kind: 'user',
  userId: 'ann',
  name: 'Ann',
  superuser: true,
  roles: new Map(),
} as const;

/** A push to a branch whose pages differ from main; `more` stays undecided, so that the release stays open. */
async function push(world: World, releaseName: string, commit: string, image: string): Promise<Release> {
  const release = await createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName,
    branch: 'feature',
    commit: hash(commit),
    history: [],
    historyNote: 'full',
  });
  const baseline = await uploadImage(world, 'main');
  const diffImage = await uploadImage(world, 'diff');
  for (const [name, shown] of [
    ['home', image],
    ['more', await uploadImage(world, `more ${commit}`)],
  ] as const) {
    await report(world, release, name, { image: shown, refImage: baseline, diffImage, distortion: 0.5 });
  }
  await runsDone(world.deps, root, named(release));
  return release;
}

async function threePushes(kind: StoreKind) {
  const world = await openWorld(kind);
  const image = await uploadImage(world, 'changed');
  const first = await push(world, 'first', 'a', image);
  const source = await runNow(world, first, 'home');
  const judged = { ...named(first), runId: source.id, verdict: 'approved', operationId: 'approve' } as const;
  await reviewRun(world.deps, user, judged);
  const second = await push(world, 'second', 'b', image);
  const third = await push(world, 'third', 'c', image);
  return { world, first, second, third, source };
}

describe.each(storeKinds)('verdicts that were taken over, %s', (kind) => {
  it('say by whom, when, and from which run', async () => {
    const { world, first, second, source } = await threePushes(kind);
    const judged = await runNow(world, first, 'home');
    const detail = await runDetail(world.deps, root, { ...named(second), runName: 'home' });
    expect(detail.verdictOrigin).toMatchObject({
      runId: source.id,
      runName: 'home',
      release: { id: first.id },
      reason: 'judged',
    });
    expect([detail.run.verdictBy, detail.run.verdictAt]).toEqual(['user:ann/Ann', judged.verdictAt]);
  });

  it('are listed, and are taken back in releases that are not decided', async () => {
    const { world, first, second, third, source } = await threePushes(kind);
    await reviewRelease(world.deps, root, { ...named(third), decision: 'good' });
    const of = { ...named(first), runId: source.id };
    const { runs } = await listTakenOver(world.deps, root, of);
    expect(runs.map(({ name, verdict, release }) => [name, verdict, release.name])).toEqual([
      ['home', 'approved', 'third'],
      ['home', 'approved', 'second'],
    ]);
    const revoke = () => revokeTakenOver(world.deps, root, { ...of, operationId: 'revoke' });
    expect(await revoke()).toEqual({ revoked: 1, kept: 1 });
    expect(await runNow(world, second, 'home')).toMatchObject({ verdict: 'none', verdictOrigin: null });
    expect(await runNow(world, third, 'home')).toMatchObject({ verdict: 'approved' });
    expect((await releaseNow(world, second)).status).toBe('reviewing');
    expect(await revoke()).toEqual({ revoked: 0, kept: 1 });
    expect(await runNow(world, first, 'home')).toMatchObject({ verdict: 'approved' });
  });

  it('of a run that is not there are none', async () => {
    const { world, second, source } = await threePushes(kind);
    const of = { ...named(second), runId: source.id };
    await expect(listTakenOver(world.deps, root, of)).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      revokeTakenOver(world.deps, { kind: 'anonymous' }, { ...of, operationId: 'o' }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a decided run says that its baseline was marked bad later, and by whom', async () => {
    const { world, first } = await threePushes(kind);
    await reviewRelease(world.deps, user, { ...named(first), decision: 'good' });
    const next = await createRelease(world.deps, root, {
      buildId: world.build.id,
      releaseName: 'old client',
    });
    const image = await uploadImage(world, 'changed');
    const { id } = await runNow(world, first, 'home');
    await report(world, next, 'home', { image, choosesBaseline: true });
    await runsDone(world.deps, root, named(next));
    expect((await runNow(world, next, 'home')).baselineRunId).toBe(id);
    await reviewRelease(world.deps, root, { ...named(next), decision: 'good' });
    await reviewRelease(world.deps, user, { ...named(first), decision: 'reopen' });
    await reviewRelease(world.deps, user, { ...named(first), decision: 'bad' });
    const { withdrawn } = await runDetail(world.deps, root, { ...named(next), runName: 'home' });
    expect(withdrawn).toMatchObject({ kind: 'release_bad', by: 'user:ann/Ann' });
  });
});
