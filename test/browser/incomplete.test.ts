import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { begun as text, breaksOff, onePixel } from '../support/broken-answers.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

/** Far from what a busy machine needs to start a worker: only what never ends is to be open at the end. */
const limits: CaptureConfig = { timeoutMs: 90_000, resourceTimeoutMs: 30_000, quietTimeoutMs: 10_000 };
/** For pages with something that never ends. */
const impatient: CaptureConfig = { resourceTimeoutMs: 1_500, quietTimeoutMs: 500 };
type Answer = Exclude<Page, string>;

const status =
  (code: number): Page =>
  (_request, response) =>
    void response.writeHead(code).end();

const file =
  (type: string, body: string | Buffer): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': type }).end(body);

const parts: Record<string, Page> = {
  '/ok.png': file('image/png', onePixel),
  '/short.png': breaksOff({ 'content-type': 'image/png', 'content-length': 9_000 }, onePixel),
  '/reset.png': (request) => void request.socket.resetAndDestroy(),
  '/gone.png': status(410),
  '/broken.png': status(500),
  '/hang': () => undefined,
  '/short.css': breaksOff({ 'content-type': 'text/css', 'content-length': 9_000 }, 'a {'),
  '/cut-frame': breaksOff({ 'content-length': 9_000 }, 'frame'),
  '/image-frame': '<img src="/missing.png">',
  '/empty-frame': '<p>nothing is missing here</p>',
  '/no-content': status(204),
  '/file': (_request, response) =>
    void response.writeHead(200, { 'content-disposition': 'attachment; filename=a.bin' }).end('x'),
  '/to-missing': (_request, response) => void response.writeHead(302, { location: '/missing.png' }).end(),
  '/whole.js': file('text/javascript', ''),
  '/nested.js': file('text/javascript', 'new Worker("/missing.js?nested"); new Worker("/whole.js?nested")'),
  '/w.js': file('text/javascript', 'importScripts("/missing.js")'),
};

interface Expected {
  page: Page;
  /** Path and reason, in any order. */
  missing: Record<string, string | RegExp>;
  config?: CaptureConfig;
}

/** `HOST` is another origin of the same server. */
const incompletePages: Record<string, Expected> = {
  images: {
    page: '<img src="/missing.png"><img src="/gone.png"><img src="/broken.png"><img src="/ok.png">',
    missing: { '/missing.png': 'status 404', '/gone.png': 'status 410', '/broken.png': 'status 500' },
  },
  'images that break off': {
    page: '<img src="/short.png"><img src="/reset.png">',
    missing: { '/short.png': 'net::ERR_CONTENT_LENGTH_MISMATCH', '/reset.png': 'net::ERR_CONNECTION_RESET' },
  },
  'an image that never comes': {
    page: '<img src="/hang">',
    missing: { '/hang': /^still open after \d+(\.\d)? seconds?$/ },
    config: impatient,
  },
  'images by other names': {
    page: `<picture><source srcset="/missing.png?1"><img></picture><input type="image" src="/missing.png?2">
      <video poster="/missing.png?3"></video><svg><image href="/missing.png?4" width="9" height="9"/></svg>
      <svg><use href="/missing.svg#a"/></svg><p style="background: url(/missing.png?5)">text</p>
      <div style="height: 9000px"></div><img loading="lazy" src="/missing.png?6">`,
    missing: {
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((i) => [`/missing.png?${i}`, 'status 404'])),
      '/missing.svg': 'status 404',
    },
  },
  'style sheets and fonts': {
    page: `<link rel="stylesheet" href="/missing.css"><link rel="stylesheet" href="/short.css">
      <style>@import "/imported.css"; @font-face { font-family: f; src: url(/missing.woff2) } p { font-family: f }</style>
      <p>text</p>`,
    missing: {
      '/missing.css': 'status 404',
      '/short.css': 'net::ERR_CONTENT_LENGTH_MISMATCH',
      '/imported.css': 'status 404',
      '/missing.woff2': 'status 404',
    },
  },
  scripts: {
    page: `<script src="/missing.js?1"></script><script type="module" src="/missing.js?2"></script>
      <script type="module">import "/missing.js?3"</script>`,
    missing: { '/missing.js?1': 'status 404', '/missing.js?2': 'status 404', '/missing.js?3': 'status 404' },
  },
  'scripts of workers, of shared ones and of workers that workers start': {
    page: `<script>new Worker("/missing.js?w"); new Worker("/w.js"); new Worker("/nested.js");
      new SharedWorker("/missing.js?shared")</script>`,
    missing: {
      '/missing.js?w': 'status 404',
      '/missing.js': 'status 404',
      '/missing.js?nested': 'status 404',
      '/missing.js?shared': 'status 404',
    },
  },
  'images of frames, also of another origin': {
    page: '<iframe src="/image-frame"></iframe><iframe src="HOST/image-frame"></iframe>',
    missing: { '/missing.png': 'status 404', 'HOST/missing.png': 'status 404' },
  },
  frames: {
    page: '<iframe src="/missing"></iframe><iframe src="/cut-frame"></iframe><iframe src="/reset.png"></iframe>',
    missing: {
      '/missing': 'status 404',
      '/cut-frame': 'net::ERR_CONTENT_LENGTH_MISMATCH',
      '/reset.png': 'net::ERR_CONNECTION_RESET',
    },
  },
  'an image behind a redirect': {
    page: '<img src="/to-missing">',
    missing: { '/missing.png': 'status 404' },
  },
  "what the page's own policy blocks": {
    page: '<meta http-equiv="content-security-policy" content="img-src \'none\'"><img src="/ok.png">',
    missing: { '/ok.png': "blocked by the page's content security policy" },
  },
  'a document that does not end': {
    page: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).write(text);
    },
    missing: { '/page': /^still open after/ },
    config: impatient,
  },
  'an address that stands there twice': {
    page: '<img src="/missing.png"><p style="background: url(/missing.png)">text</p>',
    missing: { '/missing.png': 'status 404' },
  },
};

