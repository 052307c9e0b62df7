import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let client: DepictedClient;
let worker: DepictedClient;
let counter = 0;
let release: { buildId: number; releaseName: string; releaseNumber: number };

beforeAll(async () => {
  server = await startServer();
  client = server.client(server.keyA);
  worker = server.client();
});
afterAll(() => server.close());
beforeEach(async () => {
  release = { buildId: server.buildA, releaseName: `r${++counter}`, releaseNumber: 1 };
  await client.createRelease(release);
});

const url = (path: string) => `https://site.example${path}`;
const notFound = { reason: 'http_status', message: 'The page returned status 404.', httpStatus: 404 };

/** Leases everything that waits and fails it for good. */
async function failCaptures(): Promise<void> {
  const { tasks } = await worker.leaseTasks({ queueName: 'capture', count: 100 });
  for (const { taskId, leaseId } of tasks) {
    await worker.finishTask({ queueName: 'capture', taskId, leaseId, error: 'x', failure: notFound });
  }
}

async function failedRelease(paths: string[]): Promise<Map<string, number>> {
  for (const path of paths) await client.requestRun({ ...release, url: url(path) });
  await failCaptures();
  await client.runsDone(release);
  const { runs } = await client.listRuns(release);
  return new Map(runs.name.map((name, index) => [name, runs.id[index]!]));
}

async function image(text: string): Promise<string> {
  const content = new TextEncoder().encode(text);
  return (await client.upload({ buildId: server.buildA, content, fileName: 'a' })).sha1sum;
}

describe('capture again', () => {
  it('makes new tasks for every failed run of a release in review, which is processed meanwhile', async () => {
    const ids = await failedRelease(['/a', '/b']);
    await client.reportRun({ ...release, runName: '/a' });
    expect((await client.listRuns(release)).release.status).toBe('reviewing');
    const { release: after, results } = await client.retryRuns(release);
    expect(after.status).toBe('processing');
    expect(results).toEqual(['/a', '/b'].map((name) => ({ runId: ids.get(name), outcome: 'requested' })));
    expect((await client.listRuns(release)).counts).toMatchObject({ waiting: 2, failed: 0 });
    const { tasks } = await worker.leaseTasks({ queueName: 'capture', count: 10 });
    expect(tasks.map(({ payload }) => (payload as { url: string }).url)).toEqual([url('/a'), url('/b')]);
    for (const { taskId, leaseId, payload } of tasks) {
      const { run_name: runName } = payload as { run_name: string };
      await worker.reportRun({ ...release, runName, image: await image('same'), leaseId });
      await worker.finishTask({ queueName: 'capture', taskId, leaseId });
    }
    const settled = await client.listRuns(release);
    expect(settled.release.status).toBe('reviewing');
    expect(settled.counts).toMatchObject({ new: 2, failed: 0, waiting: 0 });
    const { activity } = await client.listActivity({
      buildId: server.buildA,
      kind: 'runs_requested_again',
      actor: `key:${server.keyA.keyId}`,
    });
    expect(activity[0]).toMatchObject({ releaseId: after.id, detail: { count: 2 } });
    const byNobody = { buildId: server.buildA, kind: 'runs_requested_again', actor: 'local' };
    expect((await client.listActivity(byNobody)).activity).toEqual([]);
  });

  it('of one run leaves the others alone, says what cannot be captured here, and compares again', async () => {
    const ids = await failedRelease(['/a', '/b']);
    const runIds = [ids.get('/b')!, 987_654];
    const { results } = await client.retryRuns({ ...release, runIds });
    expect(results.map(({ outcome }) => outcome)).toEqual(['requested', 'not_found']);
    const one = await image('one');
    await client.reportRun({ ...release, runName: '/sent', runFailed: 'my test failed' });
    await client.reportRun({
      ...release,
      runName: '/compared',
      image: one,
      refImage: await image('two'),
    });
    const { tasks } = await worker.leaseTasks({ queueName: 'run-pdiff', count: 10 });
    const failure = { reason: 'image_invalid', message: 'The before image is broken.' };
    const { taskId, leaseId } = tasks[0]!;
    await worker.finishTask({ queueName: 'run-pdiff', taskId, leaseId, error: 'x', failure });
    const all = await client.retryRuns(release);
    const { runs } = await client.listRuns(release);
    const nameOf = (runId: number) => runs.name[runs.id.indexOf(runId)];
    expect(Object.fromEntries(all.results.map(({ runId, outcome }) => [nameOf(runId), outcome]))).toEqual({
      '/a': 'requested',
      '/sent': 'not_captured_here',
      '/compared': 'requested',
    });
    const again = await worker.leaseTasks({ queueName: 'run-pdiff' });
    expect(again.tasks[0]!.taskId).not.toBe(taskId);
    await failCaptures();
  });

  it('reopens nothing that was decided', async () => {
    const ids = await failedRelease(['/a']);
    await client.reviewRelease({ ...release, decision: 'good' });
    await expect(client.retryRuns({ ...release, runIds: [ids.get('/a')!] })).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    expect((await client.listRuns(release)).release.status).toBe('good');
  });
});

