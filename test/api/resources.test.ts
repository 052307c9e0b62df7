import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DepictedClient, ReleaseChanges } from '../../src/client/index.ts';
import { pixelPng } from '../support/png-writer.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let client: DepictedClient;
let counter = 0;
/** A release with two runs that differ, "/a" and "/b", and one that does not, "/same". */
let release: { buildId: number; releaseName: string; releaseNumber: number };

beforeAll(async () => {
  server = await startServer();
  client = server.client(server.keyA);
});
afterAll(() => server.close());

beforeEach(async () => {
  release = { buildId: server.buildA, releaseName: `r${++counter}`, releaseNumber: 1 };
  await client.createRelease(release);
  const [one, two] = [await upload('one'), await upload('two')];
  for (const [runName, refImage] of [
    ['/b', two],
    ['/a', two],
    ['/same', one],
  ] as const) {
    await client.reportRun({ ...release, runName, image: one, refImage });
    if (refImage === two) {
      await client.reportRun({ ...release, runName, diffImage: await upload('mask'), distortion: 0.5 });
    }
  }
});

async function upload(text: string): Promise<string> {
  const content = new Uint8Array(pixelPng(text));
  return (await client.upload({ buildId: server.buildA, content, fileName: 'a' })).sha1sum;
}

async function idOf(name: string): Promise<number> {
  const { runs } = await client.listRuns(release);
  return runs.id[runs.name.indexOf(name)]!;
}

