import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  launchBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { sampleImages, type SeededRelease } from './support/seed.ts';
import { commit, seedGitRelease } from './support/seed-git.ts';

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

async function open(address: string, options: OpenOptions = {}): Promise<Page> {
  const page = await openPage(browser, server.url + address, options);
  pages.push(page);
  return page;
}

/** Main, and a branch that renames `/offer` and adds `/new`. */
async function seedRenamed(name: string): Promise<SeededRelease> {
  const buildId = (await server.client.createBuild({ name, isPublic: false })).build.id;
  const { before, after, other } = await sampleImages();
  await seedGitRelease(server.client, buildId, {
    name: 'main 4f2c1aa',
    branch: 'main',
    commit: commit('4f2c1aa'),
    history: [],
    pages: { '/': before, '/offer': after },
  });
  return seedGitRelease(server.client, buildId, {
    name: 'offers 9b1e204',
    branch: 'offers',
    commit: commit('9b1e204'),
    history: [{ commit: commit('4f2c1aa') }],
    pages: { '/': before, '/offers/spring': after, '/new': other },
  });
}

const titles = (page: Page) =>
  page
    .locator('.run-item .run-name .cut')
    .evaluateAll((all) => all.map((name) => name.getAttribute('title')));
const renamed = (page: Page) => page.locator('.missing-item[data-renamed]');

test('a removed and a new page with the same image are one row, decided once', async () => {
  const release = await seedRenamed('One row');
  const page = await open(release.address);
  await page.locator('.progress-headline', { hasText: '1 of 3 new, 1 renamed' }).waitFor();
  expect(await titles(page)).toEqual(['/offer → /offers/spring', '/', '/new']);
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    'Renamed',
    'Everything else',
  ]);
  await page.getByText('1 new page waits for a decision.').waitFor();
  await expectAccessible(page);
  await renamed(page).getByRole('button', { name: 'Reject the new name of /offer' }).click();
  await renamed(page).locator('.state-mark', { hasText: 'Rejected' }).waitFor();
  await press(page, 'Control+z');
  await renamed(page).locator('.state-mark', { hasText: 'Renamed' }).waitFor();
  await press(page, 'y');
  await page.locator('.toast-card', { hasText: 'New name of /offer approved.' }).waitFor();
  await expect
    .poll(async () => {
      const { run } = await server.client.runDetail({ ...release, runName: '/offers/spring' });
      const { missing } = await server.client.listMissing(release);
      return [run.verdict, missing[0]!.verdict];
    })
    .toEqual(['approved', 'confirmed']);
  await renamed(page).locator('.state-mark[data-state="rename_approved"]').waitFor();
  await press(page, 'y');
  await expect
    .poll(async () => (await server.client.listRuns(release)).release.status, { timeout: 20_000 })
    .toBe('good');
});

test('its row opens the new page, which says so; the filter of new pages has it', async () => {
  const release = await seedRenamed('Opened');
  const page = await open(release.address);
  await renamed(page).getByRole('link').click();
  await page.locator('.run-note', { hasText: 'Renamed: it shows the same as /offer' }).waitFor();
  await press(page, 'u');
  await page.locator('.count-chip', { hasText: 'new' }).click();
  await expect.poll(() => titles(page)).toEqual(['/new', '/offers/spring']);
  const narrow = await open(release.address, { width: 390, height: 844, hasTouch: true });
  await renamed(narrow).waitFor();
  expect(await sidewaysScroll(narrow)).toBe(0);
  await expectAccessible(narrow);
});
