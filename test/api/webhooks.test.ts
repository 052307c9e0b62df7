/** Events that a build sends: what arrives, in which order, and what happens where nothing answers. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import type { EventPayload } from '../../src/domain/events/event-payload.ts';
import { createEventCalls } from '../../src/adapters/events/event-calls.ts';
import { deliverEvent, takeEvents } from '../../src/services/events/deliver-event.ts';
import { pixelPng } from '../support/png-writer.ts';
import { startServer, type TestServer } from './support/server.ts';

interface Arrived {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Receiver {
  url: string;
  arrived: Arrived[];
  /** Statuses of the next answers; then 204. */
  answers: { status: number; headers?: Record<string, string> }[];
}

async function startReceiver(): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const answers: Receiver['answers'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      arrived.push({ path: request.url!, headers: request.headers, body });
      const { status, headers = {} } = answers.shift() ?? { status: 204 };
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived, answers };
}

async function start(): Promise<TestServer> {
  const server = await startServer({ eventRules: { allowPrivate: true } });
  onTestFinished(() => server.close());
  return server;
}

/** Sends everything that is due. */
async function sendDue({ core, eventCalls }: TestServer): Promise<void> {
  for (;;) {
    const taken = await takeEvents(core, 12);
    if (taken.length === 0) return;
    await Promise.all(taken.map((event) => deliverEvent(core, eventCalls, event)));
  }
}

/** A release of one page that differs, or could not be captured. @returns its key and run */
async function release(server: TestServer, releaseName: string, fails = false) {
  const buildId = server.buildA;
  const api = server.client();
  const { releaseNumber } = await api.createRelease({ buildId, releaseName });
  const key = { buildId, releaseName, releaseNumber };
  const image = async (text: string) =>
    (await api.upload({ buildId, content: new Uint8Array(pixelPng(text)), fileName: 'a.png' })).sha1sum;
  await api.reportRun({
    ...key,
    runName: '/',
    ...(fails
      ? { runFailed: 'page_timeout' }
      : {
          image: await image('a'),
          refImage: await image('b'),
          diffImage: await image('c'),
          distortion: 0.1,
        }),
  });
  await api.runsDone(key);
  return key;
}

const payloads = ({ arrived }: Receiver) => arrived.map(({ body }) => JSON.parse(body) as EventPayload);
const minuteMs = 60_000;

it('P105: signs each event as Standard Webhooks says; while a secret is changed, with both', async () => {
  const [server, receiver] = [await start(), await startReceiver()];
  const api = server.client();
  const buildId = server.buildA;
  server.clock.advance(Date.now() - server.clock.now());
  const made = await api.createEventEndpoint({
    buildId,
    kind: 'webhook',
    address: `${receiver.url}/in?token=x`,
  });
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.endpoint.address).toBe(`${receiver.url}/in?…`);
  await release(server, 'first');
  await release(server, 'broken', true);
  await sendDue(server);
  expect(payloads(receiver).map(({ type }) => type)).toContain('release.failed');
  const [first] = receiver.arrived;
  expect(first!.path).toBe('/in?token=x');
  const old = new Webhook(made.secret!);
  expect(old.verify(first!.body, first!.headers as Record<string, string>)).toMatchObject({
    type: 'release.ready',
    data: {
      build: { id: buildId, name: 'A' },
      release: { name: 'first', number: 1, conclusion: 'failure' },
      counts: { total: 1, undecided: 1 },
      actor: { kind: 'server', name: null },
    },
  });
  const rotated = await api.rotateEventSecret({ buildId, endpointId: made.endpoint.id });
  await release(server, 'rotated');
  await sendDue(server);
  const during = receiver.arrived.at(-1)!;
  expect(during.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  for (const secret of [made.secret!, rotated.secret!]) {
    new Webhook(secret).verify(during.body, during.headers as Record<string, string>);
  }
  server.clock.advance(25 * 60 * minuteMs);
  await release(server, 'later');
  await sendDue(server);
  expect(receiver.arrived.at(-1)!.headers['webhook-signature']).toMatch(/^v1,\S+$/);
  const listed = JSON.stringify([
    await api.listEventEndpoints({ buildId }),
    await api.listEvents({ buildId }),
  ]);
  for (const secret of [made.secret!, rotated.secret!, 'token=x']) expect(listed).not.toContain(secret);
  expect(JSON.stringify(server.log)).not.toContain('token=x');
});

