import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CapturedPage } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const queries = [
  ...[
    'hover: hover',
    'any-hover: hover',
    'hover: none',
    'pointer: fine',
    'any-pointer: fine',
    'pointer: coarse',
  ],
  ...['forced-colors: active', 'prefers-contrast: more', 'prefers-contrast: less'],
].map((feature) => `(${feature})`);

/** Tells, on the console, what a frame sees. */
const tell = (frame: string) => `<script>
  const matching = ${JSON.stringify([...queries, 'print'])}.filter((query) => matchMedia(query).matches);
  const touch = 'ontouchstart' in window && navigator.maxTouchPoints > 0 ? 'touch' : 'mouse';
  console.log('${frame} sees ' + JSON.stringify({ matching, touch, innerWidth, screen: screen.width + 'x' + screen.height }));
</script>`;

const worker = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    const { pathname } = new URL(event.request.url);
    if (pathname === '/greeting') event.respondWith(new Response('of the worker'));
    if (pathname === '/passed-on') event.respondWith(fetch('/from-worker'));
    if (pathname === '/to-ignored') event.respondWith(fetch('/ignored').catch(() => new Response('was blocked')));
  });`;

/** As pages mocked with MSW do: they show nothing until their service worker answers. */
const mocked = `<div id="app"></div><script>
  const first = navigator.serviceWorker.controller === null ? 'fresh' : 'known';
  navigator.serviceWorker.register('/worker.js').then(async () => {
    if (navigator.serviceWorker.controller === null)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    for (const path of ['/greeting', '/passed-on', '/to-ignored'])
      app.textContent += await (await fetch(path)).text() + '; ';
    console.log('shows ' + first + ': ' + app.textContent);
  });
</script>`;

/** As MSW's own script does: it asks its service worker to begin, and fetches once that has answered. */
const asking = `<div id="app"></div><script>
  navigator.serviceWorker.register('/answering.js').then(async () => {
    const { active } = await navigator.serviceWorker.ready;
    const answered = new Promise((resolve) => navigator.serviceWorker.addEventListener('message', resolve));
    active.postMessage('begin');
    await answered;
    console.log('shows ' + await (await fetch('/greeting')).text());
  });
</script>`;
const answering = `addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('message', ({ source }) => setTimeout(() => source.postMessage('begun'), 500));
  addEventListener('fetch', (event) => event.respondWith(new Response('of the worker')));`;

const script =
  (body: string): Page =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(body);
  };

const config: CaptureConfig = { viewportSize: { width: 300, height: 200 }, dom: false };

let capturer: Capturer;
let other: PageServer;
let server: PageServer;

beforeAll(async () => {
  other = await servePages({ '/frame': tell('other origin') }, { host: '127.0.0.2' });
  server = await servePages({
    '/': `<meta name="viewport" content="width=device-width">${tell('page')}
      <iframe src="${other.url('/frame')}"></iframe>
      <iframe sandbox="allow-scripts" srcdoc="${tell('sandbox').replaceAll('"', '&quot;')}"></iframe>`,
    '/without-meta': tell('page'),
    '/mocked': mocked,
    '/worker.js': script(worker),
    '/asking': asking,
    '/answering.js': script(answering),
    '/greeting': 'of the server',
    '/passed-on': 'not passed on',
    '/from-worker': 'of the server, through the worker',
    '/to-ignored': 'not blocked',
    '/ignored': 'not blocked',
  });
  capturer = createCapturer();
});

afterAll(async () => {
  await capturer.close();
  await Promise.all([server.close(), other.close()]);
});

async function capture(path: string, more: CaptureConfig = {}): Promise<CapturedPage> {
  const outcome = await capturer.capture({ url: server.url(path), config: { ...config, ...more } });
  expect(outcome, outcome.log).toMatchObject({ ok: true });
  return outcome as CapturedPage;
}

interface Seen {
  matching: string[];
  touch: string;
  innerWidth: number;
  screen: string;
}

