import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/contract/operations.ts';
import { allOperations, unknownDigest, validParameters } from './support/samples.ts';
import { answered, send } from './support/send.ts';
import { basic, startServer, type Key, type TestServer } from './support/server.ts';

let server: TestServer;
/** An artifact and a run that only build A has. */
let secretDigest: string;

beforeAll(async () => {
  server = await startServer();
  const client = server.client();
  for (const buildId of [server.buildA, server.buildB])
    await client.createRelease({ buildId, releaseName: 'r' });
  const uploaded = await client.upload({
    buildId: server.buildA,
    content: new TextEncoder().encode('only for A'),
    fileName: 'a.txt',
  });
  secretDigest = uploaded.sha1sum;
});
afterAll(() => server.close());

/** Sign-in operations, which need no credentials. */
const openToAnyone = new Set(
  allOperations.filter(({ access }) => access === 'open').map(({ path }) => path.replace(/\{\w+\}/g, 'x')),
);

/** Everything that the server answers to below /api. */
function apiRoutes(): { method: string; path: string }[] {
  const printed = server.app.fastify.printRoutes({ commonPrefix: false, includeHooks: false });
  const routes: { method: string; path: string }[] = [];
  const parents: string[] = [];
  for (const line of printed.split('\n')) {
    const found = /^([│\s]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/u.exec(line);
    if (found === null) continue;
    const depth = found[1]!.length / 4;
    parents.length = depth;
    parents.push(found[2]!);
    const path = parents.join('').replace(/:\w+/g, 'x');
    for (const method of found[3]?.split(', ') ?? []) routes.push({ method, path });
  }
  return routes.filter(({ path }) => path.startsWith('/api/'));
}

/** Each route gets two wrong keys; after 20 in a minute the server refuses. */
const routesAMinute = 9;

describe('D1: every route below /api', () => {
  it('is found by this test', () => {
    const found = new Set(apiRoutes().map(({ method, path }) => `${method} ${path}`));
    for (const operation of allOperations) {
      expect(found).toContain(`${operation.method} ${operation.path.replace(/\{\w+\}/g, 'x')}`);
    }
    expect(found).toContain('GET /api/openapi.json');
    expect(found.size).toBeGreaterThan(100);
  });

  it('answers 401 without credentials, 403 with one body to wrong ones', async () => {
    const revoked = await server.client().createKey({ buildId: server.buildA, purpose: 'to be revoked' });
    await server.client().revokeKey({ buildId: server.buildA, keyId: revoked.key.id });
    const bodies = new Set<string>();
    const checkRoute = async ({ method, path }: { method: string; path: string }, index: number) => {
      const where = `${method} ${path}`;
      const query = ['GET', 'HEAD'].includes(method)
        ? `?build_id=${server.buildA}&sha1sum=${unknownDigest}&release_name=r&release_number=1&run_name=x`
        : '';
      const filled =
        path
          .replace('/builds/x', `/builds/${server.buildA}`)
          .replace('/releases/x', '/releases/1')
          .replace('/runs/x', '/runs/1')
          .replace('/pictures/x', `/pictures/${unknownDigest}`)
          .replace('/strips/x', '/strips/0') + query;
      const call = async (headers: Record<string, string>) =>
        answered(await fetch(server.url + filled, { method, headers }));
      const isOpen =
        openToAnyone.has(path) ||
        (['/api/v1/builds', '/api/v1/session'].includes(path) && ['GET', 'HEAD'].includes(method));
      if (!isOpen) {
        const none = await call({});
        expect(none.status, where).toBe(401);
        expect(none.headers.get('www-authenticate'), where).toMatch(/^Basic realm="/);
        if (method !== 'HEAD') expect(none.body['code'], where).toBe('unauthenticated');
      }
      for (const key of [
        { keyId: `nobody-${index}`, keySecret: 'x' },
        { keyId: revoked.key.id, keySecret: revoked.secret },
      ]) {
        const wrong = await call(basic(key));
        expect(wrong.status, where).toBe(403);
        if (method !== 'HEAD') bodies.add(JSON.stringify({ ...wrong.body, request_id: '' }));
      }
    };
    const routes = apiRoutes();
    for (let start = 0; start < routes.length; start += routesAMinute) {
      await Promise.all(
        routes.slice(start, start + routesAMinute).map((route, index) => checkRoute(route, start + index)),
      );
      server.clock.advance(60_000);
    }
    expect(bodies.size).toBe(1);
  });

  it('lists only public builds to people without credentials', async () => {
    const shown = await answered(await fetch(`${server.url}/api/v1/builds`));
    expect(shown.body).toEqual({ builds: [] });
  });
});

describe('D2: a key of build A', () => {
  const inBuild = allOperations.filter((operation) => Object.hasOwn(operation.parameters.shape, 'build_id'));
  it.each(inBuild.map((operation) => [operation.name, operation] as const))(
    'gets the same refusal from %s for build B and for no build',
    async (_name, operation) => {
      const file = operation.takesFile ? { name: 'a.txt', bytes: 'x' } : undefined;
      const answer = async (buildId: number) => {
        const { status, body } = await send(server, operation, validParameters(server, operation, buildId), {
          key: server.keyA,
          file,
        });
        return { status, body: JSON.stringify({ ...body, request_id: '' }).replaceAll(String(buildId), 'N') };
      };
      const foreign = await answer(server.buildB);
      // What anyone may call goes by the token that is sent, which is none here.
      expect(foreign.status, foreign.body).toBe(operation.access === 'open' ? 403 : 404);
      expect(await answer(987_654)).toEqual(foreign);
    },
  );
});

describe('D3: a build key on what only superusers may do', () => {
  const forSuperusers = allOperations.filter(({ access }) => access === 'superuser' || access === 'worker');
  it.each(forSuperusers.map((operation) => [operation.name, operation] as const))(
    '%s',
    async (_name, operation) => {
      const { status, body } = await send(server, operation, validParameters(server, operation), {
        key: server.keyA,
      });
      expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'role_required' });
    },
  );
});

