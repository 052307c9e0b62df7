import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CaptureWarning } from '../../src/domain/capture/capture-warning.ts';
import { shopPng } from '../support/sample-pages.ts';
import { SampleReport } from '../support/sample-report.ts';
import { openReport } from './report-page.ts';
import {
  closePage,
  expectAccessible,
  launchBrowser,
  openPage,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { seedRelease, type SeededRelease } from './support/seed.ts';

/** More than are listed, one with markup in its address. */
const missing = Array.from({ length: 60 }, (_, index) => ({
  url: `https://shop.example/assets/${index === 1 ? '<img src=x onerror="window.hacked=1">' : `photo-${index}.png`}`,
  why: index === 0 ? 'still open after 60 seconds' : 'status 404',
}));

const warning: CaptureWarning = {
  code: 'selector_unmatched',
  selector: '.ad',
  sentence: 'mask: nothing matches ".ad<b>".',
};

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;
let page: Page | undefined;
const folder = mkdtempSync(join(tmpdir(), 'incomplete-'));

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
  const [home, other] = await Promise.all([
    shopPng({ width: 640, height: 900 }),
    shopPng({ width: 640, height: 900, title: 'Summer' }),
  ]);
  release = await seedRelease(server.client, {
    buildId: 1,
    name: '06-16-r01',
    runs: [
      { name: '/both', before: home, after: home, incomplete: missing.slice(0, 2), refIncomplete: missing },
      {
        name: '/differs',
        before: home,
        after: other,
        incomplete: missing.slice(0, 1),
        refIncomplete: [],
        warned: { warnings: [warning], browserVersion: 'Chromium 2.1' },
      },
      { name: '/whole', before: home, after: home, incomplete: [] },
    ],
  });
}, 60_000);

afterEach(async () => {
  if (page !== undefined) await closePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string, options: OpenOptions = {}): Promise<Page> {
  page = await openPage(browser, server.url + release.runAddress(name), options);
  return page;
}

test.each([1440, 390])('the run page warns and lists what did not arrive, %i pixels wide', async (width) => {
  const page = await open('/both', { width });
  const notices = page.locator('.run-incomplete .incomplete');
  expect(await notices.locator('summary').allInnerTexts()).toEqual([
    '2 parts of the page did not load',
    'Baseline: 60 parts of the page did not load',
  ]);
  await expectAccessible(page);
  await notices.nth(0).locator('summary').click();
  expect(await notices.nth(0).locator('li').allInnerTexts()).toEqual(
    missing.slice(0, 2).map(({ url, why }) => `${url} ${why}`),
  );
  await notices.nth(1).locator('summary').click();
  expect(await notices.nth(1).locator('li').count()).toBe(51);
  expect(await notices.nth(1).locator('li').last().innerText()).toBe('… and 10 more');
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  await expectAccessible(page);
});

test.each([1440, 390])(
  'warnings, and another browser than the baseline, are on both pages, %i px',
  async (width) => {
    const page = await open('/differs', { width });
    expect(await page.locator('.capture-warnings li').allInnerTexts()).toEqual([
      'mask: nothing matches ".ad<b>". selector_unmatched',
    ]);
    expect(await page.locator('.run-environment').innerText()).toBe('The browser changed from 1 to 2.');
    await expectAccessible(page);
    await page.goto(server.url + release.address);
    await page.getByText('The browser changed from 1 to 2: 1 of 1 differs.').waitFor();
    expect(await page.locator('main').innerText()).toMatch(/1 part missing · 1 warning/);
    await expectAccessible(page);
  },
);

test('a page that arrived whole has no warning', async () => {
  const page = await open('/whole');
  expect(await page.locator('.incomplete, .capture-warnings, .run-environment').count()).toBe(0);
});

test('the list of runs says it', async () => {
  page = await openPage(browser, server.url + release.address);
  const text = await page.locator('main').innerText();
  expect(text).toMatch(/62 parts missing/);
  expect(text).toMatch(/1 part missing/);
});

test('the local report lists what did not arrive', async () => {
  const sample = new SampleReport();
  const home = await shopPng({ height: 900 });
  const change = { incomplete: missing.slice(0, 50), incompleteCount: 60, warnings: [warning] };
  await sample.add({
    name: 'home',
    before: home,
    after: await shopPng({ height: 900, title: 'Other' }),
    change,
  });
  const path = await sample.write(join(folder, 'report'));
  page = await openReport(browser, path);
  expect(await page.locator('main').innerText()).toContain('60 parts missing · 1 warning');
  await page.locator('.test-row').first().click();
  const notice = page.locator('.incomplete');
  if ((await notice.count()) === 0) await page.keyboard.press('i');
  expect(await notice.locator('summary').innerText()).toBe('60 parts of the page did not load');
  expect(await page.locator('.capture-warnings li').innerText()).toContain(warning.sentence);
  await notice.locator('summary').click();
  expect(await notice.locator('li').count()).toBe(51);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
});
