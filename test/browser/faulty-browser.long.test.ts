import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCapturer, type CapturerOptions } from '../../src/adapters/browser/capturer.ts';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { makeFaultyBrowser, type FaultPlan } from '../support/faulty-browser.ts';
import { processesWith } from '../support/leftovers.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

let site: PageServer;
/** `bin` holds the faulty browser, `temp` the folders of browsers. */
let root: string;
let temp: string;
let capturer: Capturer | undefined;
let rejections: unknown[];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  site = await servePages({ '/': '<h1>hello</h1>' });
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'faulty-'));
  temp = join(root, 'temp');
  mkdirSync(temp);
  for (const path of [root, temp]) chmodSync(path, 0o755);
  rejections = [];
  process.on('unhandledRejection', onRejection);
});

afterEach(async () => {
  await capturer?.close();
  capturer = undefined;
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
  expect(processesWith(temp)).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

afterAll(() => site.close());

async function make(
  plan: Omit<FaultPlan, 'browsers'>,
  browsers: number,
  openPageTimeoutMs = 3_000,
): Promise<Capturer> {
  const { path } = await findBrowser(undefined);
  const options: CapturerOptions = {
    browserPath: makeFaultyBrowser(root, path, { ...plan, browsers }),
    tempDir: temp,
    openPageTimeoutMs,
  };
  capturer = createCapturer(options);
  return capturer;
}

const faults = (['refuse', 'hang'] as const).flatMap((fault) => [
  { fault, session: 'browser', method: 'Target.setAutoAttach' } as const,
  { fault, session: 'page', method: 'Target.setAutoAttach' } as const,
  { fault, session: 'browser', method: 'Target.setDiscoverTargets' } as const,
  { fault, session: 'browser', method: 'Target.createBrowserContext' } as const,
  { fault, session: 'page', method: 'Network.enable' } as const,
]);

test.each(faults)('$method on the $session: one browser that does $fault is replaced', async (plan) => {
  const faulty = await make(plan, 1);
  const both = await Promise.all([0, 1].map(() => faulty.capture({ url: site.url('/'), config: {} })));
  for (const outcome of both) {
    expect(outcome, outcome.log).toMatchObject({ ok: true });
    expect(outcome.log).toMatch(
      /note +the browser (ended|does not work \(.*\)); trying once more in a new one/,
    );
  }
  expect(await faulty.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
});

test.each(faults.filter(({ method }) => method === 'Target.setAutoAttach'))(
  '$method on the $session: browsers that always $fault fail the capture, and it ends',
  async (plan) => {
    const faulty = await make(plan, 1_000);
    const outcome = await faulty.capture({ url: site.url('/'), config: {} });
    expect(outcome, outcome.log).toMatchObject({ ok: false, failure: { reason: 'page_crashed' } });
    expect(outcome.log).toMatch(/result +failed: page_crashed: /);
    await faulty.close();
    expect(readdirSync(temp)).toEqual([]);
  },
);

test.each([0, 500])(
  'close does not wait for a browser that hangs while it is set up, %i ms on',
  async (ms) => {
    const faulty = await make(
      { fault: 'hang', session: 'browser', method: 'Target.setAutoAttach' },
      1_000,
      60_000,
    );
    const pending = faulty.capture({ url: site.url('/'), config: {} }).catch((error: unknown) => error);
    while (processesWith(temp).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, ms));
    const start = performance.now();
    await faulty.close();
    expect(performance.now() - start).toBeLessThan(25_000);
    const outcome = await pending;
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'unavailable' });
    else expect(outcome).toMatchObject({ ok: false });
  },
);

test('a folder that cannot be removed is told, and the captures go on', async () => {
  const notices: string[] = [];
  const stubborn = createCapturer({
    tempDir: temp,
    recycle: { captures: 1 },
    onNotice: (sentence) => notices.push(sentence),
  });
  capturer = stubborn;
  const spoiled: string[] = [];
  const capture = () =>
    stubborn.capture({
      url: site.url('/'),
      config: {},
      onStage: (stage) => {
        if (stage !== 'loading' || spoiled.length > 0) return;
        spoiled.push(...readdirSync(temp).map((name) => join(temp, name)));
        nestTooDeep(spoiled[0]!);
      },
    });
  expect(await capture()).toMatchObject({ ok: true });
  expect(await capture()).toMatchObject({ ok: true });
  await stubborn.close();
  const [folder] = spoiled;
  expect(notices.filter((notice) => notice.includes(folder!))).toEqual([
    `The browser's temporary folder ${folder} cannot be removed (ENAMETOOLONG): remove it manually.`,
  ]);
  expect(readdirSync(temp).map((name) => join(temp, name))).toEqual([folder]);
  // Once the deep folder is gone, the next browser removes the rest.
  spawnSync('rm', ['-rf', join(folder!, deepFolder)]);
  capturer = createCapturer({ tempDir: temp });
  expect(await capturer.capture({ url: site.url('/'), config: {} })).toMatchObject({ ok: true });
  expect(readdirSync(temp).map((name) => join(temp, name))).not.toContain(folder);
});

const deepFolder = 'd'.repeat(200);

/** Nests folders deeper than the longest path, so that removing them by path fails. */
function nestTooDeep(folder: string): void {
  const script = `process.chdir(${JSON.stringify(folder)});
    for (let i = 0; i < 30; i++) { fs.mkdirSync('${deepFolder}'); process.chdir('${deepFolder}'); }`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