describe('artifacts of another build', () => {
  const naming = ['image', 'log', 'config', 'ref_image', 'ref_log', 'ref_config', 'diff_image', 'diff_log'];
  it.each(naming)('cannot be named as %s, and make no task', async (parameter) => {
    const call = (digest: string) =>
      send(
        server,
        operations.reportRun,
        [...validParameters(server, operations.reportRun, server.buildB), [parameter, digest]],
        { key: server.keyB },
      );
    const foreign = await call(secretDigest);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'artifact_not_found' } });
    const unknown = await call(unknownDigest);
    expect(unknown.body['error']).toBe(
      (foreign.body['error'] as string).replace(secretDigest, unknownDigest),
    );
    const { queues } = await server.client().listQueues();
    expect(queues.filter(({ queue }) => queue === 'run-pdiff')).toEqual([]);
  });

  it('cannot be downloaded, and uploading them again tells nothing', async () => {
    const download = (buildId: number, digest: string) =>
      send(
        server,
        operations.download,
        [
          ['build_id', buildId],
          ['sha1sum', digest],
        ],
        { key: server.keyB },
      );
    const foreign = await download(server.buildB, secretDigest);
    const unknown = await download(server.buildB, unknownDigest);
    expect(foreign.status).toBe(404);
    expect(unknown.body['error']).toBe(
      (foreign.body['error'] as string).replace(secretDigest, unknownDigest),
    );
    expect((await download(server.buildA, secretDigest)).status).toBe(404);

    const uploadAs = (text: string) =>
      send(server, operations.upload, [['build_id', server.buildB]], {
        key: server.keyB,
        file: { name: 'a.txt', bytes: text },
      });
    const known = await uploadAs('only for A');
    const fresh = await uploadAs('never seen');
    expect(known.status).toBe(fresh.status);
    expect(Object.keys(known.body)).toEqual(Object.keys(fresh.body));
    expect([...known.headers.keys()]).toEqual([...fresh.headers.keys()]);
  });
});

describe('a public build', () => {
  it('may be read by anyone and changed by nobody else', async () => {
    const client = server.client();
    const { build } = await client.createBuild({ name: 'Public', isPublic: true });
    await client.createRelease({ buildId: build.id, releaseName: 'r' });
    const { sha1sum } = await client.upload({
      buildId: build.id,
      content: new TextEncoder().encode('for all'),
      fileName: 'a.txt',
    });
    const readable = allOperations.filter(
      ({ access, name }) => access === 'read' && name !== 'watch_release',
    );
    expect(readable.map(({ name }) => name)).toContain('list_runs');
    // A run, a change, an image and a branch that are not there: people who may sign in are not told.
    const unlike: Record<string, number> = {
      build_status: 401,
      describe_change: 401,
      run_detail: 401,
      run_thumbnail: 401,
      image_overview: 422,
      image_strip: 422,
    };
    for (const operation of readable) {
      const parameters = validParameters(server, operation, build.id).map(
        ([name, value]) => (name === 'sha1sum' ? [name, sha1sum] : [name, value]) as [string, string],
      );
      const { status } = await send(server, operation, parameters, { key: null });
      expect(status, operation.name).toBe(unlike[operation.name] ?? 200);
    }
    for (const operation of [operations.reportRun, operations.reviewRelease, operations.listKeys]) {
      const { status } = await send(server, operation, validParameters(server, operation, build.id), {
        key: null,
      });
      expect(status, operation.name).toBe(401);
      const other = await send(server, operation, validParameters(server, operation, build.id), {
        key: server.keyA,
      });
      expect(other.status, operation.name).toBe(404);
    }
  });
});