/** Pages that are complete although something else fails in them. */
const completePages: Record<string, { page: Page; config?: CaptureConfig }> = {
  'workers of every kind': {
    page: '<script>new Worker("/whole.js"); new Worker("/whole.js"); new SharedWorker("/whole.js")</script>',
  },
  'a whole page': { page: '<img src="/ok.png">' },
  'fetch, XHR, beacons, streams and media': {
    page: `<video src="/missing.mp4"></video><audio src="/hang"></audio><script>
      fetch("/missing"); fetch("/hang"); navigator.sendBeacon("/missing"); new EventSource("/missing");
      const x = new XMLHttpRequest(); x.open("GET", "/missing"); x.send();
      new WebSocket("ws://" + location.host + "/missing")</script>`,
    config: impatient,
  },
  'what the config ignores': {
    page: '<img src="/ads/missing.png"><script src="/ads/missing.js"></script><img src="http://www.google-analytics.com/a">',
    config: { resourcesToIgnore: ['/ads/'] },
  },
  'an image that was replaced while it loaded': {
    page: '<img id="i" src="/hang"><script>setTimeout(() => { i.src = "/ok.png" }, 200)</script>',
  },
  'a frame that was removed': {
    page: '<iframe id="f" src="/image-frame"></iframe><script>setTimeout(() => f.remove(), 300)</script>',
  },
  'a frame that went on': {
    page: '<iframe id="f" src="/image-frame"></iframe><script>setTimeout(() => { f.src = "/empty-frame" }, 300)</script>',
  },
  'a page that went on': {
    page: '<img src="/missing.png"><script>setTimeout(() => { location = "/empty-frame" }, 300)</script>',
  },
  'frames that are no pages': { page: '<iframe src="/file"></iframe><iframe src="/no-content"></iframe>' },
  'a page that stopped by itself': {
    page: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 9_000 });
      response.write('<h1>enough</h1><script>window.stop()</script>');
    },
    config: impatient,
  },
  'an error page that is wanted': { page: status(503), config: { allowHttpErrors: true } },
};

const tests = { ...incompletePages, ...completePages };
const pathOf = (name: string): string => `/page?${encodeURIComponent(name)}`;
let site: PageServer;
let other: PageServer;
let capturer: Capturer;
const outcomes = new Map<string, CaptureOutcome>();

