import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  closePage,
  expectAccessible,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
  sidewaysScroll,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { sampleImages, seedRelease, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;
let page: Page;

beforeAll(async () => {
  server = await startReviewServer();
  browser = await sharedBrowser();
  const { build } = await server.client.createBuild({ name: 'Variants' });
  const { before, after } = await sampleImages();
  release = await seedRelease(server.client, {
    buildId: build.id,
    name: 'r01',
    runs: [
      { name: 'cart@desktop', before, after },
      { name: 'cart@phone@dark', before, after },
      { name: 'cart@phone@light', before, after: before },
      { name: 'home', before, after },
    ],
  });
});

afterAll(async () => {
  await leaveBrowser(browser);
  await server.close();
});
afterEach(() => closePage(page));

const names = () =>
  page
    .locator('.run-item .run-name .cut')
    .evaluateAll((all) => all.map((each) => each.getAttribute('title')));
const verdicts = async () => {
  const { runs } = await server.client.listRuns(release);
  return Object.fromEntries(runs.name.map((name, index) => [name, runs.verdict[index]]));
};

describe('variants of a page', () => {
  test('are one row with a switch, decided together, undone together', async () => {
    page = await openPage(browser, server.url + release.address);
    expect(await names()).toEqual(['cart@desktop', 'home']);
    await press(page, 'j', 'v');
    expect(await names()).toEqual(['cart@phone@dark', 'home']);
    await page.getByRole('button', { name: /^Variant phone · dark 2\/[23]/ }).waitFor();
    await expectAccessible(page);
    await press(page, 'y');
    await page.getByText('Approved 2 runs.').first().waitFor();
    await expect.poll(verdicts).toMatchObject({
      'cart@desktop': 'approved',
      'cart@phone@dark': 'approved',
      home: 'none',
    });
    await press(page, 'Control+z');
    await expect.poll(verdicts).toMatchObject({ 'cart@desktop': 'none', 'cart@phone@dark': 'none' });
  });

  test('are tabs over the images, decided one by one; all pages fit 320 px', async () => {
    page = await openPage(browser, `${server.url}${release.runAddress('cart@desktop')}`, {
      width: 320,
      height: 640,
    });
    const current = page.locator('.variant-tab[aria-current]');
    expect(await current.innerText()).toContain('desktop');
    await press(page, 'v');
    await expect.poll(() => current.innerText()).toContain('phone · dark');
    await page.getByRole('button', { name: 'Approve all 2' }).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await expectAccessible(page);
  });
});

describe('the command palette', () => {
  test('goes to a run and does an action by keyboard alone', async () => {
    page = await openPage(browser, server.url + release.address);
    await page.locator('.run-item').first().waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Go to a build' });
    await field.waitFor();
    await page.getByRole('option', { name: 'Settings of this build' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.type('list or grid');
    await page.keyboard.press('Enter');
    await page.locator('.runs[data-shape="card"]').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('cart dark');
    const chosen = page.locator('[role="option"][aria-selected="true"]');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/test=cart%40phone%40dark/);
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });
});