describe('tasks', () => {
  it('that wait for their time are due at once; those at work are left alone', async () => {
    await worker.addTask({ queueName: 'own', taskId: 't', payload: '{}' });
    const task = { queueName: 'own', taskId: 't' };
    const { tasks } = await worker.leaseTasks({ queueName: 'own' });
    await expect(worker.retryTask(task)).rejects.toMatchObject({ code: 'conflict' });
    await worker.releaseTask({ ...task, leaseId: tasks[0]!.leaseId, delay: 3_600 });
    expect((await worker.leaseTasks({ queueName: 'own' })).tasks).toEqual([]);
    await worker.retryTask(task);
    const [leased] = (await worker.leaseTasks({ queueName: 'own' })).tasks;
    expect(leased).toMatchObject({ taskId: 't', leaseAttempts: 2 });
    await worker.finishTask({ ...task, leaseId: leased!.leaseId, error: 'broken' });
    expect((await worker.retryTask(task)).task).toMatchObject({
      status: 'live',
      leaseAttempts: 0,
      error: null,
    });
    await worker.deleteTask(task);
    await expect(worker.deleteTask(task)).rejects.toMatchObject({ code: 'not_found' });
    expect((await worker.listTasks({ queueName: 'own' })).tasks).toEqual([]);
  });

  it('of runs: a failed one is asked for again, a deleted one fails its run', async () => {
    await failedRelease(['/a']);
    const ended = (await worker.listTasks({ queueName: 'capture', status: 'error' })).tasks[0]!;
    const { task } = await worker.retryTask({ queueName: 'capture', taskId: ended.id });
    expect(task).toMatchObject({ status: 'live', runId: ended.runId, slot: 'current' });
    expect(task.id).not.toBe(ended.id);
    await worker.deleteTask({ queueName: 'capture', taskId: task.id });
    const { run, release: after } = await client.runDetail({ ...release, runName: '/a' });
    expect(run.current).toMatchObject({ state: 'failed', failure: { reason: 'canceled' } });
    expect(after.status).toBe('reviewing');
  });
});

describe('the session', () => {
  it('says who the caller is and what they may do', async () => {
    expect(await client.describeSession({ buildId: server.buildA })).toMatchObject({
      authentication: 'on',
      principal: {
        kind: 'key',
        actor: `key:${server.keyA.keyId}`,
        name: 'test',
        isSuperuser: false,
      },
      build: { id: server.buildA, mayReview: true, mayManage: false },
    });
    expect((await worker.describeSession({ buildId: server.buildA })).build).toMatchObject({
      mayManage: true,
    });
    await expect(client.describeSession({ buildId: server.buildB })).rejects.toMatchObject({
      code: 'not_found',
    });
    const nobody = await server.client(null).describeSession();
    expect(nobody).toMatchObject({ principal: { kind: 'anonymous', isSuperuser: false }, build: null });
  });
});

describe('a key of a build', () => {
  it('can neither change its settings nor make keys that outlive it', async () => {
    const { buildId } = release;
    const refused = { code: 'role_required' };
    await expect(client.createKey({ buildId, purpose: 'more' })).rejects.toMatchObject(refused);
    await expect(client.updateBuild({ buildId, isPublic: true })).rejects.toMatchObject(refused);
    await expect(client.revokeKey({ buildId, keyId: server.keyA.keyId })).rejects.toMatchObject(refused);
    expect((await client.listKeys({ buildId })).keys.length).toBeGreaterThan(0);
  });
});
