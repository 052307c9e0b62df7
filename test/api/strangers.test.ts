/** T56: what those see of a public build who have no part in it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { operations } from '../../src/contract/operations.ts';
import { aligned, fingerprintOf } from '../support/aligned.ts';
import { plainPng } from '../support/sample-pages.ts';
import { allowedFields } from './support/allowed-fields.ts';
import { fieldsOf } from './support/fields.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { send, type Answered, type Sent } from './support/send.ts';
import { startServer, type Key, type TestServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const password = 'correct horse battery';
/** Of people, addresses, decisions and workers: none of it may leave. */
const secrets = [
  'Zelda',
  'zelda@secret.example',
  'alias@secret.example',
  'because-of-zelda',
  'host-of-zelda',
];

let server: TestServer;
let zelda: Visitor;
let eve: Visitor;
let buildId: number;
let releaseId: number;
let image: string;
let config: string;
let runIds: Record<string, number>;
let userId: string;

const decided = { releaseName: 'r', releaseNumber: 1 };

beforeAll(async () => {
  server = await startServer({ logins: {} });
  zelda = new Visitor(server);
  const token = await offerSetUp(server.core);
  await zelda.call('POST', '/api/v1/set_up', { token, name: 'Zelda', email: secrets[1], password });
  userId = ((await zelda.session())['person'] as { id: string }).id;
  const made = await zelda.call('POST', '/api/v1/builds', { name: 'Public', is_public: true });
  buildId = (made.body['build'] as { id: number }).id;
  await zelda.call('PATCH', `/api/v1/builds/${buildId}`, { email_alias: secrets[2] });
  await server.core.store.transaction(async (tx) => {
    await tx.builds.update({ ...(await tx.builds.find(buildId))!, emailAliasConfirmed: true });
  });
  await reviewedRelease();
  await workedRelease();
  eve = await person('eve@example.org', 'Eve');
});
afterAll(() => server.close());

/** A release that Zelda decided, with a note. */
async function reviewedRelease(): Promise<void> {
  const client = server.client();
  const of = { buildId, ...decided };
  await client.createRelease({
    buildId,
    releaseName: 'r',
    url: 'https://shop.example/',
    branch: 'main',
    commit: 'abc',
    ciUrl: 'https://ci.example/1',
    author: { name: 'Zelda', address: 'zelda@secret.example' },
  });
  const upload = async (bytes: Uint8Array, fileName: string) =>
    (await client.upload({ buildId, content: new Uint8Array(bytes), fileName })).sha1sum;
  image = await upload(await plainPng(30, 20, '#ff0000'), 'a.png');
  const refImage = await upload(await plainPng(30, 20, '#00ff00'), 'b.png');
  const log = await upload(new TextEncoder().encode('a log'), 'log.txt');
  config = await upload(
    new TextEncoder().encode(JSON.stringify({ httpUserName: 'Zelda', httpPassword: 'because-of-zelda' })),
    'config.json',
  );
  for (const runName of ['/', '/b'])
    await client.reportRun({
      ...of,
      runName,
      url: 'https://shop.example/',
      image,
      log,
      config,
      refUrl: 'https://shop.example/before',
      refImage,
      refLog: log,
      refConfig: config,
      diffImage: image,
      diffLog: log,
      distortion: 0.5,
      ...(runName === '/b' && { comparison: aligned(['header']) }),
    });
  await client.reportRun({ ...of, runName: '/failed', runFailed: 'It broke.' });
  await client.runsDone(of);
  const { runs } = await client.listRuns(of);
  runIds = Object.fromEntries(runs.name.map((name, index) => [name, runs.id[index]!]));
  const { release } = await client.describeRelease(of);
  releaseId = release.id;
  const approval = { verdict: 'approved', operation_id: 'because-of-zelda', note: 'because-of-zelda' };
  const path = `/api/v1/releases/${releaseId}/changes/${fingerprintOf('header')}/verdict`;
  expect(await zelda.call('POST', path, approval)).toMatchObject({ status: 200, body: { settled: 1 } });
  await judge('approved');
  await judge('approved', '/b');
  const note = 'because-of-zelda';
  const decision = await zelda.call('POST', `/api/v1/builds/${buildId}/release/decision`, {
    release_name: 'r',
    release_number: 1,
    decision: 'good',
    note,
  });
  expect(decision).toMatchObject({ status: 200, body: { release: { decision_note: note } } });
}

