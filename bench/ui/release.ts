import type { Browser, Page } from 'playwright-core';
import { frames, launchBrowser, openPage } from '../../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../../test/ui/support/review-server.ts';
import { seedMany } from '../../test/ui/support/seed-many.ts';
import { sampleImages, type SeededRelease } from '../../test/ui/support/seed.ts';
import { median } from '../machine.ts';
import { coldLoad } from './cold-load.ts';
import { p95, table, type Figure } from './figures.ts';
import { onMainThread } from './main-thread.ts';

interface Plan {
  sizes: readonly number[];
  rounds: number;
  liveChanges: number;
}

const differences = 1_000;
const liveSeconds = 10;

/** Markdown lines: one table per size. */
export async function measureReleasePage({ sizes, rounds, liveChanges }: Plan): Promise<string[]> {
  const browser = await launchBrowser();
  const lines: string[] = [];
  for (const size of sizes) {
    const server = await startReviewServer();
    try {
      const figures = await measureSize(browser, server, { size, rounds, liveChanges });
      lines.push(`### ${size.toLocaleString('en-US')} runs`, '', ...table(figures), '');
      console.log(lines.slice(-figures.length - 5).join('\n'));
    } finally {
      await server.close();
    }
  }
  await browser.close();
  return lines;
}

async function measureSize(
  browser: Browser,
  server: ReviewServer,
  { size, rounds, liveChanges }: { size: number; rounds: number; liveChanges: number },
): Promise<Figure[]> {
  const { build } = await server.client.createBuild({ name: 'Shop' });
  const differing = Math.min(differences, size / 2);
  const waiting = Math.min(liveChanges, size - differing);
  const release = await seedMany(server.client, build.id, 'bench', {
    differences: differing,
    same: size - differing - waiting,
    waiting,
  });
  const address = server.url + release.address;

  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) loads.push(await coldLoad(browser, address, '.run-item'));

  const page = await openPage(browser, address);
  await watchLongTasks(page);
  const scroll = await onMainThread(browser, page, () => scrollThrough(page));
  const scrolling = await longTasks(page);
  const rowsInPage = await page.locator('.runs-place').count();
  await page.locator('.release-scroller').evaluate((element) => element.scrollTo({ top: 0 }));
  const marks = await keyToMark(page, 20);
  const search = await onMainThread(browser, page, () => searchTimes(page, rounds * 3));
  const filter = await onMainThread(browser, page, () => chipTimes(page, rounds * 2));
  const bulk = await bulkApprove(page, differing);
  const live = await liveUpdates(page, server, release, { from: size - waiting, count: waiting });
  await page.context().close();
  return [
    { what: 'cold load until rows are there, median', value: median(loads), atMost: 1_000 },
    { what: `cold load, worst of ${loads.length}`, value: Math.max(...loads) },
    {
      what: 'longest task while scrolling from top to end (0: none over 50 ms)',
      value: Math.max(0, ...scrolling),
      atMost: 50,
      processorMs: Math.max(...scroll.taskMs),
    },
    { what: 'rows in the page', value: rowsInPage, unit: 'rows', atMost: 30 },
    { what: 'key to mark, median', value: median(marks), atMost: 50 },
    { what: 'key to mark, p95', value: p95(marks) },
    {
      what: 'search, key to list, p95 (processor time: the longest task)',
      value: p95(search.result),
      atMost: 50,
      processorMs: Math.max(...search.taskMs),
    },
    {
      what: 'filter, press to list, p95 (processor time: the longest task)',
      value: p95(filter.result),
      atMost: 50,
      processorMs: Math.max(...filter.taskMs),
    },
    { what: `approve ${bulk.count.toLocaleString('en-US')} at once: marks on screen`, value: bulk.shownMs },
    { what: 'the same: saved, one request', value: bulk.savedMs, atMost: 1_000 },
    {
      what: `live, ${live.changes.toLocaleString('en-US')} changes in ${live.seconds.toFixed(1)} s: updates`,
      value: live.updatesPerSecond,
      unit: 'a second',
      atMost: 4,
    },
    { what: 'live: longest task (0: none over 50 ms)', value: Math.max(0, ...live.tasks), atMost: 50 },
  ];
}

async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({
      type: 'longtask',
    });
  });
}

/** Durations over 50 ms since the last call. */
async function longTasks(page: Page): Promise<number[]> {
  await frames(page);
  return page.evaluate(() => (window as unknown as { tasks: number[] }).tasks.splice(0));
}

