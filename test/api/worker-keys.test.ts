/** T46: what a worker's key reaches, and what not. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/contract/operations.ts';
import { plainPng } from '../support/sample-pages.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { send } from './support/send.ts';
import { startServer, type Key, type TestServer } from './support/server.ts';

let server: TestServer;
let workerKey: Key;
let otherWorker: Key;

beforeAll(async () => {
  server = await startServer();
  [workerKey, otherWorker] = await Promise.all([makeWorkerKey(), makeWorkerKey()]);
  for (const buildId of [server.buildA, server.buildB]) {
    await server.client().createRelease({ buildId, releaseName: 'r' });
  }
});
afterAll(() => server.close());

async function makeWorkerKey(): Promise<Key> {
  const { key, secret } = await server.client().createSuperuserKey({ purpose: 'worker', worker: true });
  expect(key).toMatchObject({ superuser: false, worker: true, buildId: null });
  return { keyId: key.id, keySecret: secret };
}

const upload = async (buildId: number, text: string, key: Key) =>
  (await server.client(key).upload({ buildId, fileName: 'a.txt', content: new TextEncoder().encode(text) }))
    .sha1sum;

const uploadImage = async (colour: string) =>
  (
    await server.client(server.keyA).upload({
      buildId: server.buildA,
      fileName: 'a.png',
      content: new Uint8Array(await plainPng(20, 20, colour)),
    })
  ).sha1sum;

const lost = { code: 'lease_lost', details: { httpStatus: 409 } };

/** A capture of the run in build A, leased by the worker. */
async function leaseCapture(runName: string) {
  const release = { buildId: server.buildA, releaseName: 'r', releaseNumber: 1 };
  await server
    .client()
    .requestRun({ ...release, runName, url: 'https://shop.example/', config: { injectCss: runName } });
  const { tasks } = await server
    .client(workerKey)
    .leaseTasks({ queueName: 'capture', owner: 'w', timeout: 60 });
  const [task] = tasks;
  const payload = task!.payload as { run_name: string; config_sha1sum: string };
  expect(payload.run_name).toBe(runName);
  return {
    run: { ...release, runName },
    config: payload.config_sha1sum,
    lease: { queueName: 'capture', taskId: task!.taskId, leaseId: task!.leaseId! },
  };
}

describe('T46: a worker key without a lease', () => {
  const queue = ['work_queue_lease', 'work_queue_heartbeat', 'work_queue_finish', 'work_queue_release'];
  const ofTheCaller = ['list_builds', 'list_deleted_builds', 'list_review_requests', 'describe_session'];
  const closed = allOperations.filter(({ name }) => !queue.includes(name) && !ofTheCaller.includes(name));
  it.each(closed.map((operation) => [operation.name, operation] as const))(
    'is refused %s, with one answer for builds that exist and builds that do not',
    async (_name, operation) => {
      const file = operation.takesFile ? { name: 'a.txt', bytes: 'x' } : undefined;
      const answer = async (buildId: number) => {
        const parameters = validParameters(server, operation, buildId);
        const { status, body } = await send(server, operation, parameters, { key: workerKey, file });
        return { status, body: JSON.stringify({ ...body, request_id: '' }).replaceAll(String(buildId), 'N') };
      };
      const refused = await answer(server.buildB);
      expect([403, 404, 409], refused.body).toContain(refused.status);
      if (Object.hasOwn(operation.parameters.shape, 'build_id'))
        expect(await answer(987_654)).toEqual(refused);
    },
  );

  it('sees no build, and is told that it may work', async () => {
    const client = server.client(workerKey);
    expect(await client.listBuilds()).toEqual({ builds: [] });
    expect(await client.listDeletedBuilds()).toEqual({ builds: [] });
    const { principal, capture } = await client.describeSession();
    expect(principal).toMatchObject({ kind: 'key', isSuperuser: false, mayWork: true });
    expect(capture).toEqual({ private: false, allow: [] });
  });

  it('cannot add tasks, which could name any artifact', async () => {
    const { status, body } = await send(server, operations.addTask, [['queue_name', 'capture']], {
      key: workerKey,
    });
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'role_required' });
  });
});