function judge(verdict: string, runName = '/'): Promise<Answered> {
  return zelda.call('POST', `/api/v1/builds/${buildId}/run/verdict`, {
    release_name: 'r',
    release_number: 1,
    run_id: runIds[runName],
    verdict,
    note: 'because-of-zelda',
    operation_id: `${runName} ${verdict}`,
  });
}

/** A release whose run a worker is at. */
async function workedRelease(): Promise<void> {
  const client = server.client();
  const of = { buildId, releaseName: 'r', releaseNumber: 2 };
  await client.createRelease({ buildId, releaseName: 'r' });
  await client.requestRun({
    ...of,
    runName: '/',
    url: 'https://shop.example/',
    config: { httpUserName: 'Zelda' },
  });
  const { tasks } = await client.leaseTasks({ queueName: 'capture', owner: 'host-of-zelda' });
  await client.heartbeat({
    queueName: 'capture',
    taskId: tasks[0]!.taskId,
    leaseId: tasks[0]!.leaseId!,
    message: 'host-of-zelda captures',
    index: 1,
  });
}

async function person(email: string, name: string): Promise<Visitor> {
  const now = server.clock.now();
  await server.core.store.transaction(async (tx) => {
    const times = { createdAt: now, updatedAt: now };
    await tx.people.insert({ id: name, name, email, emailVerified: true, superuser: false, ...times });
  });
  await server.identityRecords.transaction(async (records) => {
    const [account] = await records.find('accounts', []);
    await records.insert('accounts', { ...account!, id: name, user_id: name, account_id: name });
  });
  const visitor = new Visitor(server);
  expect((await visitor.signIn(email, password)).status).toBe(200);
  return visitor;
}

const forAnyone = allOperations.filter(({ access }) => access === 'read' || access === 'open');

/** What a stranger could ask, so that there is the most to see. */
function questions(operation: Operation): Sent[] {
  const of = validParameters(server, operation, buildId).map(([name, value]): Sent[number] => {
    if (name === 'sha1sum') return [name, image];
    if (name === 'release_id') return [name, releaseId];
    if (name === 'fingerprint') return [name, fingerprintOf('header')];
    return name === 'run_id' ? [name, runIds['/']!] : [name, value];
  });
  if (operation === operations.describeSession) return [of, []];
  if (!Object.hasOwn(operation.parameters.shape, 'release_number')) return [of];
  return [1, 2].map((number) =>
    of.map(([name, value]) => [name, name === 'release_number' ? number : value] as Sent[number]),
  );
}

function saysNothing(text: string, where: string): void {
  for (const secret of [...secrets, userId]) expect(text, where).not.toContain(secret);
}

function everything({ headers, body }: Answered): string {
  return JSON.stringify([[...headers], body]);
}

