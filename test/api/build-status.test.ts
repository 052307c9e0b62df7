import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { plainPng } from '../support/sample-pages.ts';
import { send } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let buildId: number;
const images: Record<string, string> = {};
const hash = (digit: string) => digit.repeat(40);

beforeAll(async () => {
  server = await startServer({ http: { statusTickMs: 50, eventBatchMs: 10 } });
  buildId = server.buildA;
  for (const color of ['#ff0000', '#00ff00']) {
    const content = new Uint8Array(await plainPng(30, 20, color));
    images[color] = (await client().upload({ buildId, content, fileName: 'a.png' })).sha1sum;
  }
});
afterAll(() => server.close());

const client = () => server.client(server.keyA);

async function start(name: string, fields: Readonly<Record<string, unknown>>) {
  const given = Object.entries({ build_id: buildId, release_name: name, ...fields });
  const { status } = await send(server, createRelease, given, { key: server.keyA, encoding: 'json' });
  expect(status).toBe(200);
  return { buildId, releaseName: name, releaseNumber: 1 };
}

const report = (of: { buildId: number; releaseName: string; releaseNumber: number }, color: string) =>
  client().reportRun({ ...of, runName: '/', image: images[color], chooseBaseline: true });

/** Main at `1`, good by itself; a release of a pull request that differs from it. */
async function mainAndPull(mark: string) {
  const main = await start(`main ${mark}`, {
    branch: 'main',
    commit: hash('1'),
    history: [],
    history_note: 'full',
  });
  await report(main, '#ff0000');
  await client().runsDone(main);
  const pull = await start(`pull ${mark}`, {
    branch: `feature-${mark}`,
    commit: hash('3'),
    head_commit: `${hash('2').slice(0, 39)}${mark}`,
    pull_request: Number(mark),
    history: [{ commit: hash('1') }],
    history_note: 'full',
  });
  return { main, pull };
}

function ask(query: string, headers: Record<string, string> = {}, of = buildId) {
  return fetch(`${server.url}/api/v1/builds/${of}/status?${query}`, {
    headers: { ...basic(server.keyA), ...headers },
  });
}

describe('the status of a build', () => {
  it('is that of the newest release of a commit, a branch or a pull request', async () => {
    const { main, pull } = await mainAndPull('4');
    const pending = await client().buildStatus({ buildId, pullRequest: 4 });
    expect(pending).toMatchObject({
      conclusion: 'pending',
      text: 'waiting: 0 of 0 compared',
      release: { name: 'pull 4' },
      baseline: null,
    });
    await report(pull, '#00ff00');
    await client().reportRun({ ...pull, runName: '/', diffImage: images['#00ff00'], distortion: 0.5 });
    await client().runsDone(pull);
    const ways = [
      { pullRequest: 4 },
      { branch: 'feature-4' },
      { commit: `${hash('2').slice(0, 39)}4` },
      { commit: hash('3') },
    ];
    for (const way of ways) {
      const status = await client().buildStatus({ buildId, ...way });
      expect(status).toMatchObject({
        conclusion: 'failure',
        text: '1 of 1 differs, waiting for review',
        release: { name: pull.releaseName },
        baseline: { name: main.releaseName },
        counts: { undecided: 1 },
        mainAhead: 0,
      });
      expect(new URL(status.url).searchParams.get('name')).toBe(pull.releaseName);
    }
    const later = await start('main later', {
      branch: 'main',
      commit: hash('5'),
      history: [{ commit: hash('1') }],
    });
    expect(later.releaseNumber).toBe(1);
    expect(await client().describeRelease(pull)).toMatchObject({ mainAhead: 1, conclusion: 'failure' });
    const detail = await client().runDetail({ ...pull, runName: '/' });
    expect(detail).toMatchObject({ mainAhead: 1, baselineWithdrawn: null });
  });

  it('asks for exactly one place, and answers 404 for one without a release', async () => {
    for (const query of ['', 'branch=main&commit=abc', 'branch=main&pull_request=4']) {
      const answer = await ask(query);
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({
          error: expect.stringMatching(/^Name exactly one of commit, branch and pull_request/) as string,
        }),
      ]);
    }
    expect((await ask('branch=none')).status).toBe(404);
    expect((await ask('branch=main', {}, server.buildB)).status).toBe(404);
    expect((await ask('branch=main&wait=61')).status).toBe(400);
  });

  it('is not sent again while it is the same', async () => {
    await mainAndPull('6');
    const first = await ask('pull_request=6');
    const etag = first.headers.get('etag')!;
    const again = await ask('pull_request=6', { 'if-none-match': etag });
    expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
    const waited = await ask('pull_request=6&wait=1', { 'if-none-match': etag });
    expect(waited.status).toBe(304);
  });

  it('waits until it is not pending any more', async () => {
    const { pull } = await mainAndPull('7');
    const waiting = ask('pull_request=7&wait=60').then((answer) => answer.json());
    await report(pull, '#ff0000');
    await client().runsDone(pull);
    expect(await waiting).toMatchObject({ conclusion: 'success', text: '1 page, nothing differs' });
  });

  it('waits for the next change, and for a release that is not there yet', async () => {
    const { pull } = await mainAndPull('8');
    const etag = (await ask('pull_request=8')).headers.get('etag')!;
    const changed = ask('pull_request=8&wait=60', { 'if-none-match': etag }).then((answer) => answer.json());
    await report(pull, '#00ff00');
    expect(await changed).toMatchObject({ conclusion: 'pending', counts: { total: 1 } });
    const created = ask('branch=to-come&wait=60').then((answer) => answer.json());
    await start('to come', { branch: 'to-come', skip_reason: 'no UI change' });
    expect(await created).toMatchObject({ conclusion: 'skipped', text: 'skipped: no UI change' });
  });

  it('ends with 404 where no release came in time', async () => {
    expect((await ask('branch=never&wait=1')).status).toBe(404);
  });

  it('prefers a release that was not superseded', async () => {
    await start('twice', { branch: 'twice' });
    await start('twice', { branch: 'twice-again' });
    expect(await client().buildStatus({ buildId, branch: 'twice' })).toMatchObject({
      conclusion: 'error',
      text: 'superseded by #2',
    });
    await start('another', { branch: 'twice' });
    await start('twice', { branch: 'twice' });
    await start('twice', { branch: 'x' });
    expect(await client().buildStatus({ buildId, branch: 'twice' })).toMatchObject({
      conclusion: 'pending',
      release: { name: 'another' },
    });
  });
});

