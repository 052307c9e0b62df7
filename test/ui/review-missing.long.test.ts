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
import { sampleImages, seedRelease, type SeededRelease } from './support/seed.ts';

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

/** A good release of four pages, then one without the last two or three of them. */
async function seedMissing(
  name: string,
  options: { pages?: readonly string[]; done?: boolean } = {},
): Promise<{ first: SeededRelease; release: SeededRelease }> {
  const { build } = await server.client.createBuild({ name, isPublic: false });
  const { before, after } = await sampleImages();
  const first = await seedRelease(server.client, {
    buildId: build.id,
    name: 'v1',
    runs: ['/about', '/home', '/offer/old', '/offer/spring'].map((page) => ({ name: page, after: before })),
    decision: 'good',
  });
  const release = await seedRelease(server.client, {
    buildId: build.id,
    name: 'v2',
    runs: (options.pages ?? ['/about', '/home']).map((page) => ({
      name: page,
      before,
      after: page === '/home' ? after : before,
    })),
    done: options.done ?? true,
  });
  return { first, release };
}

const item = (page: Page, name: string) =>
  page.locator('.missing-item', { has: page.locator(`.run-name [title="${name}"]`) });
const stateIs = (page: Page, name: string, state: string) =>
  item(page, name).locator('.state-mark', { hasText: state }).waitFor();
const toast = (page: Page, text: string) => page.locator('.toast-card', { hasText: text }).waitFor();
const headline = (page: Page, text: string) =>
  page.locator('.progress-headline', { hasText: text }).waitFor();

/** Until the server has these verdicts. */
async function expectVerdicts(release: SeededRelease, wanted: Record<string, string>): Promise<void> {
  await expect
    .poll(async () => {
      const { missing } = await server.client.listMissing(release);
      return Object.fromEntries(missing.map(({ name, verdict }) => [name, verdict]));
    })
    .toEqual(wanted);
}

test('missing pages are a section, confirmed and rejected by key, and undone', async () => {
  const { release } = await seedMissing('Keys');
  const page = await open(release.address);
  await headline(page, '1 of 2 differs, 1 undecided, 2 missing');
  await stateIs(page, '/offer/old', 'Missing');
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    'Differences',
    'Missing',
    'Everything else',
  ]);
  await press(page, 'Shift+J', 'y');
  await page.getByText('2 pages of the baseline are not in this release.').waitFor();
  await press(page, 'y');
  await toast(page, 'Removal of /offer/old confirmed.');
  await stateIs(page, '/offer/old', 'Removed');
  await headline(page, '1 of 2 differs, all decided, 1 missing');
  await press(page, 'n');
  await toast(page, '/offer/spring must come back.');
  await stateIs(page, '/offer/spring', 'Must come back');
  await expectVerdicts(release, { '/offer/old': 'confirmed', '/offer/spring': 'rejected' });
  await page.getByText('1 page of the baseline is missing and must come back.').waitFor();
  await press(page, 'Control+z');
  await stateIs(page, '/offer/spring', 'Missing');
  await page.reload();
  await stateIs(page, '/offer/old', 'Removed');
  await press(page, 'Control+z');
  await expectVerdicts(release, { '/offer/old': 'undecided', '/offer/spring': 'undecided' });
  await stateIs(page, '/offer/old', 'Missing');
});

test('buttons, all at once, the filter, and what Mark good asks', async () => {
  const { release } = await seedMissing('Buttons', { pages: ['/about'] });
  const page = await open(release.address);
  await page
    .getByText('The run looks the same as before, but 3 pages of the baseline are not in this release.')
    .waitFor();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/show=missing/);
  expect(await page.locator('.run-item').count()).toBe(3);
  await page.getByRole('button', { name: '/offer/old must come back' }).click();
  await stateIs(page, '/offer/old', 'Must come back');
  await page.getByRole('button', { name: 'Undo the verdict on /offer/old' }).click();
  await stateIs(page, '/offer/old', 'Missing');
  await page.getByRole('button', { name: 'Confirm removal of /home' }).click();
  await stateIs(page, '/home', 'Removed');
  await page.getByRole('button', { name: 'Mark good' }).click();
  const dialog = page.getByRole('dialog', { name: 'Mark this release good?' });
  await dialog.getByText('2 pages of the baseline are missing.').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Keep reviewing' }).click();
  await page.getByRole('button', { name: 'Confirm all 2 removals' }).click();
  await toast(page, 'Removal of 2 pages confirmed.');
  await expectVerdicts(release, {
    '/home': 'confirmed',
    '/offer/old': 'confirmed',
    '/offer/spring': 'confirmed',
  });
  await page.getByRole('button', { name: 'Mark good' }).click();
  await toast(page, 'Marked good. It is now the baseline.');
  await page.getByRole('button', { name: 'Reopen review' }).waitFor();
  expect(await page.locator('.missing-verdicts').count()).toBe(0);
});

test('they appear when the client has sent everything, and others see what one says', async () => {
  const { first, release } = await seedMissing('Live', { done: false });
  const [mine, theirs] = [await open(release.address), await open(release.address)];
  expect(await mine.locator('.missing-item').count()).toBe(0);
  await server.client.runsDone(release);
  await stateIs(mine, '/offer/old', 'Missing');
  await stateIs(theirs, '/offer/old', 'Missing');
  await mine.getByRole('button', { name: '/offer/old must come back' }).click();
  await stateIs(theirs, '/offer/old', 'Must come back');
  await item(mine, '/offer/spring').getByRole('link').click();
  await mine.waitForURL(
    (url) => url.pathname === '/run' && url.searchParams.get('name') === first.releaseName,
  );
});

test('axe finds nothing, in a list and as cards, wide and narrow', async () => {
  const { release } = await seedMissing('Accessible');
  const page = await open(release.address);
  await stateIs(page, '/offer/old', 'Missing');
  await page.getByRole('button', { name: 'Confirm removal of /offer/old' }).click();
  await expectAccessible(page);
  await press(page, 'g');
  await expectAccessible(page);
  const narrow = await open(release.address, { width: 390, height: 844, hasTouch: true });
  await stateIs(narrow, '/offer/spring', 'Missing');
  expect(await sidewaysScroll(narrow)).toBe(0);
  const inner = narrow.locator('.release-scroller');
  expect(await inner.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  const button = await narrow.getByRole('button', { name: 'Confirm removal of /offer/spring' }).boundingBox();
  expect(Math.min(button!.width, button!.height)).toBeGreaterThanOrEqual(44);
  await expectAccessible(narrow);
});
