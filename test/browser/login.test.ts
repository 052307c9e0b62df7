import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { StorageState } from '../../src/domain/capture/storage-state.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

let logins = 0;
/** The sessions that count. */
const sessions = new Set<string>();

const html = (body: string): string =>
  `<!doctype html><meta charset="utf-8"><style>body{margin:0}</style>${body}`;

const pages: Record<string, Page> = {
  '/login': html(
    `<form action="/enter" method="post"><input name="password" type="password"><button>go</button></form>`,
  ),
  '/enter': (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (body !== 'password=open+sesame') return void response.writeHead(403).end('no');
      const session = `session-number-${++logins}`;
      sessions.add(session);
      response
        .writeHead(200, { 'set-cookie': `session=${session}; HttpOnly`, 'content-type': 'text/html' })
        .end(
          html(`<p id="in">in</p><script>localStorage.setItem('token', 'a-token-of-this-session')</script>`),
        );
    });
  },
  '/private': (request, response) => {
    const session = /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (session === undefined || !sessions.has(session))
      return void response.writeHead(302, { location: '/login' }).end();
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      html(`<div id="box" style="height:50px"></div><script>
        box.style.background = localStorage.getItem('token') === null ? 'rgb(255,0,0)' : 'rgb(0,128,0)';
      </script>`),
    );
  },
};

let server: PageServer;
let capturer: Capturer;
beforeAll(async () => {
  server = await servePages(pages);
  capturer = createCapturer({ concurrency: 4 });
});
afterAll(async () => {
  await capturer.close();
  await server.close();
});

const config: CaptureConfig = {
  viewportSize: { width: 200, height: 100 },
  dom: false,
  stepTimeoutMs: 1_000,
  secrets: { PASSWORD: { value: 'open sesame' } },
  login: {
    url: '/login',
    steps: [
      { fill: { selector: 'input', value: '${secret:PASSWORD}' } },
      { click: 'button' },
      { waitFor: '#in' },
    ],
  },
};

test('captures share one login, which is made again once it has expired', async () => {
  const states: StorageState[] = [];
  const capture = (scope: string, given = config) =>
    capturer.capture({
      url: server.url('/private'),
      config: given,
      scope,
      onLogin: (state) => states.push(state),
    });
  const both = await Promise.all([capture('a'), capture('a')]);
  for (const outcome of both) {
    if (!outcome.ok) throw new Error(outcome.log);
    expect((await decodeImage(outcome.image)).colour(10, 10)).toBe('#008000');
    expect(outcome.log).not.toMatch(/session-number|sesame/);
  }
  expect(logins).toBe(1);
  expect(states).toMatchObject([
    {
      cookies: [{ name: 'session', value: 'session-number-1', httpOnly: true, path: '/' }],
      origins: [{ origin: server.origin, localStorage: [{ name: 'token' }] }],
    },
  ]);

  sessions.clear();
  expect(await capture('a')).toMatchObject({ ok: true });
  expect(logins).toBe(2);
  expect(await capture('b')).toMatchObject({ ok: true });
  expect(logins).toBe(3);

  // Playwright's file is enough by itself.
  const { login: _login, ...rest } = config;
  expect(await capture('c', { ...rest, storageState: states.at(-1)! })).toMatchObject({ ok: true });
  expect(logins).toBe(3);
});

test('a login that does not work is the failure', async () => {
  const outcome = await capturer.capture({
    url: server.url('/private'),
    config: { ...config, login: { url: '/login', steps: [{ click: '#nothing' }] } },
  });
  expect(outcome).toMatchObject({ ok: false, failure: { reason: 'step_failed' } });
  if (outcome.ok) throw new Error('it works');
  expect(outcome.failure.message).toMatch(/^Login: Step 1 \(click "#nothing"\) failed/);
  const before = logins;
  const useless = { url: '/login', steps: [{ waitFor: 1 }] };
  const again = await capturer.capture({
    url: server.url('/private'),
    config: { ...config, login: useless },
  });
  expect(again).toMatchObject({ ok: false, failure: { reason: 'http_auth_required' } });
  expect(logins).toBe(before);
});