beforeAll(async () => {
  const flaky = { count: 0 };
  other = await servePages(parts, { host: '127.0.0.2' });
  site = await servePages({
    ...parts,
    '/page': (request, response) => {
      const { page } = tests[decodeURIComponent(request.url!.split('?')[1] ?? '')]!;
      if (typeof page === 'function') page(request, response);
      else file('text/html', page.replaceAll('HOST', other.origin))(request, response);
    },
    '/many': Array.from({ length: 120 }, (_, i) => `<img src="/missing.png?${i}">`).join(''),
    '/again': `<img id="i"><script>i.onerror = () => { i.onerror = null; setTimeout(() => { i.src = "/flaky.png" }, 50) };
      i.src = "/flaky.png"</script>`,
    '/flaky.png': (request, response) =>
      flaky.count++ === 0 ? request.socket.destroy() : void file('image/png', onePixel)(request, response),
    '/secrets': '<img src="/missing.png?token=abc-secret-def&size=4"><img src="/missing.png?k=s3cret-value">',
  });
  capturer = createCapturer({ concurrency: 4 });
  const capture = async (path: string, config: CaptureConfig = {}): Promise<void> => {
    outcomes.set(path, await capturer.capture({ url: site.url(path), config: { ...limits, ...config } }));
  };
  await Promise.all([...Object.entries(tests).map(([name, { config }]) => capture(pathOf(name), config))]);
});

afterAll(async () => {
  await capturer.close();
  await site.close();
  await other.close();
});

describe('a page whose parts did not arrive', () => {
  test.each(Object.keys(incompletePages))('%s', (name) => {
    const outcome = outcomes.get(pathOf(name))!;
    if (!outcome.ok) throw new Error(outcome.log);
    const got = Object.fromEntries(
      outcome.incomplete.map(({ url, why }) => [
        url
          .replace(site.origin, '')
          .replace(other.origin, 'HOST')
          .replace(/^\/page\?.*/, '/page'),
        why,
      ]),
    );
    const { missing } = incompletePages[name]!;
    expect(Object.keys(got).sort(), outcome.log).toEqual(Object.keys(missing).sort());
    for (const [url, why] of Object.entries(missing)) {
      expect(got[url]).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
    }
    expect(outcome.incompleteCount).toBe(Object.keys(missing).length);
    expect(outcome.log).toMatch(/note +incomplete: http/);
  });

  test.each(Object.keys(completePages))('%s: nothing is missing', (name) => {
    const outcome = outcomes.get(pathOf(name))!;
    expect(outcome, outcome.log).toMatchObject({ ok: true, incomplete: [], incompleteCount: 0 });
  });

  test('a second try that succeeds makes it whole', async () => {
    const outcome = await capturer.capture({ url: site.url('/again'), config: limits });
    expect(outcome, outcome.log).toMatchObject({ ok: true, incomplete: [], incompleteCount: 0 });
  });

  test('fifty are listed, all are counted', async () => {
    const outcome = await capturer.capture({ url: site.url('/many'), config: limits });
    expect(outcome).toMatchObject({ ok: true, incompleteCount: 120 });
    expect(outcome.incomplete).toHaveLength(50);
  });

  test('secrets in their addresses are masked', async () => {
    const outcome = await capturer.capture({
      url: site.url('/secrets'),
      config: { ...limits, extraHeaders: { 'X-Key': 's3cret-value' } },
    });
    expect(outcome.incomplete?.map(({ url }) => url.replace(site.origin, '')).sort()).toEqual([
      '/missing.png?k=•••',
      '/missing.png?token=•••&size=4',
    ]);
    expect(outcome.log).not.toMatch(/abc-secret-def|s3cret-value/);
  });

  test('failOnIncomplete makes it a failure that names the first', async () => {
    const config = { ...limits, failOnIncomplete: true };
    const outcome = await capturer.capture({ url: site.url('/many'), config });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        reason: 'page_incomplete',
        message: expect.stringMatching(
          /^120 parts of the page did not load \(failOnIncomplete\), first: http:\S+\/missing\.png\?\d+ \(status 404\)\.$/,
        ) as string,
      },
      incompleteCount: 120,
    });
    const whole = await capturer.capture({ url: site.url('/empty-frame'), config });
    expect(whole).toMatchObject({ ok: true, incomplete: [] });
  });
});
