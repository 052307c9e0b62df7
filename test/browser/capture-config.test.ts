import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CapturedPage, Failure } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage, type Image } from '../support/image.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const strictPolicy =
  "default-src 'none'; script-src 'none'; style-src-elem 'none'; style-src-attr 'unsafe-inline'";

const withHeaders =
  (headers: Record<string, string>, body: string): Page =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);

const boxes = `<body style="margin:0">
  <div id="red" style="height:100px;background:#ff0000"></div>
  <div id="green" style="height:100px;width:300px;background:#00ff00"></div>
  <div id="blue" style="height:2000px;background:#0000ff"></div></body>`;

const report = `<script>console.log(JSON.stringify({
  languages: navigator.languages, userAgent: navigator.userAgent, scale: devicePixelRatio,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone, number: (1234.5).toLocaleString(),
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  reduced: matchMedia('(prefers-reduced-motion: reduce)').matches,
  now: Date.now(), date: new Date().toISOString(), later: new Date(2020, 1, 1).getFullYear(),
  isDate: new Date() instanceof Date, random: [Math.random(), crypto.getRandomValues(new Uint8Array(2)).join()],
}))</script>`;

/** Wider than the window, to its left: red, green and blue from the right. */
const leftwards = (
  style: string,
): string => `<!doctype html><html style="${style}"><meta charset="utf-8"><body style="margin:0">
  <style>body { display: flex; inline-size: 900px } i { flex: none; inline-size: 300px; block-size: 900px }</style>
  <i style="background:#ff0000"></i><i style="background:#00ff00" id="green"></i><i style="background:#0000ff" id="blue"></i>`;
const rightToLeft = leftwards('direction:rtl');

let site: PageServer;
let other: PageServer;
let capturer: Capturer;