describe('T46: a worker key with a lease', () => {
  it('reports the shots of its visit, and no others', async () => {
    const release = { buildId: server.buildA, releaseName: 'r', releaseNumber: 1 };
    const run = { ...release, runName: 'visit', url: 'https://shop.example/' };
    await server.client().requestRun({ ...run, config: { steps: [{ shot: 'first' }] } });
    const client = server.client(workerKey);
    const { tasks } = await client.leaseTasks({ queueName: 'capture', owner: 'w', timeout: 60 });
    const [task] = tasks;
    expect(task!.shots).toEqual(['first']);
    const leaseId = task!.leaseId!;
    const image = await uploadImage('#1d4ed8');
    await expect(
      client.reportRun({ ...release, runName: 'visit/second', image, leaseId }),
    ).rejects.toMatchObject(lost);
    await client.reportRun({ ...release, runName: 'visit/first', image, leaseId });
    await client.reportRun({ ...release, runName: 'visit', image, leaseId });
    const { run: shot } = await server.client().runDetail({ ...release, runName: 'visit/first' });
    expect(shot.current).toMatchObject({ image, state: 'done' });
    await client.finishTask({ queueName: 'capture', taskId: task!.taskId, leaseId });
  });

  it('does what its task asks for, and nothing else', async () => {
    const { run, config, lease } = await leaseCapture('/leased');
    const client = server.client(workerKey);
    const secret = await upload(server.buildA, 'another image of A', server.keyA);
    await upload(server.buildB, 'something of B', server.keyB);

    const read = await client.download({ buildId: server.buildA, sha1sum: config });
    expect(new TextDecoder().decode(await read.bytes())).toContain('/leased');
    await expect(client.download({ buildId: server.buildA, sha1sum: secret })).rejects.toMatchObject({
      code: 'artifact_not_found',
    });
    await expect(client.download({ buildId: server.buildB, sha1sum: config })).rejects.toMatchObject(lost);
    await expect(upload(server.buildB, 'x', workerKey)).rejects.toMatchObject(lost);

    const image = await upload(server.buildA, 'the image', workerKey);
    const other = { ...run, runName: '/other' };
    await expect(client.reportRun({ ...other, image, leaseId: lease.leaseId })).rejects.toMatchObject(lost);
    await expect(client.reportRun({ ...other, image })).rejects.toMatchObject(lost);
    await expect(
      client.reportRun({ ...run, buildId: server.buildB, image, leaseId: lease.leaseId }),
    ).rejects.toMatchObject(lost);

    await client.heartbeat({ ...lease, message: 'at work', index: 1 });
    await client.reportRun({ ...run, image, leaseId: lease.leaseId });
    // The answer may have been lost: the same again is fine, also after the result has ended the task.
    await client.reportRun({ ...run, image, leaseId: lease.leaseId });
    await client.finishTask(lease);
    await expect(upload(server.buildA, 'too late', workerKey)).rejects.toMatchObject(lost);
  });

  it('reaches what the fields of its task name, not what any other text in it looks like', async () => {
    const client = server.client(workerKey);
    const secret = await upload(server.buildA, 'an image that no task names', server.keyA);
    const { run, config, lease } = await leaseCapture(secret);
    const addresses = { buildId: run.buildId, sha1sum: secret };
    await expect(client.download(addresses)).rejects.toMatchObject({ code: 'artifact_not_found' });
    const read = await client.download({ buildId: run.buildId, sha1sum: config });
    expect(read.contentType).toMatch(/^application\/json/);
    await client.finishTask({ ...lease, error: 'given up' });

    // As the name of a run that is compared, too.
    const [image, refImage] = [await uploadImage('#ff0000'), await uploadImage('#00ff00')];
    await server.client().reportRun({ ...run, runName: `${secret} `, image, refImage });
    await server.client().reportRun({ ...run, runName: `"${secret}"`, image, refImage });
    const { tasks } = await client.leaseTasks({ queueName: 'run-pdiff', owner: 'w', count: 5 });
    expect(tasks.length).toBe(2);
    for (const sha1sum of [image, refImage])
      expect((await client.download({ buildId: run.buildId, sha1sum })).contentType).toBe('image/png');
    await expect(client.download(addresses)).rejects.toMatchObject({ code: 'artifact_not_found' });
    for (const { taskId, leaseId } of tasks)
      await client.finishTask({ queueName: 'run-pdiff', taskId, leaseId: leaseId!, error: 'given up' });
  });

  it('T21: a key that is revoked while it waits for a task gets none', async () => {
    const key = await makeWorkerKey();
    const waiting = server
      .client(key, { maxAttempts: 1 })
      .leaseTasks({ queueName: 'capture', owner: 'late', waitSeconds: 30 });
    const outcome = waiting.then(
      () => 'leased',
      (error: unknown) => (error as { code: string }).code,
    );
    // It waits: the key was used.
    await expect
      .poll(async () => {
        const { keys } = await server.client().listSuperuserKeys();
        return keys.find(({ id }) => id === key.keyId)?.lastUsedAt;
      })
      .not.toBeNull();
    await server.client().revokeAnyKey({ keyId: key.keyId });
    await server.client().requestRun({
      buildId: server.buildA,
      releaseName: 'r',
      releaseNumber: 1,
      runName: '/after',
      url: 'https://shop.example/',
    });
    expect(await outcome).toBe('invalid_credentials');
    const { tasks } = await server.client(workerKey).leaseTasks({ queueName: 'capture', owner: 'w' });
    expect(tasks).toHaveLength(1);
    const { taskId, leaseId } = tasks[0]!;
    await server
      .client(workerKey)
      .finishTask({ queueName: 'capture', taskId, leaseId: leaseId!, error: 'given up' });
  });

  it('keeps other worker keys out, also those that know the lease or the owner', async () => {
    const { run, config, lease } = await leaseCapture('/mine');
    const thief = server.client(otherWorker);
    const { queueName, taskId } = lease;
    for (const claim of [lease, { queueName, taskId, owner: 'w' }]) {
      await expect(thief.heartbeat(claim)).rejects.toMatchObject(lost);
      await expect(thief.finishTask({ ...claim, error: 'x' })).rejects.toMatchObject(lost);
      await expect(thief.releaseTask(claim)).rejects.toMatchObject(lost);
    }
    await expect(thief.download({ buildId: run.buildId, sha1sum: config })).rejects.toMatchObject(lost);
    await expect(thief.reportRun({ ...run, runFailed: 'x', leaseId: lease.leaseId })).rejects.toMatchObject(
      lost,
    );
    await server.client(workerKey).finishTask({ ...lease, error: 'given up' });
  });

  it('ends when the lease runs out', async () => {
    const { run, config, lease } = await leaseCapture('/slow');
    server.clock.advance(60_001);
    const client = server.client(workerKey);
    await expect(client.download({ buildId: run.buildId, sha1sum: config })).rejects.toMatchObject(lost);
    await expect(upload(run.buildId, 'late', workerKey)).rejects.toMatchObject(lost);
    await expect(client.reportRun({ ...run, runFailed: 'x', leaseId: lease.leaseId })).rejects.toMatchObject(
      lost,
    );
  });
});

it('T46: superuser keys still reach the queue and everything else', async () => {
  await expect(server.client().leaseTasks({ queueName: 'own' })).resolves.toMatchObject({ tasks: [] });
  expect((await server.client().listSuperuserKeys()).keys.filter(({ worker }) => worker)).toHaveLength(3);
});
