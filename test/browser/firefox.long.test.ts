/** Captures in a real Firefox, behind the worker's proxy. One Firefox serves the file; a second one starts for dark pages. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEgressProxy, type EgressProxy } from '../../src/adapters/egress/egress-proxy.ts';
import { createFirefoxCapturer } from '../../src/adapters/firefox/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CapturedPage, CaptureOutcome } from '../../src/domain/capture/capture.ts';
import { createEgressPolicy } from '../../src/domain/network/egress-policy.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { missingFirefox } from '../support/firefox.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const html =
  (headers: Record<string, string>, body: string, status = 200): Page =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);

const boxes = `<!doctype html><body style="margin:0">
  <div id="red" style="height:100px;background:#ff0000"></div>
  <div id="green" style="height:100px;width:300px;background:#00ff00"></div>
  <div id="blue" style="height:500px;background:#0000ff"></div>`;

const report = `<script>console.log(JSON.stringify({
  language: navigator.language, agent: navigator.userAgent, scale: devicePixelRatio, width: innerWidth,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone, number: (1234.5).toLocaleString(), now: Date.now(),
  dark: matchMedia('(prefers-color-scheme: dark)').matches, focus: document.hasFocus(),
  reduced: matchMedia('(prefers-reduced-motion: reduce)').matches,
  mouse: matchMedia('(hover: hover) and (pointer: fine)').matches,
}))</script>`;

const restless = `<!doctype html><style>@keyframes a { to { transform: translateX(200px) } }
  p { animation: a 1s infinite alternate; width: 50px; height: 50px; background: red }</style><p></p><input autofocus>
  <svg width="90" height="20"><rect width="9" height="9"><animate attributeName="x" to="80" dur="1s" repeatCount="indefinite"/></rect></svg>
  <div style="height:900px"></div><img loading="lazy" src="/dot.svg" width="40" height="40">
  <div id="late"></div><script>setTimeout(() => { late.textContent = 'here' }, 300)</script>`;

let site: PageServer;
let secureSite: PageServer;
let canary: PageServer;
let proxy: EgressProxy;
let capturer: Capturer;

beforeAll(async () => {
  if (missingFirefox !== null) return;
  canary = await servePages({ '/': 'secret' });
  secureSite = await servePages({ '/': boxes }, { tls: true });
  site = await servePages({
    '/boxes': boxes,
    '/leftwards': `<!doctype html><html dir=rtl><body style="margin:0;width:400px"><div style="display:flex;width:900px;height:300px">
      <i style="flex:1;background:#ff0000"></i><i style="flex:1;background:#0000ff" id=far></i></div>`,
    '/quirks': '<div style="position:absolute;top:700px;width:10px;height:20px;background:#00ff00">',
    '/report': html({ 'content-security-policy': "script-src 'unsafe-inline'" }, report),
    '/restless': restless,
    '/dot.svg': html(
      { 'content-type': 'image/svg+xml' },
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20"/></svg>',
    ),
    '/parts': `<img src="/gone.png"><img src="/ads/x.png"><img src="http://www.google-analytics.com/x.gif">
      <iframe src="${canary.origin}/"></iframe><script>alert('hello'); window.open('/boxes')</script>`,
    '/login': (request, response) => {
      const isKnown = request.headers.authorization === `Basic ${btoa('user:secret')}`;
      response
        .writeHead(isKnown ? 200 : 401, isKnown ? {} : { 'www-authenticate': 'Basic realm="x"' })
        .end(`<script>console.log('seen', document.cookie)</script>`);
    },
    '/memory': `<script>console.log('before', localStorage.length, document.cookie);
      localStorage.setItem('a', 'b'); document.cookie = 'left=over'</script>`,
    '/none': html({}, '', 204),
    '/broken': html({}, 'no', 503),
    '/file': html({ 'content-disposition': 'attachment; filename=a.zip' }, 'no'),
    '/circle': html({ location: '/circle' }, '', 302),
    '/reload': '<script>setTimeout(() => location.reload(), 5)</script>',
    '/cut': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '9000' });
      response.write(`<p>half${' '.repeat(3_000)}`, () => setTimeout(() => response.destroy(), 100));
    },
    '/worker': `<script>const worker = new Worker(URL.createObjectURL(new Blob(['let count = 0; onmessage = () => postMessage(++count)'])));
      worker.onmessage = ({ data }) => console.log('answered', data); worker.postMessage('hello')</script>`,
    '/computing': `<body style="margin:0"><div id=box style="height:40px;background:#f00"></div><div id=low style="height:40px;background:#f00"></div><script>
      const blob = (script) => URL.createObjectURL(new Blob([script]));
      const url = blob('let x = 1; for (let i = 0; i < 2e8; i++) x = (x * 1103515245 + 12345) & 0x7fffffff; postMessage(x)');
      new Worker(url).onmessage = () => { box.style.background = '#0f0' }; URL.revokeObjectURL(url);
      const asked = new Worker(blob('onmessage = async ({ data }) => { await new Promise((done) => setTimeout(done, 1900)); postMessage(data + 1) }'), { type: 'module' });
      asked.onmessage = ({ data }) => { if (data === 2) low.style.background = '#0f0' }; asked.postMessage(1)</script>`,
    '/own-worker': `<script>const worker = new Worker('/worker.js'); worker.onmessage = ({ data }) => console.log('answered', data); worker.postMessage('hello')</script>`,
    '/worker.js': html(
      { 'content-type': 'text/javascript' },
      'let count = 0; onmessage = () => postMessage(++count)',
    ),
    '/endless': '<script>setTimeout(() => { for (;;); }, 50)</script>',
  });
  proxy = await startEgressProxy({
    policy: () => Promise.resolve(createEgressPolicy({ allowPrivate: false, allow: ['shop.test'] })),
    resolve: () => Promise.resolve(['127.0.0.1']),
    never: [],
  });
  capturer = createFirefoxCapturer({ concurrency: 4, egress: proxy });
  await capturer.start!();
});

afterAll(async () => {
  await capturer?.close();
  await proxy?.close();
  await Promise.all([site?.close(), secureSite?.close(), canary?.close()]);
});

beforeEach((context) => {
  if (missingFirefox !== null) context.skip(missingFirefox);
});

/** The address of a page that the proxy allows. */
const at = (path: string, server = site): string => server.url(path).replace('127.0.0.1', 'shop.test');

