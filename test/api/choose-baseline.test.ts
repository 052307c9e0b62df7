import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { findRun } from '../../src/contract/original/find-run.ts';
import { reportRun } from '../../src/contract/original/report-run.ts';
import { requestRun } from '../../src/contract/original/request-run.ts';
import { runsDone } from '../../src/contract/original/runs-done.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { writePng } from '../support/png-writer.ts';
import { send, type Sent } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
const hash = (digit: number) => String(digit).repeat(40);
const base = 'a'.repeat(40);
const head = 'b'.repeat(40);

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function call(operation: Operation, fields: Readonly<Record<string, unknown>>) {
  const sent = Object.entries({ build_id: server.buildA, ...fields }) as unknown as Sent;
  return send(server, operation, sent, { key: server.keyA, encoding: 'json' });
}

async function ok(operation: Operation, fields: Readonly<Record<string, unknown>>) {
  const { status, body } = await call(operation, fields);
  expect([status, body['error']]).toEqual([200, undefined]);
  return body;
}

async function release(name: string, fields: Readonly<Record<string, unknown>>) {
  const body = await ok(createRelease, { release_name: name, ...fields });
  return { release_name: name, release_number: body['release_number'] };
}

async function upload(shade: number): Promise<string> {
  const png = writePng({ width: 1, height: 1, channels: 4, data: Buffer.from([shade, shade, shade, 255]) });
  const content = new Blob([new Uint8Array(png)]);
  return (await server.client(server.keyA).upload({ buildId: server.buildA, fileName: 'page.png', content }))
    .sha1sum;
}

const detail = (named: { release_name: string; release_number: unknown }, runName: string) =>
  server.client(server.keyA).runDetail({
    buildId: server.buildA,
    releaseName: named.release_name,
    releaseNumber: Number(named.release_number),
    runName,
  });

describe('baselines over the API', () => {
  it('are chosen for images that a client reports, and told by find_run', async () => {
    const main = await release('main', { branch: 'main', commit: base, history: [], history_note: 'full' });
    const image = await upload(1);
    await ok(reportRun, { ...main, run_name: '/', image, choose_baseline: true });
    await ok(runsDone, main);
    const pull = await release('pull', {
      branch: 'x',
      commit: head,
      history: [{ commit: base }],
      history_note: 'full',
    });
    const sentence = 'Compared with main at aaaaaaa (release "main" #1), where this branch began.';
    expect(await ok(findRun, { ...pull, run_name: '/' })).toMatchObject({
      release_name: 'main',
      run_name: '/',
      image,
      reason: sentence,
    });
    expect(await ok(findRun, { ...pull, run_name: '/new' })).toMatchObject({
      release_name: 'pull',
      run_name: null,
      image: null,
      reason: 'New: main at aaaaaaa had no page of this name.',
    });
    expect(await ok(findRun, { run_name: '/' })).toMatchObject({ release_name: 'main', reason: null });
    const report = { ...pull, run_name: '/', image, choose_baseline: true, pixels_sha256: 'C'.repeat(64) };
    await ok(reportRun, report);
    await ok(reportRun, report);
    const { run, baselineReason } = await detail(pull, '/');
    expect(run).toMatchObject({ status: 'diff_not_found', ref: { image } });
    expect(baselineReason).toBe(sentence);
    await ok(reportRun, { ...pull, run_name: '/moved', image, choose_baseline: true, previous_name: '/' });
    expect((await detail(pull, '/moved')).run).toMatchObject({ status: 'diff_not_found' });
    await ok(requestRun, { ...pull, url: 'https://site.example/also', previous_name: ['/none', '/'] });
    expect((await detail(pull, '/also')).run.ref.image).toBe(image);
  });

  it('are explained for all runs of a release at once, with what is not there yet and what is missing', async () => {
    const main = await release('m', { branch: 'main', commit: hash(1), history: [], history_note: 'full' });
    for (const name of ['/', '/b', '/c']) {
      await ok(reportRun, { ...main, run_name: name, image: await upload(10), choose_baseline: true });
    }
    await ok(runsDone, main);
    const history = [{ commit: hash(1) }];
    const pull = await release('p', { branch: 'x', commit: hash(2), history, subset: true });
    await ok(reportRun, { ...pull, run_name: '/', image: await upload(10), choose_baseline: true });
    await ok(reportRun, { ...pull, run_name: '/own', image: await upload(11), ref_image: await upload(11) });
    const client = server.client(server.keyA);
    const key = { buildId: server.buildA, releaseName: 'p', releaseNumber: Number(pull.release_number) };
    const missing = async (soFar: boolean) =>
      (await client.listMissing({ ...key, soFar })).missing.map(({ name, verdict }) => [name, verdict]);
    expect(await missing(true)).toEqual([
      ['/b', 'undecided'],
      ['/c', 'undecided'],
    ]);
    expect(await missing(false)).toEqual([]);
    await ok(runsDone, pull);
    expect(await missing(true)).toEqual([]);
    const list = await client.listRuns({ ...key, explain: true });
    const { run } = await client.runDetail({ ...key, releaseName: 'm', releaseNumber: 1, runName: '/' });
    expect(list.runs.name).toEqual(['/', '/own']);
    expect(list.explanations).toEqual([
      {
        baseline: {
          reason: `Compared with main at ${hash(1).slice(0, 7)} (release "m" #1), where this branch began.`,
          rule: 'walk',
          run: { runId: run.id, releaseName: 'm', releaseNumber: 1 },
        },
        verdictOrigin: null,
      },
      {
        baseline: {
          reason: 'Compared with the image that the client named or requested.',
          rule: null,
          run: null,
        },
        verdictOrigin: null,
      },
    ]);
    expect((await client.listRuns(key)).explanations).toBeNull();
  });

  it.each([
    [
      findRun,
      { run_name: '/', release_name: 'main' },
      /^release_name and release_number come together; release_number is missing\.$/,
    ],
    [findRun, { run_name: '/', release_number: 1 }, /; release_name is missing\.$/],
    [
      reportRun,
      { release_name: 'pull', release_number: 1, run_name: '/x', choose_baseline: true, ref_image: base },
      /^choose_baseline and ref_image exclude each other/,
    ],
    [
      reportRun,
      { release_name: 'pull', release_number: 1, run_name: '/x', previous_name: Array(11).fill('/') },
      /^previous_name must be a name or a list of at most 10 names\.$/,
    ],
    [
      reportRun,
      { release_name: 'pull', release_number: 1, run_name: '/x', pixels_sha256: 'x' },
      /^pixels_sha256 must be a SHA-256/,
    ],
  ] as const)('what does not go together is refused: %#', async (operation, fields, message) => {
    const { status, body } = await call(operation, fields);
    expect(status).toBe(400);
    expect(String(body['error'])).toMatch(message);
  });
});
