import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  closePage,
  expectAccessible,
  heading,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { panes, shown, rowOf, fetched, decisionBar } from './support/run-page.ts';
import { sampleImages, seedRelease, seedRun, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let page: Page | undefined;
let decided = 0;

beforeAll(async () => {
  [browser, server] = await Promise.all([sharedBrowser(), startReviewServer()]);
});

afterEach(async () => {
  const opened = page;
  page = undefined;
  if (opened !== undefined) await closePage(opened);
});

afterAll(async () => {
  await leaveBrowser(browser);
  await server?.close();
});

/** A separate release with differences to decide about, opened at the first one. */
async function openUndecided(
  names: readonly string[],
  options: OpenOptions = {},
): Promise<[Page, SeededRelease]> {
  const { before, after, other } = await sampleImages();
  decided++;
  const own = await seedRelease(server.client, {
    buildId: 1,
    name: `decide-${decided}`,
    runs: names.map((name, index) => ({ name, before, after: index % 2 === 0 ? after : other })),
  });
  page = await openPage(browser, server.url + own.runAddress(names[0]!), options);
  return [page, own];
}

describe('deciding', () => {
  test('Y and N mark at once and go to the next undecided; the order stays; undo goes back', async () => {
    const [page, own] = await openUndecided(['a', 'b', 'c', 'd']);
    const order = () =>
      page.$$eval('.run-row .cut', (names) => names.map((name) => name.getAttribute('title')));
    const before = await order();
    expect(await page.locator('.frame-state').innerText()).toBe('4 of 4 left');
    await press(page, 'y');
    await shown(page, 'b');
    await press(page, 'j');
    await shown(page, 'c');
    await press(page, 'n');
    await shown(page, 'd');
    expect(await order(), 'nothing moves').toEqual(before);
    expect(await rowOf(page, 'c').innerText()).toContain('Rejected');
    await press(page, 'y');
    await shown(page, 'b');
    await press(page, 'Control+z');
    await shown(page, 'd');
    expect(await decisionBar(page)).toContain('Differs');
    await press(page, 'Y', 'Y');
    await page.getByText('That was the last one.').waitFor();
    expect(await decisionBar(page)).toContain('3 approved, 1 rejected.');
    const { runs } = await server.client.listRuns(own);
    expect(runs.verdict).toEqual(['approved', 'approved', 'rejected', 'approved']);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Review again' }).click();
    await shown(page, 'a');
    await page.getByRole('button', { name: 'Undo approval' }).click();
    await page.locator('.decision-bar').getByText('Differs').waitFor();
  });

  test('a rejection may say why; the log of decisions keeps it', async () => {
    const [page, own] = await openUndecided(['a', 'b']);
    await page.getByRole('button', { name: 'Reject with a reason' }).click();
    await page.keyboard.type('The price is wrong, jjj');
    await page.keyboard.press('Enter');
    await shown(page, 'b');
    await press(page, 'k', 'i');
    const info = page.getByRole('complementary', { name: 'Details' });
    await info.getByText('The price is wrong, jjj').waitFor();
    const { activity } = await server.client.listActivity({ buildId: 1, kind: 'run_rejected', pageSize: 1 });
    expect(activity[0]!.detail).toMatchObject({ note: 'The price is wrong, jjj' });
    expect((await server.client.listRuns(own)).counts.rejected).toBe(1);
  });

  test('E asks with the count and approves what has the same changes', async () => {
    const [page, own] = await openUndecided(['a', 'b', 'c']);
    expect(await page.locator('.same-changes').innerText()).toBe('= 1 more');
    await press(page, 'e');
    await page.getByRole('button', { name: 'Approve 2' }).click();
    await shown(page, 'b');
    await page.waitForFunction(
      () => document.querySelectorAll('.run-row[data-state="approved"]').length === 2,
    );
    await expect
      .poll(async () => (await server.client.listRuns(own)).runs.verdict)
      .toEqual(['approved', 'none', 'approved']);
  });

  test('Shift+J goes on to what needs a decision; ends are told; keys are named and can be switched off', async () => {
    const [page] = await openUndecided(['a', 'b', 'c']);
    await press(page, 'k');
    await page.getByText('This is the first one.').first().waitFor();
    await press(page, 'j', 'y');
    await shown(page, 'c');
    await press(page, 'Shift+J');
    await shown(page, 'a');
    await press(page, 'Shift+J');
    await shown(page, 'c');
    await press(page, 'j');
    await page.getByText('That was the last one.').first().waitFor();
    await press(page, '?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const words of [
      'next run',
      'side by side',
      'fit width',
      'approve and go to the next undecided run',
      'details',
    ])
      await help
        .getByText(words, { exact: words === 'details' || words === 'next run' })
        .first()
        .waitFor();
    await help.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await press(page, 'k', 'y');
    expect(new URL(page.url()).searchParams.get('test')).toBe('c');
    expect(await page.locator('.run-row[data-state="approved"]').count()).toBe(1);
  });

  test('next and previous keep the canvases: nothing is mounted anew, and the next image was fetched ahead', async () => {
    const [page] = await openUndecided(['a', 'b', 'c']);
    await page.evaluate(() => Object.assign(document.querySelector('canvas')!, { marked: true }));
    // Before, after and mask of the open run; after and mask of the next, whose before is the same.
    await fetched(page, 5);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await press(page, 'j');
    await shown(page, 'b');
    expect(await page.evaluate(() => 'marked' in document.querySelector('canvas')!)).toBe(true);
    expect(asked.filter((url) => /download|strips|overview/.test(url))).toEqual([]);
    expect(await page.title()).toMatch(/^b · decide-\d+ #1 · .* · Depicted$/);
    expect(await heading(page)).toBe('b');
  });

  test('what somebody else does appears in place; an open image is not swapped', async () => {
    const { before, after, other } = await sampleImages();
    const names = { buildId: 1, name: 'live' };
    const own = await seedRelease(server.client, {
      ...names,
      runs: [
        { name: 'a', before, after },
        { name: 'b', before, after: other },
      ],
      done: false,
    });
    page = await openPage(browser, server.url + own.runAddress('a'));
    const { runs } = await server.client.listRuns(own);
    await server.client.reviewRun({ ...own, runId: runs.id[0]!, verdict: 'approved', operationId: 'other' });
    await page.locator('.decision-bar').getByText('Approved').waitFor();
    // Requested again at another address: the slot is emptied, and another image arrives.
    const named = { ...own, runName: 'a', url: 'https://shop.example/again' };
    await server.client.requestRun(named);
    await page.getByText('This run is being captured again. The previous result is shown.').waitFor();
    expect(await panes(page)).toHaveLength(3);
    const { sha1sum } = await server.client.upload({
      buildId: 1,
      content: new Uint8Array(other),
      fileName: 'page.png',
    });
    await server.client.reportRun({ ...named, image: sha1sum });
    expect(await panes(page)).toHaveLength(3);
    await page.getByRole('button', { name: /A new image arrived · Show|This run has a new result/ }).click();
    await page.locator('.run-newer').waitFor({ state: 'detached' });

    await seedRun(server.client, own, { name: 'aa', before, after: other });
    await page.getByRole('button', { name: /1 new difference · Show/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('.run-row').length === 3);
  });

  test.each(['differs', 'same'])(
    'a failed run that is captured again says in the panel what the list says: %s',
    async (result) => {
      const { before, after } = await sampleImages();
      const failure = { reason: 'http_status', message: 'The page returned status 500.' };
      const own = await seedRelease(server.client, {
        buildId: 1,
        name: `again ${result}`,
        runs: [{ name: 'a', before, after: null, failure }],
        done: false,
      });
      page = await openPage(browser, server.url + own.runAddress('a'));
      await page.locator('.run-panel').getByText('The page returned status 500.').waitFor();
      await server.client.requestRun({ ...own, runName: 'a', url: 'https://shop.example/a' });
      await page.locator('.run-panel').getByText('Waiting for screenshot').waitFor();
      await seedRun(server.client, own, { name: 'a', before, after: result === 'same' ? before : after });
      await page.locator('.run-panel').waitFor({ state: 'detached' });
      await page.locator('.run-row .row-detail', { hasText: result === 'same' ? 'Same' : '%' }).waitFor();
      expect(await page.locator('.run-newer').count()).toBe(0);
      expect(await panes(page)).toHaveLength(result === 'same' ? 1 : 3);
    },
  );

  test('a decision with the server gone waits, and is sent when it is back', async () => {
    const [page, own] = await openUndecided(['a', 'b'], {
      expectErrors: /Failed to load resource|EventSource|ERR_/,
    });
    await fetched(page, 5);
    await server.stop();
    await press(page, 'y');
    await shown(page, 'b');
    expect(await page.locator('.run-row[data-state="approved"]').count()).toBe(1);
    await page.locator('.connection-bar').waitFor();
    await server.restart();
    await expect
      .poll(async () => (await server.client.listRuns(own)).runs.verdict[0], { timeout: 20_000 })
      .toBe('approved');
    await page.locator('.connection-bar').waitFor({ state: 'detached' });
  });
});

describe('small screens', () => {
  const phone = { width: 390, height: 844, hasTouch: true };

  test('390 px: one pane, thumbs reach the decision, the list is a sheet', async () => {
    const [page] = await openUndecided(['a', 'b', 'c'], phone);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await panes(page)).toEqual(['diff']);
    await page.getByRole('radio', { name: 'Swipe' }).tap();
    expect(await panes(page)).toEqual(['swipe']);
    for (const name of ['Reject', 'Approve', 'Next run', 'Previous run']) {
      const box = (await page.getByRole('button', { name, exact: true }).boundingBox())!;
      expect(Math.min(box.width, box.height), name).toBeGreaterThanOrEqual(44);
      expect(box.y + box.height, name).toBeLessThanOrEqual(844);
    }
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Run 1/3. Show the list' }).tap();
    await rowOf(page, 'c').tap();
    await shown(page, 'c');
    expect(await page.getByRole('navigation', { name: 'Runs' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Approve', exact: true }).tap();
    await shown(page, 'a');
    await page.setViewportSize({ width: 844, height: 390 });
    await page.waitForFunction(
      () => document.querySelector('.decision-bar')!.getBoundingClientRect().left > 600,
    );
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
