import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
} from './support/review-page.ts';
import { sampleImages, seedRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
  server = await startReviewServer();
});
afterAll(async () => {
  await leaveBrowser(browser);
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

test('the dialogs that ask for words have the cursor in their field', async () => {
  const { before } = await sampleImages();
  const buildId = (await server.client.createBuild({ name: 'Words', isPublic: false })).build.id;
  const failure = { reason: 'http_status', message: 'The page answered with status 500.' };
  const seed = { buildId, name: 'r', runs: [{ name: '/down', before, after: null, failure }] };
  const release = await seedRelease(server.client, seed);
  const page = await open(release.address);
  await press(page, 'j', 'y');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const isInField = () => page.evaluate(() => document.activeElement?.matches('dialog input'));
  expect(await isInField(), 'the reason').toBe(true);
  await press(page, 'Escape');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Review under your name…' }).click();
  await dialog.waitFor();
  expect(await isInField(), 'the name').toBe(true);
});

test('a failure is accepted with a reason, and approvals are counted, by key', async () => {
  const { before, after } = await sampleImages();
  const { client } = server;
  const buildId = (await client.createBuild({ name: 'Two', isPublic: false })).build.id;
  await client.updateBuild({ buildId, approvals: 2 });
  const failure = { reason: 'http_status', message: 'The page answered with status 500.' };
  const runs = [
    { name: 'a', before, after },
    { name: 'down', after: null, failure },
  ];
  const release = await seedRelease(client, { buildId, name: 'r', runs });
  const page = await open(release.runAddress('a'));
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await press(page, 'y');
  await page.waitForURL(/test=down/);
  await page.getByRole('button', { name: 'Accept the failure…' }).waitFor();
  await press(page, 'y');
  await page.getByLabel('Reason for accepting the failure').fill('is being rebuilt');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await client.listRuns(release)).runs.approvals, { timeout: 20_000 })
    .toEqual([1, 1]);
  await page.goto(server.url + release.address);
  const counted = page.getByText('1 of 2 approvals').filter({ visible: true }).first();
  for (const width of [390, 1024, 1200]) {
    await page.setViewportSize({ width, height: 700 });
    await counted.waitFor();
  }
  await page.getByRole('button', { name: 'Mark good' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 runs').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('link', { name: '1 run', exact: true }).click();
  await page.waitForURL(/show=failed/);
  await client.updateBuild({ buildId, approvals: 1 });
  expect((await client.listRuns(release)).counts, 'one is enough now').toMatchObject({
    accepted: 1,
    approved: 1,
  });
  const runId = (await client.listRuns(release)).runs.id[1]!;
  await client.reviewRun({ ...release, runId, verdict: 'none', operationId: 'again' });
  await page.goto(server.url + release.address);
  await page.getByRole('button', { name: 'Accept…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('is being rebuilt');
  await page.keyboard.press('Enter');
  await page.locator('.state-mark', { hasText: 'Failed, accepted' }).waitFor();
  await expect
    .poll(async () => (await client.listRuns(release)).counts.accepted, { timeout: 20_000 })
    .toBe(1);
});