const outcomeOf = (url: string, config: CaptureConfig = {}): Promise<CaptureOutcome> =>
  capturer.capture({ url, config: { viewportSize: { width: 400, height: 300 }, ...config } });

async function captured(path: string, config: CaptureConfig = {}): Promise<CapturedPage> {
  const outcome = await outcomeOf(at(path), config);
  if (!outcome.ok) throw new Error(`${outcome.failure.message}\n${outcome.log}`);
  return outcome;
}

async function colorsAt(page: CapturedPage, ...points: [x: number, y: number][]): Promise<string[]> {
  const image = await decodeImage(page.image);
  return points.map(([x, y]) => image.colour(x, y).slice(1));
}

test('P103: the whole page, a part of it, and what is masked, hidden and removed', async () => {
  const page = await captured('/boxes', { mask: ['#red'], hideSelectors: ['#green'] });
  expect([page.width, page.height, page.settled, page.dom]).toEqual([400, 700, true, null]);
  expect(page.browserVersion).toMatch(/^Firefox \d/);
  expect(await colorsAt(page, [5, 50], [5, 150], [5, 699])).toEqual(['ff00ff', 'ffffff', '0000ff']);
  const [removed, element, rectangle, beyond, window, quirks] = await Promise.all([
    captured('/boxes', { removeSelectors: ['#red'] }),
    captured('/boxes', { selector: '#green', deviceScaleFactor: 2 }),
    captured('/boxes', { clipRect: { left: 250, top: 150, width: 100, height: 450 } }),
    captured('/boxes', { clipRect: { top: 690, width: 20, height: 40 } }),
    captured('/boxes', { fullPage: false, injectCss: '#red { background: #123456 !important }' }),
    captured('/quirks'),
  ]);
  expect([removed.width, removed.height]).toEqual([400, 600]);
  expect([element.width, element.height]).toEqual([600, 200]);
  expect(await colorsAt(element, [0, 0], [599, 199])).toEqual(['00ff00', '00ff00']);
  expect(await colorsAt(rectangle, [0, 0], [99, 0], [0, 449])).toEqual(['00ff00', 'ffffff', '0000ff']);
  expect([beyond.width, beyond.height]).toEqual([20, 40]);
  expect(await colorsAt(beyond, [0, 9], [0, 39])).toEqual(['0000ff', 'ffffff']);
  expect([window.width, window.height]).toEqual([400, 300]);
  expect(await colorsAt(window, [0, 0])).toEqual(['123456']);
  expect(quirks.height).toBe(720);
  expect(await colorsAt(quirks, [15, 719])).toEqual(['00ff00']);
});

test('of a page that reaches to the left of its window, what lies in the window', async () => {
  const page = await captured('/leftwards');
  expect([page.width, page.height]).toEqual([400, 300]);
  expect(await colorsAt(page, [5, 5], [395, 5])).toEqual(['ff0000', 'ff0000']);
  expect(await outcomeOf(at('/leftwards'), { selector: '#far' })).toMatchObject({
    failure: { reason: 'selector_missing' },
  });
});

