import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alignmentOf, changeOf } from '../support/sample-moves.ts';
import { plainPng } from '../support/sample-pages.ts';
import { SampleReport } from '../support/sample-report.ts';
import { openReport, press, rowNames } from './report-page.ts';
import { leaveBrowser, sharedBrowser, sidewaysScroll } from './support/review-page.ts';
import { givePage } from './support/page-pool.ts';

let browser: Browser;
let folder: string;
let path: string;

const box = { left: 10, top: 10, width: 40, height: 12 };
const header = {
  ...changeOf({
    kind: 'changed',
    before: box,
    after: box,
    name: {
      selector: 'header > a',
      kind: 'changed',
      facts: [{ what: 'text', before: 'Sale', after: '<b>Clearance</b>' }],
    },
  }),
  fingerprint: `fp1:3f9c2a${'0'.repeat(26)}`,
};
const own = {
  ...changeOf({ kind: 'added', before: null, after: { ...box, top: 40 } }),
  fingerprint: `fp1:81d07b${'0'.repeat(26)}`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-report-'));
  browser = await sharedBrowser();
  const sample = new SampleReport();
  const [before, after] = await Promise.all([plainPng(120, 80, '#ffffff'), plainPng(120, 80, '#ddeeff')]);
  await sample.add({ name: 'cart', before, after, alignment: alignmentOf([], [own]) });
  await sample.add({ name: 'home', before, after, alignment: alignmentOf([], [header]) });
  await sample.add({
    name: 'search',
    before,
    after,
    alignment: alignmentOf([], [header], { complete: false }),
  });
  path = await sample.write(join(folder, 'changes'));
});

afterAll(async () => {
  await leaveBrowser(browser);
  await rm(folder, { recursive: true, force: true });
});

test('changes are listed once, the one with the most tests first, and choosing one shows its tests', async () => {
  const page = await openReport(browser, path);
  await press(page, 'Shift+G');
  expect(await page.locator('.change-words').allInnerTexts()).toEqual([
    'header > a: text "Sale" → "<b>Clearance</b>"',
    'Added, 40 × 12',
  ]);
  expect(await page.locator('.change-count').allInnerTexts()).toEqual([
    '3f9c2a · 2 tests · 1 only by name',
    '81d07b · 1 test',
  ]);
  await press(page, 'j', 'Enter');
  expect(page.url()).toMatch(/#change=3f9c2a$/);
  expect(await rowNames(page)).toEqual(['home', 'search']);
  expect(await page.locator('.chosen-change .command-text').allInnerTexts()).toEqual([
    'dpxdt approve tests/visual --change 3f9c2a',
    'dpxdt approve tests/visual search',
  ]);
  await press(page, 'Escape');
  expect(await rowNames(page)).toEqual(['cart', 'home', 'search']);
  await press(page, 'j', 'Enter', 'Shift+G');
  expect(await page.locator('.change-row').count()).toBe(2);
  await givePage(page);
});

test('a change that is long in one direction is shown at a size at which it can be read, also on a phone', async () => {
  const bar = { left: 40, top: 400, width: 1200, height: 40 };
  const red = { left: 40, top: 400, width: 30, height: 40, colour: '#b91c1c' };
  const sample = new SampleReport();
  await sample.add({
    name: 'shop',
    before: await plainPng(1280, 900, '#ffffff'),
    after: await plainPng(1280, 900, '#ffffff', [red, { ...bar, left: 70, width: 1170, colour: '#15803d' }]),
    alignment: alignmentOf([], [changeOf({ kind: 'added', before: null, after: bar })]),
  });
  const wide = await sample.write(join(folder, 'wide'));
  for (const width of [1440, 390, 320]) {
    const page = await openReport(browser, wide, { hash: '#list=changes', width });
    const piece = page.locator('.change-row canvas');
    expect(await piece.count(), 'a strip stands for the other side').toBe(1);
    // The first 30 of the 1,200 pixels, in device pixels of the crop.
    const redPixels = () =>
      piece.evaluate((canvas: HTMLCanvasElement) => {
        const middle = canvas.height / 2;
        const { data } = canvas.getContext('2d')!.getImageData(0, middle, canvas.width, 1);
        return Array.from({ length: canvas.width }, (_, x) => data.subarray(x * 4, x * 4 + 3)).filter(
          ([r, g, b]) => r! > 150 && g! < 60 && b! < 60,
        ).length;
      });
    await expect.poll(redPixels, { message: `at ${width} px` }).toBeGreaterThanOrEqual(30);
    expect(await sidewaysScroll(page)).toBe(0);
    await givePage(page);
  }
});