describe('runs as columns', () => {
  it('come in the order of review, with counts, and again only when something changed', async () => {
    const list = await client.listRuns(release);
    expect(list.runs.name).toEqual(['/a', '/b', '/same']);
    expect(list.counts).toMatchObject({ total: 3, undecided: 2, same: 1 });
    for (const column of Object.values(list.runs)) expect(column).toHaveLength(3);

    const query = new URLSearchParams({ release_name: release.releaseName, release_number: '1' });
    const address = `${server.url}/api/v1/builds/${release.buildId}/runs?${query.toString()}`;
    const headers = basic(server.keyA);
    const first = await fetch(address, { headers });
    const etag = first.headers.get('etag')!;
    const again = () => fetch(address, { headers: { ...headers, 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    await client.reviewRun({ ...release, runId: await idOf('/a'), verdict: 'approved', operationId: 'o1' });
    expect((await again()).status).toBe(200);
    const since = await client.listRuns({ ...release, sinceVersion: list.release.version });
    expect(since.runs.name).toEqual(['/a']);
  });
});

describe('decisions', () => {
  it('are saved once, by whom, and can be taken back', async () => {
    const runId = await idOf('/a');
    const decision = { ...release, runId, verdict: 'approved' as const, operationId: 'op' };
    const first = await client.reviewRun(decision);
    expect(first.result).toMatchObject({ outcome: 'changed', verdict: 'approved', previousVerdict: 'none' });
    expect(first.result.verdictBy).toBe(`key:${server.keyA.keyId}`);
    const repeated = await client.reviewRun(decision);
    expect(repeated.result).toEqual(first.result);
    const undone = await client.reviewRun({
      ...release,
      runId,
      verdict: 'none',
      version: first.result.version,
      operationId: 'undo',
    });
    expect(undone.result).toMatchObject({ verdict: 'none', previousVerdict: 'approved' });
    const { activity, ...named } = await client.listActivity({ buildId: release.buildId, runId });
    expect(named.releases).toEqual([
      { id: activity[0]!.releaseId, name: release.releaseName, number: release.releaseNumber },
    ]);
    expect(named.runs).toMatchObject([{ id: runId }]);
    expect(activity.map(({ kind }) => kind)).toEqual(['run_verdict_taken_back', 'run_approved']);
  });

  it('on what others decided meanwhile are conflicts', async () => {
    const runId = await idOf('/a');
    const { release: seen } = await client.listRuns(release);
    await client.reviewRun({
      ...release,
      runId,
      verdict: 'rejected',
      version: seen.version,
      operationId: 'one',
    });
    const late = client.reviewRun({
      ...release,
      runId,
      verdict: 'approved',
      version: seen.version,
      operationId: 'two',
    });
    await expect(late).rejects.toMatchObject({ code: 'conflict', details: { httpStatus: 409 } });
  });

  it('in bulk are one operation whose conflicts are data', async () => {
    const runs = [
      { runId: await idOf('/a'), verdict: 'approved' as const },
      { runId: await idOf('/same'), verdict: 'approved' as const },
      { runId: 999_999, verdict: 'approved' as const },
      { runId: await idOf('/b'), verdict: 'rejected' as const, version: 0 },
    ];
    const { results } = await client.reviewRuns({ ...release, runs, operationId: 'bulk' });
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'changed',
      'not_reviewable',
      'not_found',
      'conflict',
    ]);
  });

  it('on a release need the version that was seen', async () => {
    const { release: seen } = await client.listRuns(release);
    await client.reportRun({
      ...release,
      runName: '/late',
      image: await upload('one'),
      refImage: await upload('two'),
    });
    await client.reportRun({
      ...release,
      runName: '/late',
      diffImage: await upload('mask'),
      distortion: 0.5,
    });
    const good = { ...release, decision: 'good' as const };
    await expect(client.reviewRelease({ ...good, version: seen.version })).rejects.toMatchObject({
      code: 'conflict',
      details: { new_differences: 1 },
    });
    const { release: now } = await client.listRuns(release);
    const decided = await client.reviewRelease({
      ...good,
      version: now.version,
      operationId: 'mark',
      note: 'fine',
    });
    expect(decided.release).toMatchObject({ status: 'good', decisionNote: 'fine' });
    const reopened = await client.reviewRelease({ ...release, decision: 'reopen' });
    expect(reopened.release.status).toBe('reviewing');
  });
});

describe('builds, releases, keys and queues', () => {
  it('are listed with what people need', async () => {
    const { builds } = await client.listBuilds();
    expect(builds).toHaveLength(1);
    expect(builds[0]).toMatchObject({ build: { id: server.buildA, name: 'A' }, newestRelease: release_() });
    const releases = await client.listReleases({
      buildId: release.buildId,
      releaseName: release.releaseName,
    });
    expect(releases.releases.map(({ counts }) => counts.total)).toEqual([3]);
    expect((await client.listReleases({ buildId: release.buildId, status: 'bad' })).releases).toEqual([]);
    const page = await client.listReleases({ buildId: release.buildId, pageSize: 1, offset: 1 });
    expect(page.releases).toHaveLength(1);
    expect(page.total).toBe(counter);
  });

  const release_ = () => ({ name: release.releaseName, number: 1 });

  it('can be made and changed', async () => {
    const admin = server.client();
    const { build } = await admin.createBuild({
      name: 'New',
      isPublic: false,
      emailAlias: 'team@example.org',
    });
    const changed = await admin.updateBuild({ buildId: build.id, name: 'Newer', sendEmail: false });
    expect(changed.build).toMatchObject({ name: 'Newer', sendEmail: false, emailAlias: 'team@example.org' });
    const { key, secret } = await admin.createKey({ buildId: build.id, purpose: 'CI' });
    const own = server.client({ keyId: key.id, keySecret: secret });
    expect((await own.listBuilds()).builds.map((entry) => entry.build.id)).toEqual([build.id]);
    const { keys } = await own.listKeys({ buildId: build.id });
    expect(keys).toEqual([expect.objectContaining({ id: key.id, purpose: 'CI', superuser: false })]);
    expect(JSON.stringify(keys)).not.toContain(secret);
    expect(JSON.stringify(keys)).not.toContain('secret');
    await admin.revokeKey({ buildId: build.id, keyId: key.id });
    server.clock.advance(1_001);
    await expect(own.listBuilds()).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('show what is queued', async () => {
    await client.requestRun({ ...release, url: 'https://site.example/queued' });
    const { queues } = await server.client().listQueues();
    const capture = queues.find(({ queue }) => queue === 'capture');
    expect(capture).toMatchObject({ leased: 0, error: 0 });
    expect(capture!.waiting).toBeGreaterThan(0);
    expect(capture!.oldestWaitingMs).toBeGreaterThanOrEqual(0);
    const { tasks } = await server.client().listTasks({ queueName: 'capture', status: 'live' });
    expect(tasks[0]!.payload).toContain('site.example/queued');
  });
});

describe('the event stream', () => {
  async function changesUntil(
    stream: AsyncGenerator<ReleaseChanges>,
    isEnough: (seen: ReleaseChanges[]) => boolean,
  ): Promise<ReleaseChanges[]> {
    const seen: ReleaseChanges[] = [];
    for await (const change of stream) {
      seen.push(change);
      if (isEnough(seen)) break;
    }
    return seen;
  }

  it('sends what changed, to whom may look, with who did it', async () => {
    const stop = new AbortController();
    const { release: before } = await client.listRuns(release);
    const stream = client.watchRelease({ ...release, sinceVersion: before.version }, { signal: stop.signal });
    const seen = changesUntil(stream, (changes) => changes.some(({ runs }) => runs.name.includes('/b')));
    await client.reviewRun({ ...release, runId: await idOf('/a'), verdict: 'approved', operationId: 'x' });
    await client.reviewRun({ ...release, runId: await idOf('/b'), verdict: 'rejected', operationId: 'y' });
    const changes = await seen;
    stop.abort();
    expect(new Set(changes.flatMap(({ runs }) => runs.name))).toEqual(new Set(['/a', '/b']));
    expect(changes.at(-1)!.counts).toMatchObject({ undecided: 0, approved: 1, rejected: 1 });
    expect(changes.at(-1)!.release.version).toBeGreaterThan(before.version);
    await expect(server.client(server.keyB).watchRelease(release).next()).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('goes on where a reader was cut off', async () => {
    const { release: before } = await client.listRuns(release);
    await client.reviewRun({ ...release, runId: await idOf('/a'), verdict: 'approved', operationId: 'x' });
    const query = new URLSearchParams({ release_name: release.releaseName, release_number: '1' });
    const response = await fetch(
      `${server.url}/api/v1/builds/${release.buildId}/changes?${query.toString()}`,
      {
        headers: { ...basic(server.keyA), 'last-event-id': String(before.version) },
      },
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\n\nid: ') || !text.endsWith('\n\n')) text += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(text).toContain(`id: ${before.version + 1}\nevent: changes\n`);
    expect(text).toContain('"name":["/a"]');
  });
});
