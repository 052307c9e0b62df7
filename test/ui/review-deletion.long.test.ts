/** Deleting and restoring in the review UI, and what retention would delete. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  closePage,
  expectAccessible,
  launchBrowser,
  openPage,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { sampleImages, seedRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let page: Page | undefined;
let buildId: number;
let name: string;
let count = 0;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
});

beforeEach(async () => {
  name = `Shop ${++count}`;
  buildId = (await server.client.createBuild({ name })).build.id;
  const { before, after } = await sampleImages();
  const decision = 'good';
  await seedRelease(server.client, { buildId, name: 'old', runs: [{ name: '/', after: before }], decision });
  await seedRelease(server.client, { buildId, name: 'new', runs: [{ name: '/', before, after }], decision });
});

afterEach(async () => {
  if (page !== undefined) await closePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(address: string, options?: OpenOptions): Promise<Page> {
  page = await openPage(browser, server.url + address, options);
  return page;
}

test('a release is deleted once its name was typed, and restored from the settings', async () => {
  const page = await open(`/release?id=${buildId}&name=new&number=1`);
  await page.getByRole('button', { name: 'About this release' }).click();
  await page.getByRole('button', { name: 'Delete release…' }).click();
  await page.getByText('1 page loses its baseline.').waitFor();
  const button = page.getByRole('button', { name: 'Delete release', exact: true });
  await page.getByLabel('to confirm').fill('New');
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel('to confirm').fill('new');
  await expectAccessible(page);
  await button.click();
  await page.getByText('new #1 was deleted').first().waitFor();
  await page.waitForURL(`**/build?id=${buildId}`);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Restore new #1' }).click();
  await page.getByText('new #1 was restored.').first().waitFor();
  await page.getByRole('heading', { name: 'Deleted releases' }).waitFor({ state: 'detached' });
  const { releases } = await server.client.listReleases({ buildId });
  expect(releases.map(({ release }) => release.name)).toEqual(['new', 'old']);
});

test('the dialog of a deletion has the focus in its field, and gives it back', async () => {
  const page = await open(`/release?id=${buildId}&name=new&number=1`);
  const about = page.getByRole('button', { name: 'About this release' });
  await about.click();
  await page.getByRole('button', { name: 'Delete release…' }).click();
  const field = page.getByLabel('to confirm');
  await field.waitFor();
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  expect(await about.evaluate((element) => element === document.activeElement)).toBe(true);
});

test('a deletion is undone from its message', async () => {
  const page = await open(`/release?id=${buildId}&name=new&number=1`);
  await page.getByRole('button', { name: 'About this release' }).click();
  await page.getByRole('button', { name: 'Delete release…' }).click();
  await page.getByLabel('to confirm').fill('new');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/build?id=${buildId}`);
  const row = page.locator('.release-row', { hasText: 'new#1' });
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('new #1 was restored.').first().waitFor();
  await row.waitFor();

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Delete build…' }).click();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Deleted builds' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name, exact: true }).waitFor();
});

test('the settings say what rules would delete before they are saved', async () => {
  const page = await open(`/settings?build_id=${buildId}`);
  await page.getByText(/This build uses .* in \d+ artifacts\./).waitFor();
  const ask = page.getByRole('button', { name: 'What would this delete?' });
  await ask.click();
  await page.getByText('Nothing.').waitFor();
  await page.getByLabel('Keep the newest').fill('1');
  await page.getByText('Nothing.').waitFor({ state: 'detached' });
  await ask.click();
  await page.getByText(/Would delete 1 release and free /).waitFor();
  expect((await server.client.listReleases({ buildId })).build.keepReleases).toBe(0);
  await page.getByRole('button', { name: 'Save' }).last().click();
  await page.getByText('Retention saved.').first().waitFor();
  expect((await server.client.listReleases({ buildId })).build.keepReleases).toBe(1);
  await expectAccessible(page);
});

test('what empty or wrong rules would delete is not asked; the reason stands at the button', async () => {
  const page = await open(`/settings?build_id=${buildId}`, { expectErrors: /400/ });
  const ask = page.getByRole('button', { name: 'What would this delete?' });
  const newest = page.getByLabel('Keep the newest');
  await newest.fill('');
  expect(await ask.isDisabled()).toBe(true);
  await page.getByText('Enter a whole number, 0 or more.').waitFor();
  await expectAccessible(page);
  await newest.fill('1000001');
  await ask.click();
  await page.getByText('“Keep the newest” must be an integer from 0 to 1000000, got 1000001.').waitFor();
});

test('a build is deleted from its settings, and restored on the list of builds', async () => {
  const page = await open(`/settings?build_id=${buildId}`);
  await page.getByRole('button', { name: 'Delete build…' }).click();
  await page.getByLabel('to confirm').fill(name);
  await page.getByRole('button', { name: 'Delete build', exact: true }).click();
  await page.getByRole('heading', { name: 'Deleted builds' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: `Restore ${name}` }).click();
  await page.getByText(`${name} was restored.`).first().waitFor();
  expect((await server.client.listReleases({ buildId })).releases).toHaveLength(2);
});

test('a release that is deleted while it is open is gone from the page, and says how to restore it', async () => {
  const page = await open(`/release?id=${buildId}&name=new&number=1`, { expectErrors: /404/ });
  const key = { buildId, releaseName: 'new', releaseNumber: 1 };
  await server.client.deleteRelease({ ...key, confirm: 'new' });
  await page.getByText(`Build ${buildId} has no release "new" number 1.`).waitFor();
  await page.getByText('If it was deleted, an admin can restore it for a day').waitFor();
  expect(await page.locator('.connection-bar').count()).toBe(0);
  await expectAccessible(page);
  await server.client.restoreRelease(key);
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('1 of 1 differs').waitFor();
});

test('the activity says so where the release of an entry is deleted', async () => {
  await server.client.deleteRelease({ buildId, releaseName: 'new', releaseNumber: 1, confirm: 'new' });
  const page = await open(`/activity?build_id=${buildId}`);
  const rows = await page.locator('.activity-what').allInnerTexts();
  expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
    'deleted new #1',
    'marked good a deleted release',
    'marked good old #1',
    'created the build',
  ]);
});
