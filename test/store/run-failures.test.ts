import { describe, expect, it } from 'vitest';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Mailer, OutgoingMail } from '../../src/ports/mailer.ts';
import type { Transaction } from '../../src/ports/store.ts';
import {
  finish,
  leaseOne,
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  tasksOf,
  uploadImage,
  uploadText,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const url = 'http://shop.test/';

async function request(world: World, release: Release, fields: object = {}) {
  return requestRun(world.deps, root, { ...named(release), url, ...fields });
}

describe.each(storeKinds)('runs that fail on %s', (kind) => {
  it('P18: asking again after a failure makes a new task', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await request(world, release);
    const task = await leaseOne(world, 'capture');
    await finish(world, task, 'broken');
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'failed',
      current: { failure: { reason: 'reported', message: 'broken' } },
    });
    await request(world, release);
    const again = await leaseOne(world, 'capture');
    expect(again.id).not.toBe(task.id);
    expect(again.leaseAttempts).toBe(1);
  });

  it('D12: one dead page does not hold up the release, and the message counts it', async () => {
    const world = await openWorld(kind);
    await updateBuild(world.deps, root, { buildId: world.build.id, emailAlias: 'team@example.org' });
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    await report(world, release, '/1', { image });
    await report(world, release, '/2', { image });
    await request(world, release);
    await runsDone(world.deps, root, named(release));
    await finish(world, await leaseOne(world, 'capture'), 'it is dead');
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    const sent: OutgoingMail[] = [];
    const mailer: Mailer = { send: async (mail) => void sent.push(mail), close: async () => undefined };
    expect(await deliverMails(world.deps, { mailer, images: null as never })).toBe(1);
    expect(sent[0]!.text).toContain('0 of 3 differ, 2 new, 1 failed.');
  });

  it('a failure while the task lives is that attempt only; it is final when the task ends without a result', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const log = await uploadText(world, 'what happened');
    await request(world, release);
    const task = await leaseOne(world, 'capture');
    await report(world, release, '/', { log, runFailed: true });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'data_pending', current: { log } });
    await finish(world, task);
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'failed',
      current: { log, failure: { reason: 'reported' } },
    });
    const image = await uploadImage(world, 'late');
    await report(world, release, '/', { image });
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'no_diff_needed',
      current: { failure: null },
    });
  });

  it('a failed comparison fails the run, keeps its log, and never looks the same', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [image, refImage] = await Promise.all([uploadImage(world, 'a'), uploadImage(world, 'b')]);
    const log = await uploadText(world, 'no memory');
    await report(world, release, '/', { image, refImage });
    const task = await leaseOne(world, 'run-pdiff');
    await report(world, release, '/', { diffFailed: true, diffLog: log, leaseId: task.leaseId! });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'needs_diff' });
    await finish(world, task, 'no memory');
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'failed',
      diff: { failed: true, log, failure: { reason: 'reported' } },
    });
    await report(world, release, '/again', { image, refImage, diffFailed: true });
    expect(await runNow(world, release, '/again'), 'without a task it is final at once').toMatchObject({
      status: 'failed',
    });
  });

  it('cancels the other side of a run that failed, and asks for it again with the failed one', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const both = { refUrl: 'http://old.test/', refConfig: {} };
    await request(world, release, both);
    const first = await leaseOne(world, 'capture');
    await finish(world, first, 'dead');
    const failed = await runNow(world, release, '/');
    expect(failed.status).toBe('failed');
    expect((await tasksOf(world, 'capture')).map(({ status }) => status).sort()).toEqual([
      'canceled',
      'error',
    ]);
    expect((await listRuns(world.deps, root, named(release))).runs.failureReason).toEqual(['reported']);
    await request(world, release, both);
    expect((await tasksOf(world, 'capture')).filter(({ status }) => status === 'live')).toHaveLength(2);
  });

  it('fails runs that nobody reports once their release has been silent for long', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await report(world, release, '/', { url });
    await runsDone(world.deps, root, named(release));
    await sweep(world.deps);
    expect(await releaseNow(world, release)).toMatchObject({ status: 'processing' });
    world.clock.advance(world.deps.settings.silentReleaseMs + 1);
    expect(await sweep(world.deps)).toMatchObject({ failedRuns: 1 });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    expect(await runNow(world, release, '/')).toMatchObject({
      current: { failure: { reason: 'never_reported' } },
    });
  });

  it('P51: releases whose runs wait in the queue hide none that nobody works on', async () => {
    const world = await openWorld(kind);
    for (let index = 0; index < 120; index++) {
      const waiting = await newRelease(world, `waiting ${index}`);
      await request(world, waiting);
      await runsDone(world.deps, root, named(waiting));
    }
    world.clock.advance(1);
    const silent = await newRelease(world, 'silent');
    await report(world, silent, '/', { url });
    await runsDone(world.deps, root, named(silent));
    world.clock.advance(world.deps.settings.silentReleaseMs + 1);
    expect(await sweep(world.deps)).toMatchObject({ failedRuns: 1 });
    expect(await releaseNow(world, silent)).toMatchObject({ status: 'reviewing' });
    expect(await sweep(world.deps)).toMatchObject({ failedRuns: 0 });
    expect((await tasksOf(world, 'capture')).every(({ status }) => status === 'live')).toBe(true);
  });

  it('P51: runs that wait in the queue hide none of their release, and all of these fail at once', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    for (let index = 0; index < 105; index++) await request(world, release, { runName: `queued ${index}` });
    for (let index = 0; index < 205; index++) await report(world, release, `silent ${index}`, { url });
    await runsDone(world.deps, root, named(release));
    world.clock.advance(world.deps.settings.silentReleaseMs + 1);
    expect(await sweep(world.deps)).toMatchObject({ failedRuns: 205 });
    expect(await runNow(world, release, 'queued 0')).toMatchObject({ status: 'data_pending' });
  });

  it('P51: one that cannot be ended holds up no other', async () => {
    const world = await openWorld(kind);
    for (const name of ['r1', 'r2', 'r3']) {
      const release = await newRelease(world, name);
      await report(world, release, '/', { url });
      await runsDone(world.deps, root, named(release));
      world.clock.advance(1);
    }
    world.clock.advance(world.deps.settings.silentReleaseMs + 1);
    let calls = 0;
    const store = {
      ...world.store,
      transaction: <T>(work: (tx: Transaction) => Promise<T>) =>
        world.store.transaction((tx) => {
          const updateMany: typeof tx.runs.updateMany = async (runs) => {
            if (++calls === 1) throw new Error('broken');
            return tx.runs.updateMany(runs);
          };
          return work({ ...tx, runs: { ...tx.runs, updateMany } });
        }),
    };
    expect(await sweep({ ...world.deps, store })).toMatchObject({ failedRuns: 2 });
    expect(world.log.at(-1)).toMatchObject({ level: 'error', fields: { problem: 'Error: broken' } });
    expect(await sweep(world.deps)).toMatchObject({ failedRuns: 1 });
  });

  it('tries a reported transient failure again after a wait, and a permanent one never', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await request(world, release);
    const call = (task: { id: string; leaseId: string | null }, reason: string) => ({
      queue: 'capture',
      taskId: task.id,
      owner: 'worker',
      leaseId: task.leaseId!,
      failure: { reason, message: `because of ${reason}` },
    });
    const first = await leaseOne(world, 'capture');
    const outcome = await finishTask(world.deps, root, call(first, 'connection_failed'));
    expect(outcome).toEqual({ status: 'live', retryAt: world.clock.now() + 10_000 });
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'data_pending',
      current: { failure: { reason: 'connection_failed' } },
    });
    world.clock.advance(9_999);
    await expect(leaseOne(world, 'capture')).rejects.toThrow('nothing to lease');
    world.clock.advance(1);
    const second = await leaseOne(world, 'capture');
    await finishTask(world.deps, root, call(second, 'page_too_large'));
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'failed',
      current: { failure: { reason: 'page_too_large' } },
    });
  });
});
