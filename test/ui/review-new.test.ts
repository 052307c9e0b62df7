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
import { sampleImages, type SeededRelease } from './support/seed.ts';
import { commit, seedGitRelease } from './support/seed-git.ts';

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
  const page = await openPage(browser, server.url + address);
  pages.push(page);
  return page;
}

const stateIs = (page: Page, name: string, state: string) =>
  page
    .locator('.run-item', { has: page.locator(`.run-name [title="${name}"]`) })
    .locator('.state-mark', { hasText: state })
    .waitFor();

/** Main with one page, and a branch that adds two. */
async function seedBranch(name: string): Promise<SeededRelease> {
  const buildId = (await server.client.createBuild({ name, isPublic: false })).build.id;
  const { before, after } = await sampleImages();
  const main = { name: 'main 4f2c1aa', branch: 'main', commit: commit('4f2c1aa'), history: [] };
  await seedGitRelease(server.client, buildId, { ...main, pages: { '/': before } });
  return seedGitRelease(server.client, buildId, {
    name: 'offers 9b1e204',
    branch: 'offers',
    commit: commit('9b1e204'),
    history: [{ commit: commit('4f2c1aa') }],
    pages: { '/': before, '/offers': after, '/offers/spring': after },
  });
}

const decided = (release: SeededRelease, status: string) =>
  expect
    .poll(async () => (await server.client.listRuns(release)).release.status, { timeout: 20_000 })
    .toBe(status);

test('new pages of a branch wait for a decision: by key, and then the release is good by itself', async () => {
  const release = await seedBranch('Keys');
  const page = await open(release.address);
  await page.getByText('2 new pages wait for a decision.').waitFor();
  await page.getByRole('button', { name: 'Mark good' }).click();
  await page.getByRole('dialog').getByText('2 new pages have no verdict.').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep reviewing' }).click();
  await press(page, 'Shift+J', 'y');
  await stateIs(page, '/offers', 'Approved');
  await press(page, 'Control+z');
  await stateIs(page, '/offers', 'New');
  await page.getByRole('button', { name: 'Review the first' }).click();
  await page.waitForURL(/test=%2Foffers$/);
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await press(page, 'y');
  await page.waitForURL(/test=%2Foffers%2Fspring/);
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await press(page, 'y');
  await decided(release, 'good');
});

test('all at once', async () => {
  const release = await seedBranch('All');
  const page = await open(release.address);
  await page.getByRole('button', { name: 'Approve all 2' }).click();
  await stateIs(page, '/offers/spring', 'Approved');
  await decided(release, 'good');
});