describe('credentials', () => {
  const find = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/find_run`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ build_id: '1' }),
    });
  const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['no colon', encode('abc'), 401],
    ['an empty user', encode(':secret'), 401],
    ['another scheme', 'Bearer abc', 401],
    ['no base64', 'Basic ???', 401],
    ['nothing after Basic', 'Basic ', 401],
    ['UTF-8', encode('ключ:секрет'), 403],
    ['a long key id', encode(`${'x'.repeat(5_000)}:y`), 403],
  ])('with %s are refused', async (_what, authorization, status) => {
    expect((await find({ authorization })).status).toBe(status);
  });

  it('that are larger than all headers may be get 431', async () => {
    expect((await find({ authorization: encode('x'.repeat(20_000)) })).status).toBe(431);
  });

  it('may be in lower case', async () => {
    const { authorization } = basic(server.keyA);
    expect((await find({ authorization: authorization!.replace('Basic', 'basic') })).status).toBe(400);
  });

  it('are checked every time: a wrong secret after a right one, a revoked key within a second', async () => {
    const { key, secret } = await server.client().createKey({ buildId: server.buildA, purpose: 'short' });
    const good: Key = { keyId: key.id, keySecret: secret };
    const status = async (used: Key) => (await find(basic(used))).status;
    expect(await status(good)).toBe(400);
    expect(await status({ ...good, keySecret: 'wrong' })).toBe(403);
    expect(await status(good)).toBe(400);
    await server.client().revokeKey({ buildId: server.buildA, keyId: key.id });
    server.clock.advance(1_001);
    expect(await status(good)).toBe(403);
  });

  it('T21: are dead at once when this server revokes them, whichever way, also in a live stream', async () => {
    const admin = server.client();
    for (const revoke of [
      (keyId: string) => admin.revokeKey({ buildId: server.buildA, keyId }),
      (keyId: string) => admin.revokeAnyKey({ keyId }),
    ]) {
      const { key, secret } = await admin.createKey({ buildId: server.buildA, purpose: 'short' });
      const good: Key = { keyId: key.id, keySecret: secret };
      const answers = await Promise.all(Array.from({ length: 5 }, () => find(basic(good))));
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
      const query = 'release_name=r&release_number=1&since_version=0';
      const stream = await fetch(`${server.url}/api/v1/builds/${server.buildA}/changes?${query}`, {
        headers: basic(good),
      });
      expect(stream.status).toBe(200);
      await revoke(key.id);
      expect((await find(basic(good))).status).toBe(403);
      const run = { buildId: server.buildA, releaseName: 'r', releaseNumber: 1, runName: `/after ${key.id}` };
      await admin.reportRun({ ...run, runFailed: 'It broke.' });
      // It ends by itself, and tells nothing of what came after.
      expect(await stream.text()).not.toContain(key.id);
    }
  });

  it('that are wrong 20 times a minute are refused for a while; other keys are not', async () => {
    const { key, secret } = await server.client().createKey({ buildId: server.buildA, purpose: 'guessed' });
    for (let time = 0; time < 20; time++) {
      const wrong = await find({
        ...basic({ keyId: key.id, keySecret: `guess ${time}` }),
        'x-forwarded-for': `10.0.0.${time}`,
      });
      expect(wrong.status).toBe(403);
    }
    const refused = await find(basic({ keyId: key.id, keySecret: secret }));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as { code: string }).code).toBe('rate_limited');
    expect((await find(basic(server.keyA))).status).toBe(400);
    server.clock.advance(60_000);
    expect((await find(basic({ keyId: key.id, keySecret: secret }))).status).toBe(400);
  });
});