describe('callers that wait', () => {
  it('have places, which are free again when they end', async () => {
    const small = await startServer({ http: { maxEventStreamsPerCaller: 1, statusTickMs: 20 } });
    try {
      const wait = (query: string, signal?: AbortSignal) =>
        fetch(`${small.url}/api/v1/builds/${small.buildA}/status?${query}`, {
          headers: basic(small.keyA),
          ...(signal !== undefined && { signal }),
        });
      const first = (async () => {
        // The other caller may have the place until it gives up.
        for (;;) {
          const answer = await wait('branch=x&wait=60');
          if (answer.status !== 429) return answer;
        }
      })();
      const refused = async () =>
        (await wait('branch=y&wait=60', AbortSignal.timeout(500)).catch(() => null))?.status;
      await expect.poll(refused, { timeout: 20_000 }).toBe(429);
      expect((await wait('branch=x')).status).toBe(404);
      const key = small.client(small.keyA);
      await key.createRelease({ buildId: small.buildA, releaseName: 'x', branch: 'x' });
      await key.runsDone({ buildId: small.buildA, releaseName: 'x', releaseNumber: 1 });
      expect((await first).status).toBe(200);
      expect((await wait('branch=y&wait=1')).status).toBe(404);
    } finally {
      await small.close();
    }
  });

  it('are answered when the server stops', async () => {
    const stopped = await startServer({ http: { statusTickMs: 60_000 } });
    const waiting = fetch(`${stopped.url}/api/v1/builds/${stopped.buildA}/status?branch=x&wait=60`, {
      headers: basic(stopped.keyA),
    });
    await expect
      .poll(async () => {
        const other = await fetch(`${stopped.url}/api/v1/builds/${stopped.buildA}/status?branch=x`, {
          headers: basic(stopped.keyA),
        });
        return other.status;
      })
      .toBe(404);
    await stopped.close();
    expect([404, 503]).toContain((await waiting.catch(() => ({ status: 503 }))).status);
  });
});

describe('the badge', () => {
  const get = (path: string) => fetch(`${server.url}/badge/${path}`);
  const said = async (path: string) => /<title>([^<]*)<\/title>/.exec(await (await get(path)).text())?.[1];

  it('is shown of public builds only; a private one is answered as one that is not there', async () => {
    const answers = await Promise.all(
      [`${buildId}.svg`, '999999.svg', 'x.svg', `${buildId}.png`, '0.svg', '99999999999.svg'].map(get),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    const bodyOf = async (path: string) => {
      const body = (await (await get(path)).json()) as Record<string, unknown>;
      return { ...body, request_id: null };
    };
    expect(await bodyOf(`${buildId}.svg`)).toEqual(await bodyOf('999999.svg'));
  });

  it('shows the state of a branch, by default that of main', async () => {
    await server.core.store.transaction(async (tx) => {
      const build = (await tx.builds.find(buildId))!;
      await tx.builds.update({ ...build, isPublic: true, name: '<Shop> & "co"' });
    });
    const answer = await get(`${buildId}.svg?branch=to-come`);
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual([
      200,
      'public, max-age=60',
      'image/svg+xml; charset=utf-8',
    ]);
    const name = '&lt;Shop&gt; &amp; &quot;co&quot;';
    expect(await said(`${buildId}.svg?branch=to-come`)).toBe(`${name}: skipped`);
    expect(await said(`${buildId}.svg?branch=feature-4`)).toBe(`${name}: needs review`);
    expect(await said(`${buildId}.svg?branch=nothing`)).toBe(`${name}: no release`);
    const newest = await start('main, the newest', { branch: 'main' });
    expect(await said(`${buildId}.svg`)).toBe(`${name}: waiting`);
    await client().reviewRelease({ ...newest, decision: 'bad' });
    expect(await said(`${buildId}.svg`)).toBe(`${name}: needs review`);
  });
});
