import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { burst, closePage, launchBrowser, openPage } from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { rowOf, shown } from './support/run-page.ts';
import { sampleImages, seedRelease, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let page: Page | undefined;
let opened = 0;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
}, 60_000);

afterEach(async () => {
  const open = page;
  page = undefined;
  if (open !== undefined) await closePage(open);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A release with differences a, b, c and d, opened at a run or, without one, as a list. */
async function open(run: string | null): Promise<[Page, SeededRelease]> {
  const { before, after, other } = await sampleImages();
  opened++;
  const release = await seedRelease(server.client, {
    buildId: 1,
    name: `quick-${opened}`,
    runs: ['a', 'b', 'c', 'd'].map((name, index) => ({
      name,
      before,
      after: index % 2 === 0 ? after : other,
      url: `https://shop.example/page-${name}`,
    })),
  });
  const address = run === null ? release.address : release.runAddress(run);
  page = await openPage(browser, server.url + address);
  return [page, release];
}

/** Verdicts of a, b, c and d, once the server has as many as expected. */
const verdicts = (release: SeededRelease, expected: readonly string[]) =>
  expect.poll(async () => (await server.client.listRuns(release)).runs.verdict).toEqual(expected);

/** Keys that are pressed before the page has drawn anything: all in one task. */
test.each([
  { keys: ['j', 'n'], shows: 'c', expected: ['none', 'rejected', 'none', 'none'] },
  { keys: ['j', 'j', 'n'], shows: 'd', expected: ['none', 'none', 'rejected', 'none'] },
  { keys: ['y', 'y'], shows: 'c', expected: ['approved', 'approved', 'none', 'none'] },
  { keys: ['y', 'n', 'y'], shows: 'd', expected: ['approved', 'rejected', 'approved', 'none'] },
  { keys: ['j', 'k', 'y'], shows: 'b', expected: ['approved', 'none', 'none', 'none'] },
  { keys: ['j', 'Shift+J', 'y'], shows: 'd', expected: ['none', 'none', 'approved', 'none'] },
  { keys: ['y', 'Shift+J', 'n'], shows: 'd', expected: ['approved', 'none', 'rejected', 'none'] },
  { keys: ['j', 'y', 'Ctrl+Z', 'n'], shows: 'c', expected: ['none', 'rejected', 'none', 'none'] },
])('a run: $keys at once act on the runs that they lead to', async ({ keys, shows, expected }) => {
  const [page, release] = await open('a');
  await burst(page, ...keys);
  await shown(page, shows);
  await verdicts(release, expected);
});

test('K and I at once: the details are those of the run before', async () => {
  const [page, release] = await open('b');
  await burst(page, 'k', 'i');
  await page
    .getByRole('complementary', { name: 'Details' })
    .getByText('shop.example/page-a')
    .first()
    .waitFor();
  await shown(page, 'a');
  await verdicts(release, ['none', 'none', 'none', 'none']);
});

test('a view, a region or an image of its own that is asked for with J are those of the next run', async () => {
  const [page] = await open('a');
  await burst(page, 'j', 'w', '.');
  await page.waitForFunction(() => {
    const search = new URLSearchParams(location.search);
    return search.get('test') === 'b' && search.get('view') === 'swipe' && search.get('region') === '1';
  });
  await burst(page, 'j', 'o');
  await page.waitForURL(/\/image\?/);
  await shown(page, 'c');
});

test('/ right after the list was closed: what follows is a filter, and no decision', async () => {
  const [page, release] = await open('a');
  await burst(page, 'r');
  await page.getByRole('navigation', { name: 'Runs' }).waitFor({ state: 'detached' });
  await burst(page, '/', 'n', 'y');
  await page.waitForFunction(() => document.activeElement?.matches('.sidebar input'));
  await shown(page, 'a');
  await verdicts(release, ['none', 'none', 'none', 'none']);
});

test('E asks, and no key goes past the question', async () => {
  const [page, release] = await open('a');
  await burst(page, 'e', 'y', 'j');
  await page.getByRole('button', { name: 'Approve 2' }).waitFor();
  await shown(page, 'a');
  await verdicts(release, ['none', 'none', 'none', 'none']);
});

test('the list: keys act on the row that they lead to, and after O on the run', async () => {
  const [page, release] = await open(null);
  await burst(page, 'j', 'j', 'y', 'k', 'k', 'n');
  await verdicts(release, ['rejected', 'approved', 'none', 'none']);
  await burst(page, 'x', 'j', 'x', 'y');
  await verdicts(release, ['rejected', 'approved', 'approved', 'approved']);
  await burst(page, 'Escape', 'k', 'o', 'j');
  await page.waitForURL(/\/run\?/);
});

test('a decision waits for a run that is loading', async () => {
  const [page, release] = await open('a');
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await rowOf(page, 'd').waitFor();
  await page.route(/\/api\/v1\/builds\/1\/run\?.*run_name=d/, async (route) => {
    await asked;
    await route.continue();
  });
  await burst(page, 'j', 'j', 'j', 'n', 'k');
  await shown(page, 'd');
  await verdicts(release, ['none', 'none', 'none', 'none']);
  answer();
  await verdicts(release, ['none', 'none', 'none', 'rejected']);
});

test('a run that is opened right after the list was filtered stays open', async () => {
  const [page] = await open(null);
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/assets\/run-page/, async (route) => {
    await asked;
    await route.continue();
  });
  await page.evaluate(async () => {
    const click = (selector: string) => document.querySelector<HTMLElement>(selector)!.click();
    click('.chip');
    click('.run-item a');
    // Longer than the list waits before it writes its filter into the address.
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  answer();
  await page.locator('.decision-bar').waitFor();
  expect(new URL(page.url()).pathname).toBe('/run');
});
