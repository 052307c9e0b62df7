import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { iconPng, plainPng } from '../support/sample-pages.ts';
import { SampleReport } from '../support/sample-report.ts';
import { tallReport } from '../support/sample-scenes.ts';
import { colourAt, drawn, openReport, press } from './report-page.ts';
import { launchBrowser } from './support/review-page.ts';
import { givePage } from './support/page-pool.ts';

const blue = [29, 78, 216, 255];
const red = [185, 28, 28, 255];

let browser: Browser;
let folder: string;
let path: string;
let tall: string;
let page: Page | undefined;

/** One image all blue, one all red: every pixel says which of them it is from. */
async function colourReport(): Promise<SampleReport> {
  const sample = new SampleReport();
  const box = { left: 700, top: 500, width: 40, height: 30, colour: '#b91c1c' };
  const other = { left: 40, top: 900, width: 60, height: 60, colour: '#b91c1c' };
  const before = await plainPng(1600, 1200, '#1d4ed8');
  await sample.add({ name: 'all', before, after: await plainPng(1600, 1200, '#b91c1c') });
  await sample.add({ name: 'boxes', before, after: await plainPng(1600, 1200, '#1d4ed8', [box, other]) });
  await sample.add({
    name: 'shorter',
    before: await plainPng(1000, 800, '#1d4ed8'),
    after: await plainPng(900, 400, '#1d4ed8'),
  });
  await sample.add({ name: 'icon', before: await iconPng('#0b63b0'), after: await iconPng('#a3122b') });
  return sample;
}