beforeAll(async () => {
  other = await servePages({
    '/pixel': (_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'),
    '/login': (_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="other"' }).end('no'),
  });
  site = await servePages({
    '/boxes': boxes,
    '/right-to-left': rightToLeft,
    '/report': report,
    '/strict': withHeaders({ 'content-security-policy': strictPolicy }, boxes),
    '/cookies': (request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<script>console.log('page sees', document.cookie)</script>${request.headers.cookie ?? ''}`),
    '/storage': `<script>console.log('before', localStorage.length, document.cookie);
      localStorage.setItem('a', 'b'); document.cookie = 'left=over'</script>`,
    '/foreign': `<img src="${other.url('/pixel?1')}"><img src="${other.url('/login')}"><img src="/own.png">`,
    '/late':
      '<body style="margin:0"><script>setTimeout(() => { document.body.innerHTML = \'<p id="late" style="margin:0;height:50px;background:#00ff00"></p>\'; window.ready = true; }, 1500)</script>',
    '/analytics': '<img src="http://www.google-analytics.com/x.gif"><img src="/own.png"><h1>x</h1>',
    '/secrets': `<script>console.log('token-12345 and p4ssw0rd!')</script>`,
    '/noise':
      '<script>for (let i = 0; i < 3000; i++) console.log("x".repeat(1000) + "\\u001b[31m" + i)</script>',
  });
  capturer = createCapturer({ concurrency: 4 });
});

afterAll(async () => {
  await capturer.close();
  await Promise.all([site.close(), other.close()]);
});

async function captured(path: string, config: CaptureConfig = {}): Promise<CapturedPage> {
  const result = await capturer.capture({ url: site.url(path), config });
  if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}\n${result.log}`);
  return result;
}

async function screenshotOf(path: string, config: CaptureConfig = {}): Promise<Image> {
  return decodeImage((await captured(path, config)).image);
}

async function failure(path: string, config: CaptureConfig): Promise<Failure> {
  const result = await capturer.capture({ url: site.url(path), config });
  if (result.ok) throw new Error(`captured, but should have failed\n${result.log}`);
  return result.failure;
}

/** What the `/report` page saw. */
async function reported(config: CaptureConfig): Promise<Record<string, unknown>> {
  const { log } = await captured('/report', config);
  return JSON.parse(/console +log: (\{.*\})/.exec(log)![1]!) as Record<string, unknown>;
}

describe('what is captured', () => {
  test('by default the full page at 1280 × 1024, as a plain PNG', async () => {
    const page = await captured('/boxes');
    expect(page).toMatchObject({ width: 1280, height: 2200, shots: 2, settled: true });
    // Bit depth 8; color type 2 (RGB) or 6 (RGBA); not interlaced.
    expect([page.image[24], [2, 6].includes(page.image[25]!), page.image[28]]).toEqual([8, true, 0]);
    expect(page.browserVersion).toMatch(/^Chromium \d+\./);
  });

  test('viewportSize and fullPage: false', async () => {
    const image = await screenshotOf('/boxes', {
      viewportSize: { width: 640, height: 300 },
      fullPage: false,
    });
    expect([image.width, image.height]).toEqual([640, 300]);
    expect([image.colour(10, 50), image.colour(10, 250)]).toEqual(['#ff0000', '#0000ff']);
  });

  test('deviceScaleFactor multiplies the pixels, also for maxPixels', async () => {
    const config = { deviceScaleFactor: 2, viewportSize: { width: 400, height: 300 } };
    const image = await screenshotOf('/boxes', config);
    expect([image.width, image.height]).toEqual([800, 4400]);
    expect([image.colour(10, 199), image.colour(599, 399), image.colour(799, 4399)]).toEqual([
      '#ff0000',
      '#00ff00',
      '#0000ff',
    ]);
    expect(await failure('/boxes', { ...config, maxPixels: 3_000_000 })).toMatchObject({
      reason: 'page_too_large',
      message:
        'The page is 800 × 4,400 pixels. The limit is 3 million pixels (maxPixels). Raise maxPixels to 3520000 or more (in the config, or with --max-pixels of the tools), or capture less of it: a smaller viewportSize or deviceScaleFactor, or a part of the page with clipRect or selector.',
    });
  });

  test('clipRect is exact, also far below the viewport', async () => {
    const image = await screenshotOf('/boxes', { clipRect: { left: 290, top: 90, width: 20, height: 20 } });
    expect([image.width, image.height]).toEqual([20, 20]);
    expect([image.colour(0, 0), image.colour(0, 19), image.colour(19, 19)]).toEqual([
      '#ff0000',
      '#00ff00',
      '#ffffff',
    ]);
    const low = await screenshotOf('/boxes', { clipRect: { top: 2_150, width: 100, height: 50 } });
    expect([low.width, low.height, low.colour(50, 25)]).toEqual([100, 50, '#0000ff']);
  });

  test('selector shoots one element', async () => {
    const image = await screenshotOf('/boxes', { selector: '#green' });
    expect([image.width, image.height, image.colour(150, 50)]).toEqual([300, 100, '#00ff00']);
    expect(await failure('/boxes', { selector: '#nowhere' })).toEqual({
      reason: 'selector_missing',
      message: 'selector: nothing on the page matches "#nowhere".',
    });
    expect(await failure('/boxes', { selector: 'p[' })).toEqual({
      reason: 'selector_missing',
      message: 'selector: "p[" is not a valid CSS selector.',
    });
  });

  test('a selector shows what of the element is on the page', async () => {
    const placed = (left: number): CaptureConfig => ({
      selector: '#green',
      injectCss: `#green { position: absolute; left: ${left}px }`,
    });
    const image = await screenshotOf('/boxes', placed(-100));
    expect([image.width, image.height, image.colour(150, 50)]).toEqual([200, 100, '#00ff00']);
    expect(await failure('/boxes', placed(-400))).toEqual({
      reason: 'selector_missing',
      message: 'selector: "#green" matches an element outside the page, to the left of it.',
    });
  });

  test('a page that reaches to the left of its window', async () => {
    const small = { viewportSize: { width: 300, height: 200 } };
    const colors = async (config: CaptureConfig): Promise<string[]> => {
      const image = await screenshotOf('/right-to-left', { ...small, ...config });
      return [50, 350, 650].filter((x) => x < image.width).map((x) => image.colour(x, 50));
    };
    const [red, green, blue, masked] = ['#ff0000', '#00ff00', '#0000ff', '#ff00ff'];
    expect(await colors({})).toEqual([blue, green, red]);
    expect(await colors({ selector: '#green' })).toEqual([green]);
    expect(await colors({ selector: '#blue' })).toEqual([blue]);
    expect(await colors({ mask: ['#green'] })).toEqual([blue, masked, red]);
    expect(await colors({ fullPage: false })).toEqual([red]);
    expect(await colors({ clipRect: { left: 300, width: 300, height: 60 } })).toEqual([green]);
  });

  test('hideSelectors keep the space, removeSelectors do not, mask paints over', async () => {
    const hidden = await screenshotOf('/boxes', { hideSelectors: ['#red'] });
    expect([hidden.height, hidden.colour(10, 50)]).toEqual([2200, '#ffffff']);
    const removed = await screenshotOf('/strict', { removeSelectors: ['#red'] });
    expect([removed.height, removed.colour(10, 50)]).toEqual([2100, '#00ff00']);
    const masked = await screenshotOf('/boxes', { mask: ['#green', '#blue'] });
    expect([masked.height, masked.colour(10, 50), masked.colour(299, 199), masked.colour(9, 2199)]).toEqual([
      2200,
      '#ff0000',
      '#ff00ff',
      '#ff00ff',
    ]);
  });
});

describe('what the page sees', () => {
  test('by default en-US, UTC, scale 1, light, reduced motion, and no sign of headlessness', async () => {
    expect(await reported({})).toMatchObject({
      languages: ['en-US'],
      scale: 1,
      zone: 'UTC',
      number: '1,234.5',
      dark: false,
      reduced: true,
      userAgent: expect.not.stringContaining('Headless') as string,
    });
  });

  test('locale, timezoneId, colorScheme, reducedMotion, userAgent', async () => {
    const seen = await reported({
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
      colorScheme: 'dark',
      reducedMotion: 'no-preference',
      userAgent: 'Depicted test',
    });
    expect(seen).toMatchObject({
      languages: ['de-DE'],
      zone: 'Europe/Berlin',
      number: '1.234,5',
      dark: true,
      reduced: false,
      userAgent: 'Depicted test',
    });
    expect(site.seen.at(-1)!.headers).toMatchObject({
      'user-agent': 'Depicted test',
      'accept-language': 'de-DE',
    });
  });

  test('freezeTime stops the clock', async () => {
    expect(await reported({ freezeTime: '2030-05-06T07:08:09Z' })).toMatchObject({
      now: Date.UTC(2030, 4, 6, 7, 8, 9),
      date: '2030-05-06T07:08:09.000Z',
      later: 2020,
      isDate: true,
    });
    expect((await reported({ freezeTime: true }))['date']).toBe('2024-01-01T12:00:00.000Z');
  });

  test('seedRandom repeats the same sequence', async () => {
    const [first, second, third] = await Promise.all([
      reported({ seedRandom: 7 }),
      reported({ seedRandom: 7 }),
      reported({ seedRandom: 8 }),
    ]);
    expect(first['random']).toEqual(second['random']);
    expect(first['random']).not.toEqual(third['random']);
  });

  test('cookies, also as PhantomJS writes them', async () => {
    const { log } = await captured('/cookies', {
      cookies: [
        { name: 'plain', value: 'one' },
        { name: 'secret', value: 'two', httponly: true, expires: 'Fri, 01 Jan 2100 00:00:00 GMT' },
        { name: 'gone', value: 'three', expires: 'Thu, 01 Jan 2015 00:00:00 GMT' },
        { name: 'elsewhere', value: 'four', domain: 'example.com' },
      ],
    });
    expect(site.seen.findLast(({ path }) => path === '/cookies')!.headers.cookie).toBe(
      'plain=one; secret=two',
    );
    expect(log).toContain('page sees plain=');
    expect(log).toMatch(/the cookie gone is left out: it expired on 2015-01-01/);
  });

  test('two captures share neither cookies nor storage', async () => {
    for (const { log } of [await captured('/storage'), await captured('/storage')]) {
      expect(log).toMatch(/console +log: before 0 +\(/);
    }
  });
});

describe('requests', () => {
  test('httpUserName and httpPassword go to no other origin', async () => {
    await captured('/foreign', { httpUserName: 'u', httpPassword: 'p4ssw0rd!' });
    const asked = other.seen.filter(({ path }) => path === '/login');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(asked.map(() => undefined));
  });

  test('extraHeaders go to the target, injectHeaders where their pattern says, access headers only where named', async () => {
    const before = other.seen.length;
    await captured('/foreign', {
      extraHeaders: { 'x-extra': 'e' },
      injectHeaders: { '.*': { 'x-all': 'a', authorization: 'Bearer token-12345' } },
    });
    expect(site.seen.at(-1)!.headers).toMatchObject({
      'x-extra': 'e',
      'x-all': 'a',
      authorization: 'Bearer token-12345',
    });
    const foreign = other.seen.slice(before).find(({ path }) => path === '/pixel?1')!.headers;
    expect(foreign).toMatchObject({ 'x-all': 'a' });
    expect(foreign).not.toHaveProperty('x-extra');
    expect(foreign).not.toHaveProperty('authorization');

    await captured('/foreign', {
      injectHeaders: { '127\\.0\\.0\\.1.*pixel': { authorization: 'Bearer named' } },
    });
    expect(other.seen.findLast(({ path }) => path === '/pixel?1')!.headers.authorization).toBe(
      'Bearer named',
    );
  });

  test('resourcesToIgnore: an address, a pattern; analytics always', async () => {
    const before = site.seen.length;
    const byPattern = await captured('/foreign', {
      resourcesToIgnore: ['own\\.(png|gif)$', other.url('/login')],
    });
    expect(byPattern.log).toMatch(/GET \S+\/own\.png ignored by resourcesToIgnore "own\\\.\(png\|gif\)\$"/);
    expect(byPattern.log).toMatch(/GET \S+\/login ignored by resourcesToIgnore/);
    expect(site.seen.slice(before).map(({ path }) => path)).toEqual(['/foreign']);
    expect((await captured('/analytics')).log).toMatch(/google-analytics\.com\/x\.gif always ignored/);
  });

  test('a certificate that nobody signed', async () => {
    const secure = await servePages({ '/': boxes }, { tls: true });
    try {
      const strict = await capturer.capture({ url: secure.url('/'), config: {} });
      expect(strict).toMatchObject({ ok: false, failure: { reason: 'tls_error' } });
      expect(strict.ok ? '' : strict.failure.message).toMatch(
        /certificate of 127\.0\.0\.1:\d+ is not valid: .*net::ERR_CERT_/,
      );
      const lax = await capturer.capture({ url: secure.url('/'), config: { ignoreTlsErrors: true } });
      expect(lax).toMatchObject({ ok: true, height: 2200 });
    } finally {
      await secure.close();
    }
  });
});

describe('injections and waits', () => {
  test('injectCss and injectJs hold under any content security policy; a promise is awaited', async () => {
    const image = await screenshotOf('/strict', {
      injectCss: '#red { background: #123456 !important; height: 100px',
      injectJs: `new Promise((resolve) => setTimeout(() => {
        document.getElementById('green').style.background = '#abcdef'; resolve(); }, 300))`,
    });
    expect([image.colour(5, 50), image.colour(5, 150)]).toEqual(['#123456', '#abcdef']);
  });

  test('injectJs may use await and return, and the page is left to become quiet again', async () => {
    const image = await screenshotOf('/boxes', {
      injectJs: `await new Promise((r) => setTimeout(r, 100));
        setTimeout(() => { document.getElementById('red').style.background = '#010203'; }, 400);
        return 1;`,
    });
    expect(image.colour(5, 50)).toBe('#010203');
  });

  test('a script that throws, rejects or cannot be read fails the capture', async () => {
    for (const [injectJs, message] of [
      ['x.y()', 'injectJs threw: ReferenceError: x is not defined.'],
      ['Promise.reject(new TypeError("no"))', 'injectJs threw: TypeError: no.'],
      ['if (', 'injectJs has a syntax error: SyntaxError: Unexpected end of input.'],
    ] as const) {
      expect(await failure('/boxes', { injectJs })).toEqual({ reason: 'script_error', message });
    }
  });

  test('waitForSelector and waitForFunction', async () => {
    for (const config of [
      { waitForSelector: '#late' },
      { waitForFunction: 'window.ready' },
      { waitForFunction: 'async () => window.ready.valueOf()' },
    ]) {
      expect((await screenshotOf('/late', config)).colour(10, 10)).toBe('#00ff00');
    }
    expect(await failure('/boxes', { waitForSelector: '#never', resourceTimeoutMs: 200 })).toEqual({
      reason: 'selector_missing',
      message: 'waitForSelector: nothing matched "#never" within 200 ms.',
    });
    expect(await failure('/boxes', { waitForFunction: 'nothing.here', resourceTimeoutMs: 200 })).toEqual({
      reason: 'capture_timeout',
      message:
        'waitForFunction was not true within 200 ms; it threw: ReferenceError: nothing is not defined.',
    });
  });

  test('delayMs waits once more', async () => {
    const { log } = await captured('/boxes', { delayMs: 321 });
    expect(Number(/delaying took (\d+) ms/.exec(log)![1])).toBeGreaterThanOrEqual(320);
  });
});

describe('the log', () => {
  test('masks the secrets of the config', async () => {
    const { log } = await captured('/secrets', {
      httpPassword: 'p4ssw0rd!',
      injectHeaders: { '.*': { 'x-token': 'token-12345' } },
    });
    expect(log).toContain('log: ••• and •••');
    expect(log).not.toMatch(/token-12345|p4ssw0rd/);
  });

  test('has at most 1 MiB, says what is missing and keeps its last line; no control characters', async () => {
    const { log } = await captured('/noise');
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(1024 * 1024);
    expect(log).toMatch(/the log is full: \d+ more lines were left out\n.*result +captured/);
    expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});