/** 300 steps, one per frame: first notches of a wheel, then a fling. */
async function scrollThrough(page: Page): Promise<void> {
  await page.locator('.release-scroller').evaluate(async (element) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (let step = 0; step < 150; step++) {
      element.scrollBy({ top: 120 });
      await frame();
    }
    const rest = element.scrollHeight - element.scrollTop;
    for (let step = 0; step < 150; step++) {
      element.scrollBy({ top: rest / 150 });
      await frame();
    }
  });
}

/** From an event in the page to the first frame after it was handled. */
async function timeToChange(
  page: Page,
  event: string,
  selector: string,
  act: () => Promise<void>,
): Promise<number> {
  const measured = page.evaluate(
    ([event, selector]) =>
      new Promise<number>((done) => {
        let began = 0;
        const begin = ({ timeStamp }: Event) => (began = timeStamp);
        addEventListener(event!, begin, { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (began === 0) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
        });
        for (const element of document.querySelectorAll(selector!))
          observer.observe(element, {
            childList: true,
            subtree: true,
            characterData: true,
            attributes: true,
          });
      }),
    [event, selector],
  );
  await frames(page);
  await act();
  return measured;
}

async function keyToMark(page: Page, times: number): Promise<number[]> {
  await page.keyboard.press('j');
  const measured: number[] = [];
  for (let count = 0; count < times; count++)
    measured.push(
      await timeToChange(page, 'keydown', '.run-state', () =>
        page.keyboard.press(count % 2 === 0 ? 'y' : 'n'),
      ),
    );
  return measured;
}

async function searchTimes(page: Page, times: number): Promise<number[]> {
  const measured: number[] = [];
  await page.keyboard.press('/');
  for (let count = 0; count < times; count++) {
    const key = count % 4 === 3 ? 'Control+a' : String(count % 4);
    if (key === 'Control+a') {
      await page.keyboard.press(key);
      continue;
    }
    measured.push(await timeToChange(page, 'keydown', '.release-inner', () => page.keyboard.press(key)));
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await frames(page);
  return measured;
}

async function chipTimes(page: Page, times: number): Promise<number[]> {
  const measured: number[] = [];
  const same = page.locator('.count-chip', { hasText: 'same' });
  for (let count = 0; count < times; count++)
    measured.push(await timeToChange(page, 'pointerup', '.runs', () => same.click()));
  if (times % 2 === 1) await same.click();
  return measured;
}

async function bulkApprove(page: Page, count: number) {
  await page.locator('.count-chip', { hasText: 'differ' }).click();
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: /^Select all/ }).click();
  const saved = page.waitForResponse((response) => response.url().endsWith('/verdicts'));
  const began = Date.now();
  const shownMs = await timeToChange(page, 'pointerup', '.run-state', () =>
    page.getByRole('button', { name: /^Approve/ }).click(),
  );
  await (await saved).finished();
  const savedMs = Date.now() - began;
  await page.locator('.count-chip', { hasText: 'differ' }).click();
  return { count, shownMs, savedMs };
}

async function liveUpdates(
  page: Page,
  { client }: ReviewServer,
  { buildId, releaseName, releaseNumber }: SeededRelease,
  { from, count }: { from: number; count: number },
) {
  const { before } = await sampleImages();
  const { sha1sum } = await client.upload({ buildId, content: new Uint8Array(before), fileName: 'page.png' });
  await longTasks(page);
  await page.evaluate(() => {
    const updates: number[] = [];
    Object.assign(window, { updates });
    new MutationObserver(() => updates.push(performance.now())).observe(
      document.querySelector('.progress-words')!,
      { childList: true, subtree: true, characterData: true },
    );
  });
  const began = performance.now();
  const pending: Promise<unknown>[] = [];
  for (let index = 0; index < count; index++) {
    const due = began + (index / count) * liveSeconds * 1_000;
    const early = due - performance.now();
    if (early > 5) await new Promise((resolve) => setTimeout(resolve, early));
    const runName = `/products/${String(from + index + 1).padStart(5, '0')}`;
    const report = client.reportRun({ buildId, releaseName, releaseNumber, runName, image: sha1sum });
    pending.push(report);
    if (pending.length >= 16) await pending.shift();
  }
  await Promise.all(pending);
  await page.waitForFunction(
    () => document.querySelector('.progress-words')?.textContent?.includes('waiting') === false,
  );
  const seconds = (performance.now() - began) / 1_000;
  const updates = await page.evaluate(() => (window as unknown as { updates: number[] }).updates.length);
  return { changes: count, seconds, updatesPerSecond: updates / seconds, tasks: await longTasks(page) };
}
