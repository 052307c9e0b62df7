import type { Browser, Page } from 'playwright-core';
import { frames, launchBrowser, openPage } from '../../test/ui/support/review-page.ts';
import { startReviewServer, type ReviewServer } from '../../test/ui/support/review-server.ts';
import { seedMany } from '../../test/ui/support/seed-many.ts';
import { sampleImages, type SeededRelease } from '../../test/ui/support/seed.ts';
import { median } from '../machine.ts';

interface Plan {
  sizes: readonly number[];
  rounds: number;
  liveChanges: number;
}

interface Figure {
  what: string;
  budget: string;
  value: string;
}

const differences = 1_000;
const liveSeconds = 10;

/** Markdown lines: one table per size. All times in milliseconds. */
export async function measureReleasePage({ sizes, rounds, liveChanges }: Plan): Promise<string[]> {
  const browser = await launchBrowser();
  const lines: string[] = [];
  for (const size of sizes) {
    const server = await startReviewServer();
    try {
      const figures = await measureSize(browser, server, { size, rounds, liveChanges });
      lines.push(
        `### ${size.toLocaleString('en-US')} runs`,
        '',
        '| what | budget | measured |',
        '| --- | --- | --- |',
      );
      lines.push(...figures.map(({ what, budget, value }) => `| ${what} | ${budget} | ${value} |`), '');
      console.log(lines.slice(-figures.length - 4).join('\n'));
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
  for (let round = 0; round < rounds; round++) loads.push(await coldLoad(browser, address));

  const page = await openPage(browser, address);
  await watchLongTasks(page);
  await scrollThrough(page);
  const scrolling = await longTasks(page);
  const rowsInPage = await page.locator('.runs-place').count();
  await page.locator('.release-scroller').evaluate((element) => element.scrollTo({ top: 0 }));
  const marks = await keyToMark(page, 20);
  const searches = await searchTimes(page, rounds * 3);
  const filters = await chipTimes(page, rounds * 2);
  const bulk = await bulkApprove(page, differing);
  const live = await liveUpdates(page, server, release, { from: size - waiting, count: waiting });
  await page.context().close();
  return [
    { what: 'cold load until rows are there, median', budget: '< 1,000 ms', value: ms(median(loads)) },
    { what: `cold load, worst of ${loads.length}`, budget: '', value: ms(Math.max(...loads)) },
    {
      what: 'longest task while scrolling from top to end',
      budget: '≤ 50 ms',
      value: scrolling.length === 0 ? 'none over 50 ms' : ms(Math.max(...scrolling)),
    },
    { what: 'rows in the page', budget: '≤ 30', value: String(rowsInPage) },
    { what: 'key to mark, median', budget: '< 50 ms', value: ms(median(marks)) },
    { what: 'key to mark, p95', budget: '', value: ms(percentile(marks, 0.95)) },
    { what: 'search, key to list, p95', budget: '< 50 ms', value: ms(percentile(searches, 0.95)) },
    { what: 'filter, press to list, p95', budget: '< 50 ms', value: ms(percentile(filters, 0.95)) },
    {
      what: `approve ${bulk.count.toLocaleString('en-US')} at once: marks on screen`,
      budget: '',
      value: ms(bulk.shownMs),
    },
    { what: 'the same: saved, one request', budget: '< 1,000 ms', value: ms(bulk.savedMs) },
    {
      what: `live, ${live.changes.toLocaleString('en-US')} changes in ${live.seconds.toFixed(1)} s: updates a second`,
      budget: '≤ 4',
      value: live.updatesPerSecond.toFixed(1),
    },
    {
      what: 'live: longest task',
      budget: '≤ 50 ms',
      value: live.tasks.length === 0 ? 'none over 50 ms' : ms(Math.max(...live.tasks)),
    },
  ];
}

/** From the start of navigation until the first row is in a painted frame. */
async function coldLoad(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('.run-item') === null) return;
      observer.disconnect();
      requestAnimationFrame(() =>
        setTimeout(() => Object.assign(window, { usableMs: performance.now() }), 0),
      );
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  const usable = await page.waitForFunction(() => (window as unknown as { usableMs?: number }).usableMs);
  const value = (await usable.jsonValue()) as number;
  await context.close();
  return value;
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

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

function ms(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')} ms`;
}
