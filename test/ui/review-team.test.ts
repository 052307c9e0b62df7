import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { closePage, launchBrowser, openPage, press } from './support/review-page.ts';
import { sampleImages, seedRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startReviewServer();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await closePage(page);
});

async function open(address: string): Promise<Page> {
  const page = await openPage(browser, server.url + address, { width: 1200, height: 700 });
  pages.push(page);
  return page;
}

test('an older attempt names the newer one; the history of attempts opens at its button', async () => {
  const { before, after } = await sampleImages();
  const buildId = (await server.client.createBuild({ name: 'Attempts', isPublic: false })).build.id;
  const seed = { buildId, name: 'r', runs: [{ name: 'a', before, after }] };
  const older = await seedRelease(server.client, seed);
  await seedRelease(server.client, seed);
  const page = await open('/build?id=' + String(buildId));
  // The list of attempts arrives after its menu was opened.
  let answer = () => {};
  const opened = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/releases\?.*release_name/, async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto(server.url + older.address);
  const button = page.getByRole('button', { name: 'History of attempts' });
  await button.click();
  answer();
  const menu = page.getByRole('menu');
  await menu.getByText('#1').waitFor();
  const [at, place] = [(await button.boundingBox())!, (await menu.boundingBox())!];
  expect(place.y - at.y - at.height).toBeGreaterThanOrEqual(0);
  expect(place.y - at.y - at.height, 'right below its button').toBeLessThan(20);
  expect(place.height, 'with room for both').toBeGreaterThan(60);
  await page.keyboard.press('Escape');
  await page.getByText('#2 is newer. This attempt is read-only.').waitFor();
  expect(await page.getByRole('button', { name: 'Mark good' }).count()).toBe(0);
  await page.goto(server.url + older.runAddress('a'));
  await page.getByText('Read-only: #2 is newer').last().waitFor();
  await press(page, 'y');
  expect((await server.client.listRuns(older)).runs.verdict).toEqual(['none']);
  await page.getByRole('button', { name: 'Decide anyway' }).click();
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
});