it('P105: keeps the order of a release, whatever waits, and sends each event under one id until it arrives', async () => {
  const [server, receiver] = [await start(), await startReceiver()];
  const api = server.client();
  const buildId = server.buildA;
  await api.createEventEndpoint({ buildId, kind: 'webhook', address: receiver.url });
  receiver.answers.push({ status: 500 });
  const key = await release(server, 'slow');
  await sendDue(server);
  await api.reviewRelease({ ...key, decision: 'bad' });
  await release(server, 'other');
  await sendDue(server);
  const told = () => payloads(receiver).map(({ type, data }) => `${type} ${data.release!.name}`);
  expect(told()).toEqual(['release.ready slow', 'release.ready other']);
  server.clock.advance(minuteMs);
  await sendDue(server);
  expect(told().slice(2)).toEqual(['release.ready slow', 'release.decided slow']);
  const ids = receiver.arrived.map(({ headers }) => headers['webhook-id']);
  expect(ids[2]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(3);
  const { events } = await api.listEvents({ buildId });
  expect(events.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['sent', 1],
    ['sent', 1],
    ['sent', 2],
  ]);
  await api.sendEventAgain({ buildId, deliveryId: events[0]!.id });
  await sendDue(server);
  expect(receiver.arrived.at(-1)!.headers['webhook-id']).toBe(events[0]!.eventId);
});

it('P105: turns an endpoint off that is gone or takes nothing for three days, and tells the admins', async () => {
  const [server, receiver] = [await start(), await startReceiver()];
  const api = server.client();
  const buildId = server.buildA;
  const { store, clock } = server.core;
  await store.transaction(async (tx) => {
    const user = { id: 'u1', name: 'Ada', email: 'ada@example.org', emailVerified: true, superuser: false };
    await tx.people.insert({ ...user, createdAt: 0, updatedAt: 0 });
    await tx.people.setRole({ buildId, userId: 'u1', role: 'admin', createdAt: 0, createdBy: 'local' });
  });
  const { endpoint } = await api.createEventEndpoint({ buildId, kind: 'webhook', address: receiver.url });
  receiver.answers.push({ status: 302, headers: { location: '/elsewhere' } });
  receiver.answers.push({ status: 429, headers: { 'retry-after': '120' } });
  receiver.answers.push(...Array.from({ length: 8 }, () => ({ status: 503 })));
  await release(server, 'never');
  const tries: number[] = [];
  for (let passed = 0; passed < 200; passed++) {
    const before = receiver.arrived.length;
    await sendDue(server);
    if (receiver.arrived.length > before) tries.push(server.clock.now());
    server.clock.advance(30 * minuteMs);
  }
  expect(tries).toHaveLength(10);
  expect(receiver.arrived.every(({ path }) => path === '/')).toBe(true);
  const off = (await api.listEventEndpoints({ buildId })).endpoints[0]!;
  expect(off).toMatchObject({ enabled: false, problem: expect.stringContaining('10 attempts') as string });
  const mails = await store.transaction((tx) => tx.mails.take(clock.now(), clock.now() + 1, 10));
  expect(mails.filter(({ kind }) => kind === 'endpoint_off').map(({ recipient }) => recipient)).toEqual([
    'ada@example.org',
  ]);
  await release(server, 'unheard');
  await sendDue(server);
  expect(receiver.arrived).toHaveLength(10);
  const failed = (await api.listEvents({ buildId, state: 'failed' })).events[0]!;
  await expect(api.sendEventAgain({ buildId, deliveryId: failed.id })).rejects.toThrow('is off');
  await api.updateEventEndpoint({ buildId, endpointId: endpoint.id, enabled: true });
  await api.sendEventAgain({ buildId, deliveryId: failed.id });
  receiver.answers.push({ status: 410 });
  await sendDue(server);
  expect((await api.listEventEndpoints({ buildId })).endpoints[0]).toMatchObject({ enabled: false });
  expect(await api.testEventEndpoint({ buildId, endpointId: endpoint.id })).toEqual({
    works: true,
    answer: 204,
    problem: null,
  });
});

