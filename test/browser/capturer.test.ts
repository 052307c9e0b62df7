import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCapturer, type CapturerOptions } from '../../src/adapters/browser/capturer.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { processesOfGroups, processesWith } from '../support/leftovers.ts';
import { servePages, type PageServer } from '../support/page-server.ts';
import { decodeImage } from '../support/image.ts';

const bandHeight = 1_000;
const band = (i: number): [number, number, number] => [i % 256, (i * 7) % 256, (i * 31) % 256];
const bands = (height: number): string =>
  Array.from(
    { length: height / bandHeight },
    (_, i) => `<div style="height:${bandHeight}px;background:rgb(${band(i).join()})"></div>`,
  ).join('');

/** Holds a folder for each test, so that the files of its browsers can be identified. */
const root = mkdtempSync(join(tmpdir(), 'capturer-'));
let folder: string;
let open: Capturer[];
let site: PageServer;

beforeAll(async () => {
  site = await servePages({
    '/': '<h1>hello</h1>',
    '/blank': '<body style="background: #fed"><p hidden>nothing yet</p>',
    '/slow': '<h1>slow</h1><img src="/never">',
    '/never': () => undefined,
    '/39000': `<body style="margin:0">${bands(39_000)}`,
    '/100000': `<body style="margin:0">${bands(100_000)}`,
  });
});

beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
  for (const path of [root, folder]) chmodSync(path, 0o755);
  open = [];
});

