/** Many callers at once, over HTTP: each promise that a race could break, on both databases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import type { AppError } from '../../src/base/errors.ts';
import { atOnce, createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { startServer, type TestServer } from './support/server.ts';

const callers = 20;

describe.each(storeKinds)('many callers at once, on %s', (kind) => {
  let server: TestServer;
  let client: DepictedClient;

  beforeAll(async () => {
    server = await startServer(kind === 'postgres' ? { databaseUrl: await createPostgresDatabase() } : {});
    client = server.client(undefined, { maxAttempts: 1 });
  });
  afterAll(() => server.close());

  async function newRelease(releaseName: string) {
    const { releaseNumber } = await client.createRelease({ buildId: server.buildA, releaseName });
    return { buildId: server.buildA, releaseName, releaseNumber };
  }

  const uploadImage = (text: string) =>
    client.upload({ buildId: server.buildA, fileName: 'a.txt', content: new TextEncoder().encode(text) });

  it('D5, P16: create_release gives every number once', async () => {
    const created = await atOnce(callers, () =>
      client.createRelease({ buildId: server.buildA, releaseName: 'same name' }),
    );
    const numbers = created.map(({ releaseNumber }) => releaseNumber).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: callers }, (_, index) => index + 1));
    const { releases } = await client.listReleases({ buildId: server.buildA });
    const open = releases.filter(({ release }) => release.status === 'receiving');
    expect(
      open.map(({ release }) => release.number),
      'P17: the others are superseded',
    ).toEqual([callers]);
  });

  it('D6, P7: report_run with one content makes one run and one comparison', async () => {
    const release = await newRelease('reports');
    const [image, refImage] = [(await uploadImage('after')).sha1sum, (await uploadImage('before')).sha1sum];
    const run = { ...release, runName: '/', image, refImage };
    await atOnce(callers, () => client.reportRun(run));
    const { runs } = await client.listRuns(release);
    expect(runs.name).toEqual(['/']);
    expect(runs.status).toEqual(['needs_diff']);
    const { tasks } = await client.listTasks({ queueName: 'run-pdiff' });
    expect(tasks).toHaveLength(1);
  });

  it('P8: report_run with different contents keeps exactly one of them', async () => {
    const release = await newRelease('contents');
    const images = await atOnce(callers, async (index) => (await uploadImage(`content ${index}`)).sha1sum);
    const outcomes = await Promise.allSettled(
      images.map((image) => client.reportRun({ ...release, runName: '/', image })),
    );
    const accepted = images.filter((_image, index) => outcomes[index]!.status === 'fulfilled');
    expect(accepted).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect((outcome.reason as AppError).code).toBe('run_already_reported');
    }
    const { run } = await client.runDetail({ ...release, runName: '/' });
    expect(run.current.image).toBe(accepted[0]);
  });

  it('request_run of one page makes one run and one capture', async () => {
    const release = await newRelease('requests');
    await atOnce(callers, () => client.requestRun({ ...release, url: 'http://shop.test/once' }));
    expect((await client.listRuns(release)).runs.name).toEqual(['/once']);
    const { tasks } = await client.listTasks({ queueName: 'capture', status: 'live' });
    expect(tasks.filter(({ payload }) => payload.includes('/once'))).toHaveLength(1);
  });

  it('D7, P14: runs_done makes one step and one message', async () => {
    const release = await newRelease('done');
    const { sha1sum: image } = await uploadImage('alone');
    await client.reportRun({ ...release, runName: '/', image });
    const before = await client.listRuns(release);
    const answers = await atOnce(callers, () => client.runsDone(release));
    expect(new Set(answers.map(({ resultsUrl }) => resultsUrl)).size).toBe(1);
    const after = await client.listRuns(release);
    expect(after.release.status).toBe('reviewing');
    expect(after.release.version - before.release.version, 'to processing and on to reviewing').toBe(2);
    const mails = await server.core.store.read((tx) => tx.mails.ofRelease(after.release.id));
    expect(mails).toHaveLength(1);
  });

  it('D8, P13: leases give each of a hundred tasks to one caller', async () => {
    await atOnce(100, (index) => client.addTask({ queueName: 'many', payload: '{}', taskId: `t${index}` }));
    const given: string[] = [];
    await atOnce(callers, async (index) => {
      for (;;) {
        const lease = { queueName: 'many', owner: `worker ${index}`, count: 3 };
        const { tasks } = await client.leaseTasks(lease);
        if (tasks.length === 0) return;
        given.push(...tasks.map(({ taskId }) => taskId));
      }
    });
    expect(given).toHaveLength(100);
    expect(new Set(given).size).toBe(100);
  });

  it('D9, P9, P10: the holder of a lease that ran out is refused, the next one is heard', async () => {
    await client.addTask({ queueName: 'fenced', payload: '{}', taskId: 't' });
    const call = { queueName: 'fenced', owner: 'both', count: 1, timeout: 10 };
    const first = (await client.leaseTasks(call)).tasks[0]!;
    server.clock.advance(10_001);
    const late = { queueName: 'fenced', taskId: 't', leaseId: first.leaseId! };
    await expect(client.finishTask(late), 'nobody has it since').rejects.toMatchObject({
      code: 'lease_lost',
    });
    server.clock.advance(12_000);
    const leased = await atOnce(callers, () => client.leaseTasks(call));
    const [second, ...more] = leased.flatMap(({ tasks }) => tasks);
    expect(more).toEqual([]);
    expect(second).toMatchObject({ taskId: 't', leaseAttempts: 2 });
    await expect(client.finishTask(late)).rejects.toMatchObject({ code: 'lease_lost' });
    await client.finishTask({ ...late, leaseId: second!.leaseId! });
  });
});
