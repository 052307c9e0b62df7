import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { closePage, expectAccessible, launchBrowser, openPage, press } from './support/review-page.ts';
import { sampleImages, seedForgiven, seedRelease, type SeededRelease } from './support/seed.ts';

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
  const page = await openPage(browser, server.url + address);
  pages.push(page);
  return page;
}

async function withForgiven(name: string, failOnForgiven = false): Promise<SeededRelease> {
  const { build } = await server.client.createBuild({ name, isPublic: false });
  await server.client.updateBuild({ buildId: build.id, failOnForgiven });
  const { before } = await sampleImages();
  const release = await seedRelease(server.client, {
    buildId: build.id,
    name: 'r01',
    done: false,
    runs: [{ name: 'identical', after: before, before }],
  });
  await seedForgiven(server.client, release, 'forgiven');
  await server.client.runsDone(release);
  return release;
}

test('what is the same only because pixels were forgiven has a figure, a filter, a mask and regions', async () => {
  const release = await withForgiven('Forgiven');
  const page = await open(release.address);
  await page.getByText('All 2 runs look the same', { exact: true }).waitFor();
  const chip = page.getByTitle('Same, with forgiven pixels');
  await chip.click();
  await page.locator('.run-item').first().waitFor();
  expect(
    await page
      .locator('.run-name .cut')
      .evaluateAll((names) => names.map((name) => name.getAttribute('title'))),
  ).toEqual(['forgiven']);
  await page.locator('.run-item', { hasText: '12 px forgiven' }).waitFor();
  await page.locator('.run-item a', { hasText: '12 px forgiven' }).click();
  await page.getByText('Hidden: 12 pixels as anti-aliasing').filter({ visible: true }).first().waitFor();
  await press(page, 'i');
  await page.getByText('Forgiven regions · 2').waitFor();
  await press(page, '2');
  await page.getByText('Forgiven · 12 px').filter({ visible: true }).first().waitFor();
  await expectAccessible(page);
});

test('where forgiven pixels are a difference, the run is to be judged and says why', async () => {
  const release = await withForgiven('Strict', true);
  const page = await open(`/run${release.address.slice('/release'.length)}&test=forgiven`);
  await page.getByText('12 px forgiven').first().waitFor();
  await press(page, 'y');
  await expect
    .poll(async () => (await server.client.runDetail({ ...release, runName: 'forgiven' })).run.status)
    .toBe('diff_approved');
});

test('E shows every run of the same change with its images before anything is approved', async () => {
  const { build } = await server.client.createBuild({ name: 'Same change', isPublic: false });
  const { before, after } = await sampleImages();
  const runs = Array.from({ length: 9 }, (_, index) => ({ name: `/page/${index}`, before, after }));
  const release = await seedRelease(server.client, { buildId: build.id, name: 'r01', runs });
  const page = await open(release.address);
  await page.locator('.run-item').first().waitFor();
  await press(page, 'j', 'e');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Approve 9 runs').first().waitFor();
  expect(await dialog.locator('li').count()).toBe(9);
  for (const side of ['Before', 'Diff', 'After']) {
    const image = dialog.getByRole('img', { name: `${side}: /page/0` });
    await expect
      .poll(() => image.evaluate((image) => (image as HTMLImageElement).naturalWidth), { timeout: 15_000 })
      .toBe(240);
  }
  await expectAccessible(page);
  await press(page, 'Enter');
  await expect.poll(async () => (await server.client.listRuns(release)).counts.approved).toBe(9);
});