test('the page sees what the config says', async () => {
  const { log } = await captured('/report', {
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    userAgent: 'Someone/1',
    deviceScaleFactor: 2,
    freezeTime: '2030-01-02T03:04:05Z',
    extraHeaders: { 'X-Test': 'yes' },
  });
  const seen = JSON.parse(/console +log: (\{.*\})/.exec(log)![1]!) as object;
  expect(seen).toEqual({
    language: 'de-DE',
    agent: 'Someone/1',
    scale: 2,
    width: 400,
    zone: 'Europe/Berlin',
    number: '1.234,5',
    now: Date.UTC(2030, 0, 2, 3, 4, 5),
    dark: false,
    focus: true,
    reduced: true,
    mouse: true,
  });
  const { headers } = site.seen.find(({ path }) => path === '/report')!;
  expect(headers).toMatchObject({ 'accept-language': 'de-DE', 'user-agent': 'Someone/1', 'x-test': 'yes' });
});

test('P103: a page that moves and loads late has the same bytes alone and beside others', async () => {
  const first = await captured('/restless');
  const others = await Promise.all(Array.from({ length: 4 }, () => captured('/restless')));
  for (const other of others) expect(Buffer.compare(other.image, first.image)).toBe(0);
  expect(first.settled).toBe(true);
  expect(first.log).toContain('/dot.svg 200 image/svg+xml');
});

test('parts that are blocked, missing or denied, dialogs and windows', async () => {
  const page = await captured('/parts', { resourcesToIgnore: ['/ads/'] });
  expect(page.incomplete).toEqual([
    { url: at('/gone.png'), why: 'status 404' },
    { url: `${canary.origin}/`, why: expect.stringContaining('may not access') as string },
  ]);
  expect(page.log).toContain('/ads/x.png ignored by resourcesToIgnore "/ads/"');
  expect(page.log).toContain('x.gif always ignored');
  expect(page.log).toContain('alert dismissed: hello');
  expect(canary.seen).toEqual([]);
  expect(site.seen.filter(({ path }) => path.startsWith('/ads'))).toEqual([]);
});

test('a login and a cookie; nothing is left for the next capture', async () => {
  const login = { httpUserName: 'user', httpPassword: 'secret' };
  const page = await captured('/login', { ...login, cookies: [{ name: 'a', value: 'bcde' }] });
  expect(page.log).toContain('seen a=•••');
  expect(await outcomeOf(at('/login'))).toMatchObject({ failure: { reason: 'http_auth_required' } });
  const refused = await outcomeOf(at('/login'), { ...login, httpPassword: 'wrong' });
  expect(refused).toMatchObject({
    failure: { message: expect.stringContaining('refused httpUserName') as string },
  });
  await captured('/memory');
  expect((await captured('/memory')).log).toContain('before 0 ');
});

test.each(['/worker', '/own-worker'])(
  'P103: a worker gets the messages of its page only: %s',
  async (path) => {
    const { log } = await captured(path);
    expect(log.match(/answered \d/g)).toEqual(['answered 1']);
  },
);

test('workers whose script the page itself holds are waited for, beside others too', async () => {
  const pages = await Promise.all(Array.from({ length: 4 }, () => captured('/computing')));
  for (const page of pages)
    expect(await colorsAt(page, [9, 9], [9, 49]), page.log).toEqual(['00ff00', '00ff00']);
});

test('P103: each failure has its reason, and the next page is captured', async () => {
  const failing: [url: string, reason: string, config?: CaptureConfig][] = [
    [at('/none'), 'empty_response'],
    [at('/broken'), 'http_status'],
    [at('/file'), 'page_is_a_download'],
    [at('/circle'), 'too_many_redirects'],
    [at('/reload'), 'page_never_settles'],
    [at('/cut'), 'connection_failed'],
    [at('/endless'), 'capture_timeout', { timeoutMs: 1_500 }],
    [at('/', secureSite), 'tls_error'],
    [`${canary.origin}/`, 'egress_blocked'],
    ['http://shop.test:1/', 'url_not_allowed'],
    [at('/boxes'), 'script_error', { injectJs: 'throw new Error("no")' }],
    [at('/boxes'), 'selector_missing', { selector: '#nothing' }],
    [at('/boxes'), 'selector_missing', { mask: ['a['] }],
    [at('/boxes'), 'page_too_large', { injectCss: '#blue { height: 33000px !important }' }],
  ];
  const outcomes = await Promise.all(failing.map(([url, , config]) => outcomeOf(url, config)));
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.failure.reason))).toEqual(
    failing.map(([, reason]) => reason),
  );
  expect(await outcomeOf(at('/', secureSite), { ignoreTlsErrors: true })).toMatchObject({ ok: true });
});

test('a dark page is captured by a second Firefox', async () => {
  const page = await captured('/report', { colorScheme: 'dark', reducedMotion: 'no-preference' });
  expect(page.log).toContain('"dark":true');
  expect(page.log).toContain('"reduced":false');
});