/** What each frame saw. */
function seenIn({ log }: CapturedPage): Record<string, Seen> {
  const told = log.matchAll(/log: ([\w ]+) sees (\{.*\}) \(/g);
  return Object.fromEntries(
    [...told].map(([, frame, text]): [string, Seen] => [frame!, JSON.parse(text!) as Seen]),
  );
}

const desktop = ['(hover: hover)', '(any-hover: hover)', '(pointer: fine)', '(any-pointer: fine)'];
const phone = ['(hover: none)', '(pointer: coarse)'];

describe('a desktop is a desktop, a phone is a phone', () => {
  test('every frame of a desktop has a mouse', async () => {
    const seen = seenIn(await capture('/'));
    expect(Object.keys(seen).sort()).toEqual(['other origin', 'page', 'sandbox']);
    for (const { matching, touch } of Object.values(seen)) {
      expect(matching).toEqual(desktop);
      expect(touch).toBe('mouse');
    }
    expect(seen.page).toMatchObject({ innerWidth: 300, screen: '300x200' });
  });

  test('a device has its window, scale, touch and user agent, and the log says that the engine stays', async () => {
    const { viewportSize: _, ...withoutSize } = config;
    const outcome = await capturer.capture({
      url: server.url('/'),
      config: { ...withoutSize, device: 'iPhone 15', deviceScaleFactor: 1 },
    });
    const page = outcome as CapturedPage;
    expect(page, page.log).toMatchObject({ ok: true, width: 393, height: 659 });
    const seen = seenIn(page);
    for (const { matching, touch } of Object.values(seen)) {
      expect(matching).toEqual(phone);
      expect(touch).toBe('touch');
    }
    expect(seen.page).toMatchObject({ innerWidth: 393, screen: '393x852' });
    expect(page.log).toContain(
      'device iPhone 15: its window, scale, touch and user agent; the engine stays Chromium',
    );
    expect(server.seen.at(-1)!.headers['user-agent'] ?? '').toMatch(/iPhone/);
  });

  test('a phone lays a page without a meta viewport out 980 pixels wide; explicit keys win', async () => {
    const page = await capture('/without-meta', { device: 'iPhone 15', deviceScaleFactor: 1 });
    expect(page.width).toBe(980);
    const wide = await capture('/without-meta', { device: 'iPhone 15', isMobile: false, hasTouch: false });
    expect(wide.width).toBe(900);
    expect(seenIn(wide).page).toMatchObject({ matching: desktop, innerWidth: 300 });
    expect(seenIn(await capture('/', { isMobile: true })).page!.matching).toEqual(phone);
  });

  test.each([
    [{ media: 'print' }, ['print']],
    [{ forcedColors: 'active' }, ['(forced-colors: active)']],
    [{ contrast: 'more' }, ['(prefers-contrast: more)']],
    [{ contrast: 'less' }, ['(prefers-contrast: less)']],
  ] satisfies [CaptureConfig, string[]][])('%o holds in every frame', async (more, expected) => {
    for (const { matching } of Object.values(seenIn(await capture('/', more))))
      expect(matching.filter((query) => !desktop.includes(query))).toEqual(expected);
  });
});

describe('service workers', () => {
  test('are waited for when the page sends them a message', async () => {
    expect((await capture('/asking', { serviceWorkers: 'allow' })).log).toContain('shows of the worker');
  });

  test('are bypassed by default', async () => {
    const page = await capture('/mocked', { quietTimeoutMs: 300 });
    expect(page.log).not.toContain('of the worker');
  });

  test('answer if allowed; the rules of the config hold for what they request; no capture shares one', async () => {
    const allowed: CaptureConfig = {
      serviceWorkers: 'allow',
      resourcesToIgnore: ['/ignored$'],
      extraHeaders: { 'x-test': 'header' },
    };
    const pages = await Promise.all([capture('/mocked', allowed), capture('/mocked', allowed)]);
    for (const { log } of pages) {
      expect(log).toContain('shows fresh: of the worker; of the server, through the worker; was blocked; ');
      expect(log.match(/request {3}GET \S+\/from-worker 200/g)).toHaveLength(1);
      expect(log).toMatch(/\/ignored ignored by resourcesToIgnore/);
    }
    const passedOn = server.seen.filter(({ path }) => path === '/from-worker');
    expect(passedOn.map(({ headers }) => headers['x-test'])).toEqual(['header', 'header']);
    expect(server.seen.filter(({ path }) => path === '/worker.js')).toHaveLength(3);
  });
});
