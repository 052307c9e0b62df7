/** The run page: time until the next image is shown, smoothness of movement, memory. */
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser, loaded } from '../../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../../test/ui/support/review-server.ts';
import { tallPngs } from '../../test/ui/support/run-scenes.ts';
import { seedRelease, seedRun, type SeededRelease } from '../../test/ui/support/seed.ts';
import { plainPng } from '../../test/support/sample-pages.ts';
import { median } from '../machine.ts';
import { p95, table, type Figure } from './figures.ts';
import { onMainThread } from './main-thread.ts';
import { childrenOf, treeMemoryMiB } from './tree-memory.ts';

const settleMs = 1_500;

/** Markdown lines. */
export async function measureRunPage({ runs }: { runs: number }): Promise<string[]> {
  const server = await startReviewServer();
  const browser = await launchBrowser();
  try {
    const release = await seedRuns(server, runs);
    const open = openerOf(server, release);
    return table([
      ...(await nextImage(browser, await open(browser, 'run 000'), runs)),
      ...(await movement(browser, await open(browser, 'tall 8000'))),
      ...(await memory(server, release, runs)),
    ]);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Runs with distinct images of 1280 × 2,400, one of 1280 × 8,000 and one of 1280 × 20,000. */
async function seedRuns({ client }: ReviewServer, count: number): Promise<SeededRelease> {
  const release = await seedRelease(client, { buildId: 1, name: 'images', runs: [], done: false });
  for (let index = 0; index < count; index++) {
    const grey = await noise(1280, 2_400, index);
    const box = { left: 200 + index, top: 300, width: 300, height: 120 };
    const mark = await plainPng(box.width, box.height, '#b91c1c');
    const after = await sharp(grey)
      .composite([{ input: mark, left: box.left, top: box.top }])
      .png({ compressionLevel: 1 })
      .toBuffer();
    await seedRun(client, release, { name: `run ${String(index).padStart(3, '0')}`, before: grey, after });
  }
  for (const rows of [8_000, 20_000]) {
    await seedRun(client, release, { name: `tall ${rows}`, ...(await tallPngs(rows)) });
  }
  return release;
}

/** Gray blocks that differ between images, so that they do not compress to nothing. */
async function noise(width: number, height: number, seed: number): Promise<Buffer> {
  const small = { width: Math.ceil(width / 8), height: Math.ceil(height / 8) };
  const pixels = new Uint8Array(small.width * small.height * 3);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = 200 + (state >>> 27);
  }
  return sharp(pixels, { raw: { ...small, channels: 3 } })
    .resize(width, height, { kernel: 'nearest' })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function openerOf({ url }: ReviewServer, release: SeededRelease) {
  return async (browser: Browser, name: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(url + release.runAddress(name));
    await loaded(page);
    return page;
  };
}

/** Milliseconds from an action to the frame after the one that shows the named run sharp. */
async function timeTo(page: Page, name: string, act: () => Promise<void>): Promise<number> {
  await page.evaluate((name) => {
    const measure = window as unknown as { startedAt: number; took: number | null };
    measure.took = null;
    measure.startedAt = Infinity;
    const start = (event: Event) => (measure.startedAt = Math.min(measure.startedAt, event.timeStamp));
    addEventListener('keydown', start, { capture: true, once: true });
    addEventListener('click', start, { capture: true, once: true });
    const isThere = () =>
      document.querySelector('h1 .cut')?.getAttribute('title') === name &&
      document.querySelector('.run-viewer')?.getAttribute('data-pending') === 'false' &&
      document.querySelector('canvas[data-pane]') !== null &&
      document.querySelector('[aria-busy="true"]') === null;
    const look = () => {
      if (measure.startedAt < Infinity && isThere())
        requestAnimationFrame((now) => (measure.took = now - measure.startedAt));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, name);
  await act();
  const took = await page.waitForFunction(() => (window as unknown as { took: number | null }).took);
  return (await took.jsonValue())!;
}

async function nextImage(browser: Browser, page: Page, runs: number): Promise<Figure[]> {
  const nameOf = (index: number) => `run ${String(index).padStart(3, '0')}`;
  const steps = Math.min(60, runs - 12);
  const { result: ahead, taskMs } = await onMainThread(browser, page, async () => {
    const times: number[] = [];
    for (let index = 1; index <= steps; index++) {
      await page.waitForTimeout(settleMs);
      times.push(await timeTo(page, nameOf(index), () => page.keyboard.press('j')));
    }
    return times;
  });
  const cold: number[] = [];
  for (let index = steps + 4; index < Math.min(runs, steps + 104); index += 5) {
    const row = page.locator(`.run-row[href*="${encodeURIComponent(nameOf(index)).replace('%20', '+')}"]`);
    await page.evaluate(() => document.querySelector('.sidebar-list')!.scrollBy(0, 320));
    await row.waitFor();
    cold.push(await timeTo(page, nameOf(index), () => row.click()));
    await page.waitForTimeout(300);
  }
  await page.close();
  return [
    {
      what: 'key to next image, fetched ahead, p95 (processor time: the longest task)',
      value: p95(ahead),
      atMost: 100,
      processorMs: Math.max(...taskMs),
    },
    { what: 'key to next image, fetched ahead, median', value: median(ahead), atMost: 100 },
    { what: 'click to an image not fetched ahead, p95', value: p95(cold), atMost: 400 },
    { what: 'click to an image not fetched ahead, median', value: median(cold), atMost: 400 },
  ];
}

/** Frame times while the panes move in every frame. */
async function movement(browser: Browser, page: Page): Promise<Figure[]> {
  await page.waitForTimeout(settleMs);
  const pan = await onMainThread(browser, page, () => moveInEveryFrame(page, 'pan'));
  await page.waitForTimeout(settleMs);
  const zoom = await onMainThread(browser, page, () => moveInEveryFrame(page, 'zoom'));
  await page.close();
  const perFrame = (taskMs: readonly number[]) => taskMs.reduce((sum, each) => sum + each, 0) / movedFrames;
  return [
    {
      what: 'pan of three panes of 1280 × 8,000, a frame, p95 (processor time: the mean)',
      value: p95(pan.result),
      atMost: 25,
      processorMs: perFrame(pan.taskMs),
    },
    {
      what: 'zoom of three panes of 1280 × 8,000, a frame, p95 (processor time: the mean)',
      value: p95(zoom.result),
      atMost: 25,
      processorMs: perFrame(zoom.taskMs),
    },
    { what: 'longest frame of both', value: Math.max(...pan.result, ...zoom.result), atMost: 1_000 },
  ];
}

const movedFrames = 240;

/** @returns milliseconds from each frame to the next */
function moveInEveryFrame(page: Page, kind: 'pan' | 'zoom'): Promise<number[]> {
  return page.evaluate(
    async ({ kind, frames }) => {
      const canvas = document.querySelector('canvas[data-pane="1"]')!;
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      const deltas: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      for (let frame = 0; frame < frames; frame++) {
        const isBack = frame % (frames / 2) >= frames / 4;
        const deltaY = (kind === 'pan' ? 45 : -25) * (isBack ? -1 : 1);
        canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, ctrlKey: kind === 'zoom' }));
        const now = await new Promise<number>(requestAnimationFrame);
        deltas.push(now - last);
        last = now;
      }
      return deltas;
    },
    { kind, frames: movedFrames },
  );
}

/** Memory of all processes of a separate browser, minus that with an empty tab. */
async function memory(server: ReviewServer, release: SeededRelease, runs: number): Promise<Figure[]> {
  const known = new Set(childrenOf(process.pid));
  const own = await launchBrowser();
  const [root] = childrenOf(process.pid).filter((pid) => !known.has(pid));
  const taken = () => treeMemoryMiB(root!);
  try {
    const page = await own.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto('about:blank');
    await page.waitForTimeout(settleMs);
    const empty = taken();
    await page.goto(server.url + release.runAddress('tall 20000'));
    await loaded(page);
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(60);
    }
    await page.waitForTimeout(settleMs);
    const tall = taken() - empty;
    await page.goto(server.url + release.runAddress('run 000'));
    await loaded(page);
    const half = Math.floor((runs - 2) / 2);
    const walk = async (count: number) => {
      for (let step = 0; step < count; step++) {
        await page.keyboard.press('j');
        await page.waitForTimeout(150);
      }
      await page.waitForTimeout(2 * settleMs);
      return taken() - empty;
    };
    const first = await walk(half);
    const second = await walk(half);
    return [
      {
        what: 'memory with three panes of 1280 × 20,000, scrolled through',
        unit: 'MiB',
        value: tall,
        atMost: 300,
      },
      { what: `memory after ${half} runs`, unit: 'MiB', value: first, atMost: 450 },
      { what: `more of it after ${2 * half} runs`, unit: 'MiB', value: second - first, atMost: 40 },
    ];
  } finally {
    await own.close();
  }
}