const at = (name: string, more = '') => `#test=${name}${more}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-viewer-'));
  [browser, path, tall] = await Promise.all([
    launchBrowser(),
    colourReport().then((sample) => sample.write(join(folder, 'colours'))),
    tallReport().then((sample) => sample.write(join(folder, 'tall'))),
  ]);
});

afterEach(async () => {
  if (page !== undefined) await givePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(file: string, hash: string, size: { width?: number; height?: number } = {}) {
  page = await openReport(browser, file, { hash, ...size });
  return page;
}

const panes = (page: Page) => page.$$eval('.pane', (all) => all.map((pane) => pane.dataset.kind));
const zoom = (page: Page) => page.locator('.zoom').innerText();
// Scaled images are a step off here and there.
const isReddish = ([red, , blue]: number[]) => red! > 170 && blue! < 50;
const isBlueish = ([red, , blue]: number[]) => red! < 50 && blue! > 200;
const isPinkish = ([red, green, blue]: number[]) => red! > 200 && green! < 120 && blue! > 90 && blue! < 200;

describe('views', () => {
  test('each view shows the right image at the same spot', async () => {
    const page = await open(path, at('all', '&at=0,0,1'));
    expect(await panes(page)).toEqual(['before', 'diff', 'after']);
    expect(await colourAt(page, 0, 100, 100)).toEqual(blue);
    expect(await colourAt(page, 1, 100, 100)).toSatisfy(isPinkish);
    expect(await colourAt(page, 2, 100, 100)).toEqual(red);

    await press(page, '1');
    expect(await panes(page)).toEqual(['before']);
    expect(await colourAt(page, 0, 100, 100)).toEqual(blue);
    await press(page, 'f');
    expect(await panes(page)).toEqual(['diff']);
    expect(await colourAt(page, 0, 100, 100)).toSatisfy(isPinkish);
    await press(page, 'f');
    expect(await colourAt(page, 0, 100, 100)).toEqual(red);
    await press(page, 'f');
    expect(await panes(page)).toEqual(['before']);

    await press(page, 'd');
    const masked = await colourAt(page, 0, 100, 100);
    expect(masked[0]).toBeGreaterThan(blue[0]! + 60);
    await press(page, 'd');

    await press(page, 't');
    const mixed = await colourAt(page, 0, 100, 100);
    expect(Math.abs(mixed[0]! - (blue[0]! + red[0]!) / 2)).toBeLessThan(3);

    await press(page, 's');
    expect(await panes(page)).toEqual(['before', 'diff', 'after']);
  });

  test('swipe: the line is a slider, moved by keys and by hand', async () => {
    const page = await open(path, at('all', '&view=swipe&at=0,0,1'));
    const width = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => canvas.clientWidth);
    expect(await colourAt(page, 0, width / 2 - 40, 300)).toEqual(blue);
    expect(await colourAt(page, 0, width / 2 + 40, 300)).toEqual(red);
    const slider = page.getByRole('slider', { name: 'Swipe line' });
    await slider.focus();
    await press(page, 'Home');
    expect(await slider.getAttribute('aria-valuetext')).toBe('Before 0 %, after 100 %');
    expect(await colourAt(page, 0, 60, 300)).toEqual(red);
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 700, box.y + 5);
    await page.mouse.up();
    await drawn(page);
    expect(await colourAt(page, 0, 600, 300)).toEqual(blue);
  });

  test('blink waits for the person who wants less motion, then turns about once a second', async () => {
    const page = await open(path, at('all', '&view=blink&at=0,0,1'));
    expect(await page.locator('.pane-button').innerText()).toBe('Play');
    expect(await colourAt(page, 0, 100, 100)).toEqual(blue);
    await press(page, 'b');
    for (const [side, wanted] of [
      ['after', red],
      ['before', blue],
    ] as const) {
      await page.waitForFunction(
        ([side, wanted]) => {
          const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-pane="0"]')!;
          const pixel = canvas.getContext('2d')!.getImageData(100, 100, 1, 1).data;
          return document.querySelector(`[data-blink="${side}"]`) !== null && [...pixel].join() === wanted;
        },
        [side, wanted.join()],
      );
    }
    await press(page, 'Escape');
    expect(await panes(page)).toHaveLength(3);
  });

  test('a narrow window has fewer panes', async () => {
    const middle = await open(path, at('all'), { width: 1000 });
    expect(await panes(middle)).toEqual(['before', 'after']);
    await middle.setViewportSize({ width: 390, height: 800 });
    await middle.waitForFunction(() => document.querySelectorAll('.pane').length === 1);
    expect(await panes(middle)).toEqual(['diff']);
    expect(await middle.locator('[data-view="diff"]').getAttribute('aria-checked')).toBe('true');
  });
});

describe('zoom and place', () => {
  test('keys: fit width, whole page, 100 %, in and out, pan', async () => {
    const page = await open(path, at('all', '&view=after'));
    await press(page, 'z');
    expect(await zoom(page)).toBe('100 %');
    await press(page, '+');
    expect(await zoom(page)).toBe('125 %');
    await press(page, '-', '-');
    expect(await zoom(page)).toBe('80 %');
    await press(page, 'a');
    expect(await page.getByRole('button', { name: 'Whole page' }).getAttribute('aria-pressed')).toBe('true');
    await press(page, '0');
    const width = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => canvas.clientWidth);
    expect(await zoom(page)).toBe(`${Math.round(width / 16)} %`);
  });

  test('Ctrl and wheel zooms at the pointer, wheel scrolls, drag pans: all panes alike', async () => {
    const page = await open(path, at('boxes', '&at=600,400,1'));
    // The box begins at 700, 500: 100 px from the corner of each pane.
    expect(await colourAt(page, 0, 105, 105)).toEqual(blue);
    expect(await colourAt(page, 2, 105, 105)).toEqual(red);
    const third = (await page.locator('canvas[data-pane="2"]').boundingBox())!;
    await page.mouse.move(third.x + 100, third.y + 100);
    await page.keyboard.down('Control');
    for (let step = 0; step < 4; step++) await page.mouse.wheel(0, -50);
    await page.keyboard.up('Control');
    await drawn(page);
    expect(await zoom(page)).toBe('175 %');
    expect(await colourAt(page, 2, 103, 103), 'the point under the pointer stays').toSatisfy(isReddish);
    expect(await colourAt(page, 2, 96, 96)).toSatisfy(isBlueish);
    await page.mouse.wheel(0, 60);
    await drawn(page);
    expect(await colourAt(page, 2, 103, 45)).toSatisfy(isReddish);
    await page.mouse.down();
    await page.mouse.move(third.x + 130, third.y + 120);
    await page.mouse.up();
    await drawn(page);
    expect(await colourAt(page, 2, 133, 66)).toSatisfy(isReddish);
    expect(await colourAt(page, 2, 126, 59)).toSatisfy(isBlueish);
  });

  test('from 800 % on there is the colour under the pointer on both sides', async () => {
    const page = await open(path, at('boxes', '&view=after&at=695,495,16'));
    await page.mouse.move(0, 0);
    const box = (await page.locator('canvas[data-pane="0"]').boundingBox())!;
    await page.mouse.move(box.x + 16 * 6.5, box.y + 16 * 6.5);
    await page.locator('.readout').waitFor();
    expect(await page.locator('.readout').innerText()).toMatch(
      /701, 501\s+before\s+#1d4ed8\s+after\s+#b91c1c/,
    );
  });

  test('small images are not blown up, big steps have hard edges', async () => {
    const page = await open(path, at('icon'));
    expect(await zoom(page)).toBe('100 %');
    await page.goto(`file://${path}${at('icon', '&view=after&at=0,0,32')}`);
    await drawn(page);
    const corner = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => ({
      x: canvas.clientWidth / 2 - 256,
      y: canvas.clientHeight / 2 - 256,
    }));
    expect((await colourAt(page, 0, corner.x - 4, corner.y - 4))[3], 'outside').toBe(0);
    const inside = await colourAt(page, 0, corner.x + 4, corner.y + 4);
    expect(inside[3], 'transparent pixels show the checkerboard').toBe(255);
  });
});