it('shows names in Slack and Teams as they are: they call no one and are no markup', async () => {
  const [server, receiver] = [await start(), await startReceiver()];
  const api = server.client();
  const buildId = server.buildA;
  for (const kind of ['slack', 'teams'] as const) {
    const made = await api.createEventEndpoint({ buildId, kind, address: `${receiver.url}/${kind}/secret` });
    expect(made.secret).toBeNull();
    expect(made.endpoint.address).toBe(`${receiver.url}/…`);
  }
  const name = '<!channel> & *bold* [x](https://evil.example)';
  await release(server, name);
  await sendDue(server);
  const of = (path: string) =>
    JSON.parse(receiver.arrived.find((one) => one.path.includes(path))!.body) as never;
  const slack = of('slack') as { text: string; blocks: { type: string; text?: { type: string } }[] };
  expect(slack.text).toContain('&lt;!channel&gt; &amp; ');
  expect(slack.blocks.slice(0, 2).map(({ text }) => text!.type)).toEqual(['plain_text', 'plain_text']);
  const card = (of('teams') as { attachments: { content: { body: { type: string }[] } }[] }).attachments[0]!;
  expect(card.content.body.map(({ type }) => type)).toEqual(['RichTextBlock', 'RichTextBlock']);
  expect(JSON.stringify(card)).toContain(name);
  expect(receiver.arrived.every(({ headers }) => headers['webhook-id'] === undefined)).toBe(true);
});

it('P105: sends nothing to where the operator does not let it, by address or by name', async () => {
  const server = await startServer();
  onTestFinished(() => server.close());
  const receiver = await startReceiver();
  const api = server.client();
  const buildId = server.buildA;
  const add = (address: string) => api.createEventEndpoint({ buildId, kind: 'webhook', address });
  for (const address of [
    receiver.url,
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]:9/',
    'http://0x7f.1/',
    'https://10.0.0.1/hook',
    'http://example.org/hook',
    'ftp://example.org/',
    'https://user:word@example.org/',
    'no address',
  ]) {
    await expect(add(address), address).rejects.toMatchObject({
      code: expect.stringMatching(/url_not_allowed|invalid_argument/) as string,
    });
  }
  await add('https://inside.example/hook');
  const calls = createEventCalls({
    rules: { allowPrivate: false },
    clock: server.core.clock,
    version: '0',
    resolve: async () => ['127.0.0.1'],
  });
  await release(server, 'told');
  for (const event of await takeEvents(server.core, 10)) await deliverEvent(server.core, calls, event);
  const [event] = (await api.listEvents({ buildId })).events;
  expect(event!.problem).toContain('may not access inside.example');
  expect(receiver.arrived).toEqual([]);
});

it('tells of comments, without their text, and of requested reviews', async () => {
  const [server, receiver] = [await start(), await startReceiver()];
  const api = server.client();
  const buildId = server.buildA;
  const key = await release(server, 'talk');
  await api.createEventEndpoint({
    buildId,
    kind: 'webhook',
    address: receiver.url,
    types: ['comment.created'],
  });
  const { comment } = await api.addComment({ ...key, text: 'between us', operationId: 'o1' });
  await sendDue(server);
  expect(payloads(receiver)).toMatchObject([
    { type: 'comment.created', data: { comment: { id: comment.id } } },
  ]);
  expect(receiver.arrived[0]!.body).not.toContain('between us');
});