afterEach(async () => {
  const groups = browserPids();
  await Promise.all(open.map((capturer) => capturer.close()));
  expect([...processesWith(folder), ...processesOfGroups(groups)]).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

afterAll(async () => {
  await site.close();
  rmSync(root, { recursive: true, force: true });
});

function make(options: CapturerOptions = {}): Capturer {
  const capturer = createCapturer({ tempDir: folder, ...options });
  open.push(capturer);
  return capturer;
}

/** Process ids of the test's browsers, without their helpers. */
function browserPids(): number[] {
  return processesWith(folder)
    .filter(({ command }) => !command.includes('--type='))
    .map(({ pid }) => pid);
}

test.each([
  [39_000, {}],
  [100_000, { maxPixels: 100_000_000, viewportSize: { width: 600, height: 800 } }],
])('a page of %i pixels is right from top to bottom', async (height, config) => {
  const capturer = make();
  const result = await capturer.capture({ url: site.url(`/${height}`), config });
  expect(result).toMatchObject({ ok: true, height, settled: true });
  const image = await decodeImage(result.ok ? result.image : new Uint8Array());
  const wrong = Array.from({ length: height / bandHeight }, (_, i) => i).filter((i) => {
    const expected = `#${Buffer.from(band(i)).toString('hex')}`;
    return [0, bandHeight - 1].some((y) => image.colour(500, i * bandHeight + y) !== expected);
  });
  expect(wrong).toEqual([]);
});

test('a first screenshot that equals the expected image needs no second one', async () => {
  const capturer = make();
  const capture = (expected?: Uint8Array) =>
    capturer.capture({ url: site.url('/'), config: {}, ...(expected && { expected }) });
  const first = await capture();
  if (!first.ok) throw new Error(first.log);
  const again = await capture(first.image);
  expect(again).toMatchObject({ ok: true, shots: 1, settled: true, image: first.image });
  expect(again.log).toContain('equal to the baseline');
  const other = Buffer.from(first.image);
  other[other.length - 1]! ^= 1;
  expect(await capture(other)).toMatchObject({ ok: true, shots: 2, settled: true, image: first.image });
});

test('a screenshot of one color is taken with a warning', async () => {
  const capturer = make();
  const warned = async (path: string): Promise<string[]> => {
    const outcome = await capturer.capture({ url: site.url(path), config: {} });
    return outcome.ok ? outcome.warnings.map(({ code }) => code) : [outcome.failure.message];
  };
  expect(await Promise.all([warned('/blank'), warned('/')])).toEqual([['blank'], []]);
});

test('stages are told as they come', async () => {
  const stages: string[] = [];
  await make().capture({ url: site.url('/'), config: {}, onStage: (stage) => stages.push(stage) });
  expect(stages).toEqual(['loading', 'settling', 'scrolling', 'shooting']);
});

test('captures beyond the limit wait for their turn, and an aborted one ends at once', async () => {
  const capturer = make({ concurrency: 1 });
  const controller = new AbortController();
  const stuck = capturer.capture({
    url: site.url('/slow'),
    config: {},
    signal: controller.signal,
    onStage: (stage) => stage === 'loading' && setTimeout(() => controller.abort(), 100),
  });
  const next = capturer.capture({ url: site.url('/'), config: {} });
  const start = performance.now();
  expect(await stuck).toMatchObject({ ok: false });
  expect(await next).toMatchObject({ ok: true });
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('a browser that dies is replaced, and its captures are tried again', async () => {
  const capturer = make();
  expect(await capturer.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
  const [pid] = browserPids();
  const pages = [0, 1].map(() =>
    capturer.capture({
      url: site.url('/slow'),
      config: { resourceTimeoutMs: 1_000 },
      onStage: (stage) =>
        stage === 'loading' &&
        pid !== undefined &&
        browserPids().includes(pid) &&
        process.kill(pid, 'SIGKILL'),
    }),
  );
  for (const result of await Promise.all(pages)) {
    expect(result).toMatchObject({ ok: true });
    expect(result.log).toContain('the browser ended; trying once more in a new one');
  }
  expect(browserPids()).not.toContain(pid);
});

test('a browser that hangs is replaced: it keeps no capture for ever', async () => {
  const capturer = make({ openPageTimeoutMs: 5_000 });
  expect(await capturer.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
  const [pid] = browserPids();
  process.kill(pid!, 'SIGSTOP');
  const result = await capturer.capture({ url: site.url('/'), config: {} });
  expect(result).toMatchObject({ ok: true });
  expect(result.log).toContain('the browser ended; trying once more in a new one');
  expect(browserPids()).not.toContain(pid);
});

test('a page that crashes is told at once, and the browser goes on', async () => {
  const capturer = make();
  expect(await capturer.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
  const [pid] = browserPids();
  let crashedAt = 0;
  const crashed = await capturer.capture({
    url: site.url('/slow'),
    config: {},
    onStage: (stage) => {
      if (stage !== 'loading') return;
      setTimeout(() => {
        crashedAt = performance.now();
        const pages = processesOfGroups([pid!]).filter(({ command }) => command.includes('--type=renderer'));
        for (const page of pages) process.kill(page.pid, 'SIGKILL');
      }, 500);
    },
  });
  expect(crashed).toMatchObject({ ok: false, failure: { reason: 'page_crashed' } });
  expect(performance.now() - crashedAt).toBeLessThan(2_000);
  expect(await capturer.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
  expect(browserPids()).toEqual([pid]);
});

test('a browser is replaced after so many captures', async () => {
  const capturer = make({ recycle: { captures: 2 } });
  const pids = new Set<number>();
  for (let i = 0; i < 4; i++) {
    await capturer.capture({
      url: site.url('/'),
      config: {},
      onStage: () => browserPids().forEach((pid) => pids.add(pid)),
    });
  }
  expect(pids.size).toBe(2);
});

test('the browser never runs as root', async () => {
  const capturer = make();
  await capturer.capture({ url: site.url('/'), config: {} });
  const users = processesOfGroups(browserPids()).map(({ uid }) => uid);
  expect(users.length).toBeGreaterThan(3);
  expect(users).not.toContain(0);
});

test('files are captured where that is allowed, also those that only this user may read', async () => {
  const secret = mkdtempSync(join(tmpdir(), 'private-'));
  writeFileSync(join(secret, 'page.html'), '<link rel="stylesheet" href="style.css"><h1>file</h1>', {
    mode: 0o600,
  });
  writeFileSync(join(secret, 'style.css'), 'body { background: #00ff00 }', { mode: 0o600 });
  try {
    const url = pathToFileURL(join(secret, 'page.html')).href;
    const result = await make({ allowFileUrls: true }).capture({ url, config: {} });
    expect(result.log).toMatch(/ok|200 text\/css/);
    const image = await decodeImage(result.ok ? result.image : new Uint8Array());
    expect(image.colour(600, 600)).toBe('#00ff00');
    const missing = await make({ allowFileUrls: true }).capture({ url: `${url}x`, config: {} });
    expect(missing).toMatchObject({ ok: false, failure: { reason: 'http_status', httpStatus: 404 } });
  } finally {
    rmSync(secret, { recursive: true });
  }
});

test('a browser that does not start is an error that says what to do', async () => {
  const notes = join(folder, 'not-a-browser');
  writeFileSync(notes, '#!/bin/sh\necho cannot open display >&2\nexit 3\n', { mode: 0o755 });
  const capturer = make({ browserPath: notes });
  const failing = capturer.capture({ url: site.url('/'), config: {} }).finally(() => rmSync(notes));
  await expect(failing).rejects.toMatchObject({
    code: 'browser_missing',
    message: expect.stringMatching(/does not start: cannot open display\. .*DPXDT_BROWSER_PATH/) as string,
  });
});
