/** The run page: time until the next image is shown, smoothness of movement, memory. */
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser, loaded } from '../../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../../test/ui/support/review-server.ts';
import { tallPngs } from '../../test/ui/support/run-scenes.ts';
import { seedRelease, seedRun, type SeededRelease } from '../../test/ui/support/seed.ts';
import { plainPng } from '../../test/support/sample-pages.ts';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { childrenOf, treeMemoryMiB } from './tree-memory.ts';

interface Figure {
  what: string;
  unit: string;
  value: number;
  /** Maximum acceptable value. */
  atMost: number;
}

const quick = process.argv.includes('--quick');
const runs = quick ? 30 : 210;
const settleMs = 1_500;

const server = await startReviewServer();
const browser = await launchBrowser();
try {
  const release = await seedRuns(server, runs);
  const only = process.argv.find((word) => /^(next|movement|memory)$/.test(word));
  const figures = [
    ...(only === undefined || only === 'next' ? await nextImage(browser, release) : []),
    ...(only === undefined || only === 'movement' ? await movement(browser, release) : []),
    ...(only === undefined || only === 'memory' ? await memory(release) : []),
  ];
  report(figures);
} finally {
  await browser.close();
  await server.close();
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

async function openRun(browser: Browser, release: SeededRelease, name: string, more = ''): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(server.url + release.runAddress(name) + more);
  await loaded(page);
  return page;
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

async function nextImage(browser: Browser, release: SeededRelease): Promise<Figure[]> {
  const page = await openRun(browser, release, 'run 000');
  const nameOf = (index: number) => `run ${String(index).padStart(3, '0')}`;
  const ahead: number[] = [];
  const steps = Math.min(60, runs - 12);
  for (let index = 1; index <= steps; index++) {
    await page.waitForTimeout(settleMs);
    ahead.push(await timeTo(page, nameOf(index), () => page.keyboard.press('j')));
  }
  const cold: number[] = [];
  for (let index = steps + 4; index < Math.min(runs, steps + 104); index += 5) {
    const row = page.locator(`.run-row[href*="${encodeURIComponent(nameOf(index)).replace('%20', '+')}"]`);
    await page.evaluate(() => document.querySelector('.run-sidebar-list')!.scrollBy(0, 320));
    await row.waitFor();
    cold.push(await timeTo(page, nameOf(index), () => row.click()));
    await page.waitForTimeout(300);
  }
  await page.close();
  return [
    { what: 'key to next image, fetched ahead (p95)', unit: 'ms', value: p95(ahead), atMost: 100 },
    { what: 'key to next image, fetched ahead (median)', unit: 'ms', value: median(ahead), atMost: 100 },
    { what: 'click to an image not fetched ahead (p95)', unit: 'ms', value: p95(cold), atMost: 400 },
    { what: 'click to an image not fetched ahead (median)', unit: 'ms', value: median(cold), atMost: 400 },
  ];
}

/** Frame times while the panes move in every frame. */
async function movement(browser: Browser, release: SeededRelease): Promise<Figure[]> {
  const page = await openRun(browser, release, 'tall 8000');
  await page.waitForTimeout(settleMs);
  const move = (kind: 'pan' | 'zoom') =>
    page.evaluate(async (kind) => {
      const canvas = document.querySelector('canvas[data-pane="1"]')!;
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      const deltas: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      for (let frame = 0; frame < 240; frame++) {
        const isBack = frame % 120 >= 60;
        const deltaY = (kind === 'pan' ? 45 : -25) * (isBack ? -1 : 1);
        canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, ctrlKey: kind === 'zoom' }));
        const now = await new Promise<number>(requestAnimationFrame);
        deltas.push(now - last);
        last = now;
      }
      return deltas;
    }, kind);
  const pan = await move('pan');
  await page.waitForTimeout(settleMs);
  const zoom = await move('zoom');
  await page.close();
  return [
    { what: 'pan of three panes of 1280 × 8,000, a frame (p95)', unit: 'ms', value: p95(pan), atMost: 25 },
    { what: 'zoom of three panes of 1280 × 8,000, a frame (p95)', unit: 'ms', value: p95(zoom), atMost: 25 },
    { what: 'longest frame of both', unit: 'ms', value: Math.max(...pan, ...zoom), atMost: 1_000 },
  ];
}

/** Memory of all processes of a separate browser, minus that with an empty tab. */
async function memory(release: SeededRelease): Promise<Figure[]> {
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

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)]!;
}

function report(figures: readonly Figure[]): void {
  const rows = figures.map(
    ({ what, unit, value, atMost }) =>
      `| ${what} | ${value.toFixed(value < 100 ? 1 : 0)} ${unit} | ≤ ${atMost} | ${value <= atMost ? 'hit' : '**miss**'} |`,
  );
  const text = [
    '## Review UI: images',
    '',
    `\`node bench/ui/images.ts\`: the run page in Chromium with software drawing, against a server on the same machine. ${runs} runs of 1280 × 2,400 with their images.`,
    '',
    '| what | measured | target | |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `<sub>${new Date().toISOString().slice(0, 10)}, ${describeMachine()}, commit ${describeCommit()}, load ${recentLoad().toFixed(1)}${quick ? ', a sketch' : ''}</sub>`,
  ].join('\n');
  console.log(text);
  if (!quick && figures.length > 7) writeResultsSection('ui-images', text);
}
