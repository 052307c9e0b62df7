/** What a page may reach, with a real browser behind the proxy; every name stands for this machine. */

import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { startEgressProxy, type EgressProxy } from '../../src/adapters/egress/egress-proxy.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import { createEgressPolicy } from '../../src/domain/network/egress-policy.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const config: CaptureConfig = { timeoutMs: 20_000, resourceTimeoutMs: 1_000, quietTimeoutMs: 500 };
let site: PageServer;
let secureSite: PageServer;
/** Something inside the network that no page may ever reach. */
let canary: PageServer;
let proxy: EgressProxy;
let capturer: Capturer;
let rebinds = 0;

function to(location: string, status = 302): Page {
  return (_request, response: ServerResponse) => response.writeHead(status, { location }).end();
}

const inside = () => canary.origin.replace('127.0.0.1', 'inside.test');

beforeAll(async () => {
  canary = await servePages({ '/': 'secret', '/x.js': 'document.title = "secret"' });
  const subresources = `<body><img src="${canary.url('/i.png')}"><iframe src="${inside()}/"></iframe>
    <script src="${canary.url('/x.js')}"></script><link rel=stylesheet href="${inside()}/c.css">
    <link rel=preconnect href="${canary.origin}"><style>p { background: url(${canary.url('/b.png')}) }</style><p>page</p>
    <script>
      fetch('${canary.url('/f')}', { mode: 'no-cors' }).catch(() => 0);
      navigator.sendBeacon('${inside()}/beacon');
      new EventSource('${inside()}/events');
      new WebSocket('${inside().replace('http', 'ws')}/socket');
      new Worker(URL.createObjectURL(new Blob(["fetch('${inside()}/worker', { mode: 'no-cors' })"])));
    </script>`;
  site = await servePages({
    '/ok': '<p>fine</p>',
    '/subresources': subresources,
    '/redirect': to(`${canary.origin}/`),
    '/redirect-307': to('http://inside.test/', 307),
    '/metadata': to('http://169.254.169.254/latest/meta-data/'),
    '/refresh': (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', refresh: `0;url=${canary.origin}/` })
        .end('<p>here'),
    '/script': `<script>location = '${canary.origin}/'</script>`,
    '/form': `<form action="${canary.origin}/" method=post></form><script>document.forms[0].submit()</script>`,
    '/own': '<p>own</p>',
  });
  secureSite = await servePages({ '/': '<p>secure</p>' }, { tls: true });
  proxy = await startEgressProxy({
    policy: async () => createEgressPolicy({ allowPrivate: false, allow: ['shop.test', 'rebinding.test'] }),
    resolve: (host) => {
      if (host === 'unknown.test') return Promise.reject(new Error('ENOTFOUND'));
      if (host === 'rebinding.test') rebinds++;
      return Promise.resolve(['127.0.0.1']);
    },
  });
  capturer = createCapturer({ egress: proxy, concurrency: 2 });
});

afterAll(async () => {
  await capturer.close();
  await proxy.close();
  await Promise.all([site.close(), secureSite.close(), canary.close()]);
});

const at = (path: string, host = 'shop.test') => site.url(path).replace('127.0.0.1', host);

test('a page that is allowed is captured through the proxy, over http and https', async () => {
  expect(await capturer.capture({ url: at('/ok'), config })).toMatchObject({ ok: true });
  const secure = secureSite.url('/').replace('127.0.0.1', 'shop.test');
  expect(await capturer.capture({ url: secure, config })).toMatchObject({
    ok: false,
    failure: { reason: 'tls_error' },
  });
  expect(await capturer.capture({ url: secure, config: { ...config, ignoreTlsErrors: true } })).toMatchObject(
    { ok: true },
  );
});

describe('a page that leads inside', () => {
  test.each(['/redirect', '/redirect-307', '/metadata', '/refresh', '/script', '/form'])(
    '%s',
    async (path) => {
      const outcome = await capturer.capture({ url: at(path), config });
      expect(outcome).toMatchObject({
        ok: false,
        failure: {
          reason: 'egress_blocked',
          message: expect.stringMatching(/^This server may not access /) as string,
        },
      });
      expect(canary.seen).toEqual([]);
    },
  );

  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://inside.test',
    'https://inside.test',
    'http://[::1]',
  ])('%s itself', async (origin) => {
    const outcome = await capturer.capture({ url: `${origin}:${new URL(canary.origin).port}/`, config });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'egress_blocked' } });
    expect(canary.seen).toEqual([]);
  });
});

test('parts of a page that lie inside are left out, and the log says so', async () => {
  const outcome = await capturer.capture({ url: at('/subresources'), config });
  expect(outcome.ok).toBe(true);
  expect(outcome.log).toMatch(
    /\/i\.png failed: This server may not access 127\.0\.0\.1: it is a private address/,
  );
  expect(canary.seen).toEqual([]);
});

test('injected scripts pass the same door', async () => {
  const injectJs = `fetch('${canary.origin}/injected', { mode: 'no-cors' }).catch(() => 0)`;
  expect((await capturer.capture({ url: at('/ok'), config: { ...config, injectJs } })).ok).toBe(true);
  expect(canary.seen).toEqual([]);
});

test('a host that nobody knows or where nothing listens is told as such', async () => {
  expect(await capturer.capture({ url: 'http://unknown.test/', config })).toMatchObject({
    failure: {
      reason: 'connection_failed',
      message: 'unknown.test could not be reached: the host name is not known.',
    },
  });
  const closed = await servePages({});
  await closed.close();
  const url = closed.url('/').replace('http://127.0.0.1', 'https://shop.test');
  expect(await capturer.capture({ url, config })).toMatchObject({
    failure: {
      reason: 'connection_failed',
      message: expect.stringContaining('nothing is listening there') as string,
    },
  });
});

test('the browser resolves nothing itself: a name is looked up by the proxy for each connection', async () => {
  expect(await capturer.capture({ url: at('/ok', 'rebinding.test'), config })).toMatchObject({ ok: true });
  expect(rebinds).toBeGreaterThan(0);
});