describe('regions', () => {
  test('period and comma go round, say so, and the address keeps the place', async () => {
    const page = await open(path, at('boxes'));
    await press(page, '.');
    expect(await page.locator('[role="status"]').innerText()).toBe('Region 1 of 2');
    await press(page, '.');
    expect(page.url()).toContain('&region=2');
    await press(page, '.');
    expect(page.url()).toContain('&region=1');
    await press(page, ',');
    expect(await page.locator('.toolbar').innerText()).toContain('2 of 2');
    await press(page, 'i');
    expect(await page.locator('.regions [aria-current]').innerText()).toContain('60 × 60 at 40, 900');
    await page.reload();
    await drawn(page);
    expect(await page.locator('.toolbar').innerText()).toContain('2 of 2');
  });

  test('the region stands in the middle of the pane, outlined twice', async () => {
    const page = await open(path, at('boxes', '&view=after&region=1'));
    const place = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => ({
      x: canvas.clientWidth / 2,
      y: canvas.clientHeight / 2,
    }));
    expect(await colourAt(page, 0, place.x, place.y)).toEqual(red);
  });
});

describe('sizes', () => {
  test('the part that one image does not have is hatched and told', async () => {
    const page = await open(path, at('shorter', '&at=0,0,0.5'));
    expect(await page.locator('.pane[data-kind="after"] .pane-note').innerText()).toBe(
      '400 px shorter, 100 px narrower',
    );
    expect(await page.locator('.pane[data-kind="before"] .pane-note').count()).toBe(0);
    expect(await colourAt(page, 0, 100, 300)).toEqual(blue);
    const hatch = await colourAt(page, 2, 100, 300);
    expect(Math.max(...hatch.slice(0, 3)) - Math.min(...hatch.slice(0, 3)), 'grey').toBeLessThan(20);
  });

  test('1280 × 20,000: map, regions to the end, full sharpness there', async () => {
    const page = await open(tall, at('tall'));
    const map = page.getByRole('scrollbar', { name: 'Map of the page' });
    expect(await map.getAttribute('aria-valuenow')).toBe('0');
    const ticks = await map.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(width >> 1, 0, 1, height);
      const rows: number[] = [];
      for (let row = 0; row < height; row++) {
        if (data[row * 4] === 255 && data[row * 4 + 1] === 45 && data[row * 4 + 2] === 155)
          rows.push(row / height);
      }
      return rows;
    });
    for (const share of [240 / 20_000, 9_930 / 20_000, 19_740 / 20_000])
      expect(ticks.some((row) => Math.abs(row - share) < 0.01)).toBe(true);

    await press(page, '3', '0', ',');
    expect(await map.getAttribute('aria-valuenow')).toBe('100');
    await press(page, 'z');
    await page.waitForFunction(() => document.querySelector('.zoom')?.textContent === '100 %');
    await press(page, ',', '.');
    await page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-pane="0"]')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      for (let pixel = 0; pixel < data.length; pixel += 4)
        if (data[pixel] === 185 && data[pixel + 1] === 28 && data[pixel + 2] === 28) return true;
      return false;
    });
    await press(page, 'Home');
    expect(await map.getAttribute('aria-valuenow')).toBe('0');
    await press(page, 'Space');
    expect(Number(await map.getAttribute('aria-valuenow'))).toBeGreaterThan(2);
    const box = (await map.locator('canvas').boundingBox())!;
    await page.mouse.click(box.x + 10, box.y + box.height / 2);
    await drawn(page);
    expect(Number(await map.getAttribute('aria-valuenow'))).toBeGreaterThan(45);
  });
});
