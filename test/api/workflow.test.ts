import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;

describe.each(storeKinds)('the whole workflow through the client, on %s', (kind) => {
  beforeAll(async () => {
    server = await startServer(kind === 'postgres' ? { databaseUrl: await createPostgresDatabase() } : {});
  });
  afterAll(() => server.close());

  it('takes two releases from creation to a baseline', async () => {
    const client = server.client(server.keyA);
    const worker = server.client(server.superKey);
    const buildId = server.buildA;

    const first = await client.createRelease({ buildId, releaseName: 'r', url: 'https://site.example/' });
    expect(first).toEqual({
      success: true,
      buildId,
      releaseName: 'r',
      releaseNumber: 1,
      url: 'https://site.example/',
    });
    const release = { buildId, releaseName: 'r', releaseNumber: 1 };
    const image = await uploadText(client, buildId, 'image one');
    await client.reportRun({ ...release, runName: '/', image });
    const done = await client.runsDone(release);
    expect(done.resultsUrl).toBe(`https://depicted.example/release?id=${buildId}&name=r&number=1`);
    const { release: decided } = await client.reviewRelease({ ...release, decision: 'good' });
    expect(decided.status).toBe('good');
    expect(await client.findRun({ buildId, runName: '/' })).toMatchObject({ releaseNumber: 1, image });
    expect(await client.findRun({ buildId, runName: '/none' })).toMatchObject({ runName: null, image: null });

    await client.createRelease({ buildId, releaseName: 'r' });
    const second = { buildId, releaseName: 'r', releaseNumber: 2 };
    const requested = await client.requestRun({
      ...second,
      url: 'https://site.example/',
      config: { viewportSize: { width: 800, height: 600 } },
    });
    expect(requested).toMatchObject({ runName: '/', url: 'https://site.example/' });
    const config = await (await client.download({ buildId, sha1sum: requested.config })).bytes();
    expect(JSON.parse(new TextDecoder().decode(config))).toEqual({
      viewportSize: { width: 800, height: 600 },
      targetUrl: 'https://site.example/',
    });
    await client.runsDone(second);

    const { tasks } = await worker.leaseTasks({ queueName: 'capture', owner: 'w1' });
    expect(tasks).toHaveLength(1);
    expect(tasks[0]!.payload).toEqual({
      build_id: buildId,
      release_name: 'r',
      release_number: 2,
      run_name: '/',
      url: 'https://site.example/',
      config_sha1sum: requested.config,
      baseline: false,
    });
    const { taskId, leaseId } = tasks[0]!;
    const held = { queueName: 'capture', taskId, leaseId: leaseId! };
    expect(await worker.heartbeat({ ...held, message: 'loading', index: 1 })).toMatchObject({
      applied: true,
    });
    const other = await uploadText(worker, buildId, 'image two');
    await worker.reportRun({ ...second, runName: '/', image: other, leaseId: leaseId! });
    await worker.finishTask(held);

    const { tasks: diffs } = await worker.leaseTasks({ queueName: 'run-pdiff' });
    expect(diffs[0]!.payload).toEqual({
      build_id: buildId,
      release_name: 'r',
      release_number: 2,
      run_name: '/',
      run_sha1sum: other,
      reference_sha1sum: image,
    });
    const mask = await uploadText(worker, buildId, 'mask');
    await worker.reportRun({
      ...second,
      runName: '/',
      diffImage: mask,
      distortion: 0.25,
      leaseId: diffs[0]!.leaseId!,
      comparison: {
        changedPixels: 12,
        diffRatio: 0.1,
        regions: [{ left: 1, top: 2, width: 3, height: 4, changedPixels: 12 }],
        regionCount: 1,
        canvas: { width: 10, height: 12 },
      },
    });
    await worker.finishTask({
      queueName: 'run-pdiff',
      taskId: diffs[0]!.taskId,
      leaseId: diffs[0]!.leaseId!,
    });

    const list = await client.listRuns(second);
    expect(list.release.status).toBe('reviewing');
    expect(list.runs).toMatchObject({
      name: ['/'],
      status: ['diff_found'],
      distortion: [0.25],
      changedPixels: [12],
      regionCount: [1],
      width: [10],
    });
    const detail = await client.runDetail({ ...second, runName: '/' });
    expect(detail.run.diff.facts?.regions).toEqual([
      { left: 1, top: 2, width: 3, height: 4, changedPixels: 12 },
    ]);
    expect(detail.baselineReason).toContain('r #1');
    expect(detail.history).toHaveLength(2);
  });

  it('numbers releases of one name that are made at once, and takes repeated reports at once', async () => {
    const client = server.client(server.keyA);
    const buildId = server.buildA;
    const made = await Promise.all(
      Array.from({ length: 20 }, () => client.createRelease({ buildId, releaseName: 'at once' })),
    );
    const numbers = made.map(({ releaseNumber }) => releaseNumber).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));

    const release = { buildId, releaseName: 'at once', releaseNumber: 20 };
    const image = await uploadText(client, buildId, 'one side');
    const refImage = await uploadText(client, buildId, 'other side');
    await Promise.all(
      Array.from({ length: 20 }, () => client.reportRun({ ...release, runName: '/', image, refImage })),
    );
    expect((await client.listRuns(release)).runs.name).toEqual(['/']);
    const { tasks } = await server.client().leaseTasks({ queueName: 'run-pdiff', count: 10 });
    expect(tasks).toHaveLength(1);
    const done = await Promise.all(Array.from({ length: 20 }, () => client.runsDone(release)));
    expect(new Set(done.map(({ resultsUrl }) => resultsUrl)).size).toBe(1);
  });

  it('answers a second upload of the same bytes like the first', async () => {
    const client = server.client(server.keyA);
    const content = new TextEncoder().encode('the same');
    const answers = [];
    for (let time = 0; time < 2; time++) {
      answers.push(await client.upload({ buildId: server.buildA, content, fileName: 'a.txt' }));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]!.sha1sum).toBe(createHash('sha1').update(content).digest('hex'));
  });
});

async function uploadText(
  client: ReturnType<TestServer['client']>,
  buildId: number,
  text: string,
): Promise<string> {
  const { sha1sum } = await client.upload({
    buildId,
    content: new TextEncoder().encode(text),
    fileName: 'x.png',
  });
  return sha1sum;
}
