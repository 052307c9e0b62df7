/** `dpxdt release` against a real server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { pixelPng } from '../support/png-writer.ts';
import { startServer, type Key, type TestServer } from './support/server.ts';

let server: TestServer;
let client: DepictedClient;
let counter = 0;
let releaseName: string;

beforeAll(async () => {
  server = await startServer();
  client = server.client(server.keyA);
});
afterAll(() => server.close());

beforeEach(async () => {
  releaseName = `main ${++counter}`;
  await make('/cart', '/home');
});

/** An attempt whose runs differ from what they are compared with. */
async function make(...runNames: string[]): Promise<void> {
  const buildId = server.buildA;
  const { releaseNumber } = await client.createRelease({ buildId, releaseName });
  const send = async (text: string) =>
    (await client.upload({ buildId, content: new Uint8Array(pixelPng(text)), fileName: 'page.png' })).sha1sum;
  const [image, refImage, diffImage] = [await send('after'), await send('before'), await send('mask')];
  const release = { buildId, releaseName, releaseNumber };
  for (const runName of runNames)
    await client.reportRun({ ...release, runName, image, refImage, diffImage, distortion: 0.5 });
  await client.runsDone(release);
}

function decide(args: string[], key: Key | null = server.keyA) {
  return call(['release', ...args], key);
}

async function call(args: string[], key: Key | null = server.keyA) {
  const { status, stdout, stderr } = await callDpxdt([...args, '--release', releaseName], {
    currentFolder: server.folder,
    env: {
      DPXDT_SERVER: server.url,
      DPXDT_BUILD_ID: String(server.buildA),
      ...(key !== null && { DPXDT_CLIENT_ID: key.keyId, DPXDT_CLIENT_SECRET: key.keySecret }),
    },
  });
  return { status, stdout, stderr };
}

async function statuses(): Promise<Record<number, string>> {
  const { releases } = await client.listReleases({ buildId: server.buildA, releaseName });
  return Object.fromEntries(releases.map(({ release }) => [release.number, release.status]));
}

async function reject(runName: string): Promise<void> {
  const release = { buildId: server.buildA, releaseName, releaseNumber: 1 };
  const { run } = await client.runDetail({ ...release, runName });
  await client.reviewRun({ ...release, runId: run.id, verdict: 'rejected', operationId: `reject ${run.id}` });
}

describe('dpxdt release', () => {
  it('marks the newest attempt, or the one that is named, and says what the baseline is', async () => {
    await make('/home');
    expect(await decide(['good'])).toEqual({
      status: 0,
      stderr: '',
      stdout:
        `Release "${releaseName}" number 2 is marked good.\n` +
        'It had: 1 undecided. Undecided and new pages are part of the baseline; the others keep their previous one.\n' +
        `The baseline of build ${server.buildA} is release "${releaseName}" number 2.\n`,
    });
    expect(await decide(['bad', '--number', '1', '--note', 'too slow'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('number 1 is marked bad.\nNote: too slow\n') as string,
    });
    expect(await statuses()).toEqual({ 1: 'bad', 2: 'good' });
    expect(await decide(['good']), 'again changes nothing').toMatchObject({ status: 0 });
    expect(await decide(['reopen'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('number 2 is open for review again.') as string,
    });
    expect(await statuses()).toEqual({ 1: 'bad', 2: 'reviewing' });
  });

  it('refuses a release with rejected runs unless --force and a note say that it is good except for those', async () => {
    await reject('/cart');
    expect(await decide(['good'])).toEqual({
      status: 5,
      stdout: '',
      stderr:
        `dpxdt: Release "${releaseName}" number 1 has 1 rejected run, so it is not marked good. Approve them, or add ` +
        '--force --note TEXT to mark the release good except for the rejected runs: those pages keep their previous baseline.\n',
    });
    await reject('/home');
    expect((await decide(['good'])).stderr).toContain('has 2 rejected runs');
    expect(await statuses()).toEqual({ 1: 'reviewing' });
    const { status, stdout, stderr } = await decide(['good', '--force', '--note', 'known faults', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      build_id: server.buildA,
      release_name: releaseName,
      release_number: 1,
      status: 'good',
      note: 'Good except 2 rejected runs: known faults',
      left_open: {
        ...{ undecided: 0, partly_approved: 0, rejected: 2, failed: 0 },
        ...{ new: 0, missing: 0, waiting: 0 },
      },
      baseline: { release_name: releaseName, release_number: 1 },
    });
    expect(await statuses()).toEqual({ 1: 'good' });
  });

  it('with --force and nothing rejected marks it good all the same', async () => {
    expect(await decide(['good', '--force', '--note', 'to be sure'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Note: to be sure\n') as string,
    });
  });

  it('says in one sentence what it does not find or may not do', async () => {
    releaseName = 'no such release';
    expect(await decide(['good'])).toMatchObject({
      stderr: `dpxdt: Build ${server.buildA} has no release "no such release". The build's page lists its releases.\n`,
    });
    releaseName = `main ${counter}`;
    const others = await Promise.all([
      decide(['good', '--number', '7']),
      decide(['good'], server.keyB),
      decide(['good'], null),
    ]);
    for (const { status, stdout, stderr } of others) {
      expect(status).toBeGreaterThan(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^dpxdt: [^\n]+\.\n$/);
    }
    expect(others[2].stderr).toContain('--release-client-id');
    expect(await statuses()).toEqual({ 1: 'reviewing' });
  });
});

describe('dpxdt run', () => {
  const verdicts = async () => {
    const release = { buildId: server.buildA, releaseName, releaseNumber: 1 };
    return (await client.listRuns(release)).runs.verdict;
  };

  it('approves and rejects runs by name, and takes verdicts back', async () => {
    expect(await call(['run', 'approve', '/cart'])).toEqual({
      status: 0,
      stderr: '',
      stdout: '/cart: approved\n',
    });
    const rejected = await call(['run', 'reject', '/home', '/cart', '--note', 'cut off', '--json']);
    expect(rejected.status).toBe(0);
    expect(JSON.parse(rejected.stdout)).toMatchObject({
      release_name: releaseName,
      release_number: 1,
      runs: [
        { name: '/home', outcome: 'changed', verdict: 'rejected' },
        { name: '/cart', outcome: 'changed', verdict: 'rejected' },
      ],
    });
    expect((await call(['run', 'reject', '/home'])).stdout).toBe('/home: rejected, as before\n');
    expect((await call(['run', 'undo', '/home'])).stdout).toBe('/home: without a verdict\n');
    expect((await verdicts()).toSorted()).toEqual(['none', 'rejected']);
  });

  it('judges nothing when a name is unknown, and says what does not count', async () => {
    expect(await call(['run', 'approve', '/home', '/crat'])).toEqual({
      status: 2,
      stdout: '',
      stderr: `dpxdt: Release "${releaseName}" number 1 has no run "/crat". Did you mean "/cart"?\n`,
    });
    expect(await verdicts()).toEqual(['none', 'none']);
    expect((await call(['run', 'approve'])).stderr).toContain("Missing required argument 'name'");
    await server.client().updateBuild({ buildId: server.buildA, approvals: 2 });
    const uncounted = await call(['run', 'approve', '/home']);
    await server.client().updateBuild({ buildId: server.buildA, approvals: 1 });
    expect([uncounted.status, uncounted.stdout]).toEqual([
      5,
      '/home: not counted: the approval of a key or of the author does not count here\n',
    ]);
    expect(await verdicts()).toEqual(['none', 'none']);
  });
});