describe('of a public build, whoever has no part in it', () => {
  const watch = operations.watchRelease.name;
  it.each(
    forAnyone.filter(({ name }) => name !== watch).map((operation) => [operation.name, operation] as const),
  )('is answered by %s what may be seen, and no more', async (name, operation) => {
    const allowed = allowedFields[name];
    expect(allowed, `Say in allowed-fields.ts what ${name} may tell anyone.`).toBeDefined();
    for (const key of [null, server.keyB]) {
      const seen = new Set<string>();
      for (const parameters of questions(operation)) {
        const answer = await send(server, operation, parameters, { key });
        saysNothing(everything(answer), `${name} ${JSON.stringify(parameters)}`);
        if (operation.answer !== null || answer.status >= 400)
          for (const field of fieldsOf(answer.body)) seen.add(field);
      }
      expect([...seen].filter((field) => !allowed!.includes(field))).toEqual([]);
    }
  });

  it('who is signed in sees no more of it than anyone', async () => {
    const paths = forAnyone
      .filter(
        ({ access, method, answer, name }) =>
          access === 'read' && method === 'GET' && answer !== null && name !== 'describe_session',
      )
      .flatMap((operation) =>
        questions(operation).map((parameters) => {
          const query = new URLSearchParams(parameters.map(([name, value]) => [name, String(value)]));
          const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
            const value = query.get(name)!;
            query.delete(name);
            return value;
          });
          return `${path}?${query.toString()}`;
        }),
      );
    for (const path of paths) {
      const answer = await eve.call('GET', path);
      expect(answer.status, path).toBe(200);
      saysNothing(everything(answer), path);
      const anyone = await new Visitor(server).call('GET', path);
      expect({ ...answer.body }, path).toEqual({ ...anyone.body });
    }
    const own = await zelda.call('GET', `/api/v1/builds/${buildId}/runs?release_name=r&release_number=1`);
    expect(own.body).toMatchObject({
      build: { email_alias: 'alias@secret.example' },
      release: { decided_by: `user:${userId}/Zelda`, decision_note: 'because-of-zelda' },
    });
    expect(JSON.stringify(own.body['runs'])).toContain('Zelda');
    const tag = await zelda.fetch('GET', `/api/v1/builds/${buildId}/runs?release_name=r&release_number=1`);
    const again = await new Visitor(server).fetch(
      'GET',
      `/api/v1/builds/${buildId}/runs?release_name=r&release_number=1`,
      undefined,
      { 'if-none-match': tag.headers.get('etag')! },
    );
    expect(again.status).toBe(200);
  });

  it('finds the names and passwords of its configs masked, with a key of another build too', async () => {
    const read = async (key: Key | null) => {
      const headers = key === null ? {} : { authorization: `Basic ${btoa(`${key.keyId}:${key.keySecret}`)}` };
      const answer = await fetch(`${server.url}/api/download?build_id=${buildId}&sha1sum=${config}`, {
        headers,
      });
      return answer.text();
    };
    for (const key of [null, server.keyB]) saysNothing(await read(key), 'a config');
    expect(await read(server.superKey)).toContain('because-of-zelda');
  });

  it('sees changes in the live stream without who made them', async () => {
    const stop = new AbortController();
    const query = new URLSearchParams({ release_name: 'r', release_number: '2', since_version: '0' });
    const response = await fetch(`${server.url}/api/v1/builds/${buildId}/changes?${query.toString()}`, {
      signal: stop.signal,
    });
    const reader = response.body!.getReader();
    let text = '';
    const until = async (count: number) => {
      while (text.split('event: changes').length <= count)
        text += new TextDecoder().decode((await reader.read()).value);
    };
    await until(1);
    const decision = await zelda.call('POST', `/api/v1/builds/${buildId}/release/decision`, {
      release_name: 'r',
      release_number: 2,
      decision: 'bad',
      note: 'because-of-zelda',
    });
    expect(decision.status).toBe(200);
    await until(2);
    stop.abort();
    saysNothing(text, 'the stream');
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as unknown);
    const unknown = fieldsOf(events).map((field) => field.replace(/^\[\]\.?/, ''));
    expect(unknown.filter((field) => !allowedFields['watch_release']!.includes(field))).toEqual([]);
  });

  it('finds nothing of people at any address of the server', async () => {
    const printed = server.app.fastify.printRoutes({ commonPrefix: false, includeHooks: false });
    const parents: string[] = [];
    let count = 0;
    for (const line of printed.split('\n')) {
      const found = /^([│\s]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/u.exec(line);
      if (found === null) continue;
      parents.length = found[1]!.length / 4;
      parents.push(found[2]!);
      if (found[3]?.split(', ').includes('GET') !== true || parents.join('').includes('/changes')) continue;
      const path = parents
        .join('')
        .replace(':build_id', String(buildId))
        .replace(':run_id', String(runIds['/']))
        .replace(':sha1sum', image)
        .replace(/:\w+|\*/g, 'x');
      const query = `?build_id=${buildId}&id=${buildId}&release_name=r&release_number=1&run_name=%2F&sha1sum=${config}`;
      for (const accept of ['application/json', 'text/html']) {
        const answer = await new Visitor(server).call('GET', path + query, undefined, { accept });
        expect(answer.status, path).toBeLessThan(504);
        saysNothing(everything(answer), `${path} as ${accept}`);
      }
      count++;
    }
    expect(count).toBeGreaterThan(40);
  });
});
