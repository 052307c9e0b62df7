import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hostileName, longName, rtlName } from '../support/sample-scenes.ts';
import { colourAt } from './report-page.ts';
import {
  closePage,
  expectAccessible,
  heading,
  launchBrowser,
  loaded,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { seedForeignRun, seedRuns, tallPngs, transparentPng } from './support/run-scenes.ts';
import { samplePictures, seedRelease, seedRun, type SeededRelease } from './support/seed.ts';

const blue = [29, 78, 216, 255];
const red = [185, 28, 28, 255];
const isPinkish = ([red, green, blue]: number[]) => red! > 200 && green! < 120 && blue! > 90 && blue! < 200;

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;
let page: Page | undefined;
let decided = 0;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
  release = await seedRuns(server.client, 1);
  await seedForeignRun(server.client, release, 'foreign');
  await seedRun(server.client, release, {
    name: 'transparent',
    before: await transparentPng('#1d4ed8'),
    after: await transparentPng('#b91c1c'),
  });
}, 60_000);

afterEach(async () => {
  const opened = page;
  page = undefined;
  if (opened !== undefined) await closePage(opened);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(name: string, more = '', options: OpenOptions = {}): Promise<Page> {
  page = await openPage(browser, server.url + release.runAddress(name) + more, options);
  return page;
}

/** A release of its own with differences to decide about, opened at the first one. */
async function openUndecided(
  names: readonly string[],
  options: OpenOptions = {},
): Promise<[Page, SeededRelease]> {
  const { before, after, other } = await samplePictures();
  decided++;
  const own = await seedRelease(server.client, {
    buildId: 1,
    name: `decide-${decided}`,
    runs: names.map((name, index) => ({ name, before, after: index % 2 === 0 ? after : other })),
  });
  page = await openPage(browser, server.url + own.runAddress(names[0]!), options);
  return [page, own];
}

const panes = (page: Page) => page.$$eval('.pane', (all) => all.map((pane) => pane.dataset['kind']));
const zoom = (page: Page) => page.locator('.zoom').innerText();
const middleOf = (page: Page, pane: number) =>
  page
    .locator(`canvas[data-pane="${pane}"]`)
    .evaluate((canvas) => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }));
const hasRed = (page: Page) =>
  page.locator('canvas[data-pane="0"]').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 185 && data[at + 1] === 28 && data[at + 2] === 28) return true;
    return false;
  });
const shown = (page: Page, name: string) =>
  page.waitForFunction((name) => new URLSearchParams(location.search).get('test') === name, name);
const rowOf = (page: Page, name: string) => page.locator(`.run-row[href$="test=${name}"]`);
/** Until so many different pictures have been fetched, with those that are fetched ahead. */
const fetched = (page: Page, count: number) =>
  page.waitForFunction(
    (count) =>
      new Set(
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.includes('/api/download')),
      ).size >= count,
    count,
  );
const decisionBar = (page: Page) => page.locator('.decision-bar').innerText();

describe('views', () => {
  test('the same pixel of the picture is at the same place in every view', async () => {
    const page = await open('boxes', '&at=690,490,4');
    expect(await panes(page)).toEqual(['before', 'diff', 'after']);
    // The box begins at 700, 500: 40 px from the corner of each pane.
    expect(await colourAt(page, 0, 60, 60)).toEqual(blue);
    expect(await colourAt(page, 1, 60, 60)).toSatisfy(isPinkish);
    expect(await colourAt(page, 2, 60, 60)).toEqual(red);
    expect(await colourAt(page, 2, 20, 20)).toEqual(blue);
    for (const [key, kind, wanted] of [
      ['1', 'before', blue],
      ['3', 'after', red],
    ] as const) {
      await press(page, key);
      expect(await panes(page)).toEqual([kind]);
      expect(await colourAt(page, 0, 60, 60), key).toEqual(wanted);
    }
    await press(page, '2');
    expect(await colourAt(page, 0, 60, 60)).toSatisfy(isPinkish);
    await press(page, 'f');
    expect(await panes(page)).toEqual(['after']);
    await press(page, 'f');
    expect(await panes(page)).toEqual(['before']);
    await press(page, 'd');
    expect((await colourAt(page, 0, 60, 60))[0]).toBeGreaterThan(blue[0]! + 60);
    await press(page, 'd', 't');
    expect(Math.abs((await colourAt(page, 0, 60, 60))[0]! - (blue[0]! + red[0]!) / 2)).toBeLessThan(3);
    await press(page, 'w');
    expect(await colourAt(page, 0, 60, 60)).toEqual(blue);
    await page.getByRole('slider', { name: 'Swipe line' }).press('Home');
    expect(await colourAt(page, 0, 60, 60)).toEqual(red);
    await press(page, 'b');
    expect(await page.locator('.pane-button').innerText(), 'less motion: it waits').toBe('Play');
    await press(page, 'Escape');
    expect(await panes(page)).toHaveLength(3);
    expect(await page.getByRole('radio', { name: 'Side by side' }).getAttribute('aria-checked')).toBe('true');
  });

  test('zoom keys, arrows and pages; the colour under the pointer from 800 % on', async () => {
    const page = await open('boxes', '&view=after');
    await press(page, 'z');
    expect(await zoom(page)).toBe('100 %');
    await press(page, '+');
    expect(await zoom(page)).toBe('125 %');
    await press(page, 'a');
    expect(await page.getByRole('button', { name: 'Whole page' }).getAttribute('aria-pressed')).toBe('true');
    await press(page, '0');
    const width = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => canvas.clientWidth);
    expect(await zoom(page)).toBe(`${Math.round(width / 16)} %`);

    await page.goto(`${server.url}${release.runAddress('boxes')}&view=after&at=690,490,4`);
    await loaded(page);
    expect(await colourAt(page, 0, 20, 20)).toEqual(blue);
    await page.locator('#stage').focus();
    await press(page, 'ArrowRight', 'ArrowDown');
    expect(await colourAt(page, 0, 20, 20), '64 px on').toEqual(red);
    await press(page, 'Shift+ArrowLeft', 'Shift+ArrowRight', 'ArrowLeft', 'ArrowUp');
    expect(await colourAt(page, 0, 20, 20)).toEqual(blue);

    await page.goto(`${server.url}${release.runAddress('boxes')}&view=after&at=695,495,16`);
    await loaded(page);
    const box = (await page.locator('canvas[data-pane="0"]').boundingBox())!;
    await page.mouse.move(box.x + 16 * 6.5, box.y + 16 * 6.5);
    await page.locator('.readout').waitFor();
    expect(await page.locator('.readout').innerText()).toMatch(
      /701, 501\s+before\s+#1d4ed8\s+after\s+#b91c1c/,
    );
  });

  test('regions go round, are said, and stand in the address; a copied link brings back the place', async () => {
    const page = await open('boxes', '&view=after');
    await press(page, '.');
    expect(await page.locator('[role="status"]').first().innerText()).toBe('Region 1 of 2');
    await press(page, '.', '.');
    await page.waitForFunction(() => location.search.includes('region=1'));
    await press(page, ',');
    await page.waitForFunction(() => location.search.includes('region=2'));
    await press(page, '.', 'h');
    const middle = await middleOf(page, 0);
    expect(await colourAt(page, 0, middle.x, middle.y)).toEqual(red);
    expect(await page.getByRole('list', { name: 'Changed regions' }).getByRole('button').count()).toBe(2);

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await press(page, 'c');
    await page.getByText('Link copied.').first().waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/&view=after&region=1&at=-?[\d.]+%2C-?[\d.]+%2C[\d.]+$/);
    const scale = await zoom(page);
    await page.goto('about:blank');
    await page.goto(link);
    await loaded(page);
    expect(await panes(page)).toEqual(['after']);
    expect(await zoom(page)).toBe(scale);
    expect(await colourAt(page, 0, middle.x, middle.y)).toEqual(red);
  });

  test('pictures of different size: hatched and told; small and transparent ones stay what they are', async () => {
    const page = await open('narrower and shorter', '&at=0,0,0.3');
    expect(await page.locator('.pane[data-kind="after"] .pane-note').innerText()).toBe(
      '400 px shorter, 100 px narrower',
    );
    const hatch = await colourAt(page, 2, 60, 200);
    expect(Math.max(...hatch.slice(0, 3)) - Math.min(...hatch.slice(0, 3)), 'grey').toBeLessThan(20);
    for (const name of ['pixel', 'icon']) {
      await page.goto(server.url + release.runAddress(name));
      await loaded(page);
      expect(await zoom(page), `${name} is not blown up`).toBe('100 %');
    }
    await page.goto(`${server.url}${release.runAddress('transparent')}&view=after`);
    await loaded(page);
    const { x, y } = await middleOf(page, 0);
    expect(await colourAt(page, 0, x - 100, y)).toEqual(red);
    const empty = await colourAt(page, 0, x + 100, y);
    expect(Math.min(...empty), 'checkerboard').toBeGreaterThan(200);
  });

  test('a picture of the difference that somebody else made is shown as it is', async () => {
    const page = await open('foreign', '&view=diff');
    const { x, y } = await middleOf(page, 0);
    expect(await colourAt(page, 0, x, y)).toEqual([255, 238, 0, 255]);
    expect(await page.getByRole('button', { name: 'Mask' }).count()).toBe(0);
  });

  test('1280 × 20,000: map with ticks, sharp to the end, never the whole file', async () => {
    const tall = await tallPngs();
    await seedRun(server.client, release, { name: 'tall', ...tall });
    const page = await open('/same');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${server.url}${release.runAddress('tall')}&view=after&region=3`);
    await loaded(page);
    expect(await hasRed(page)).toBe(true);
    const map = page.getByRole('scrollbar', { name: 'Map of the page' });
    expect(Number(await map.getAttribute('aria-valuenow'))).toBeGreaterThan(90);
    const ticks = await map.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(width >> 1, 0, 1, height);
      return Array.from({ length: height }, (_, row) => row)
        .filter((row) => data[row * 4] === 255 && data[row * 4 + 1] === 45 && data[row * 4 + 2] === 155)
        .map((row) => row / height);
    });
    for (const share of [300 / 20_000, 0.5, 19_800 / 20_000])
      expect(ticks.some((row) => Math.abs(row - share) < 0.01)).toBe(true);
    await press(page, 'Home');
    expect(await map.getAttribute('aria-valuenow')).toBe('0');
    await press(page, 'Space');
    expect(Number(await map.getAttribute('aria-valuenow'))).toBeGreaterThan(2);
    expect(asked.filter((path) => path.endsWith('/overview')).length).toBeGreaterThan(0);
    expect(asked.some((path) => /\/strips\/19$/.test(path))).toBe(true);
    expect(
      asked.filter((path) => path === '/api/download'),
      'whole files',
    ).toEqual([]);
    await expectAccessible(page);
  }, 60_000);
});

describe('every state', () => {
  test('new, same, failed and waiting say what they are', async () => {
    const page = await open('/new');
    expect(await panes(page)).toEqual(['after']);
    expect(await decisionBar(page)).toContain('New');
    await page.goto(server.url + release.runAddress('/same'));
    await loaded(page);
    expect(await page.locator('.run-same').innerText()).toBe('Identical to the baseline, byte for byte.');
    expect(await panes(page)).toEqual(['after']);
    expect(await page.getByRole('button', { name: /^Approve/ }).count(), 'nothing to decide').toBe(0);
    await expectAccessible(page);

    await page.goto(server.url + release.runAddress('/cart'));
    await loaded(page);
    const panel = page.locator('.run-panel');
    await panel.locator('.log-lines').waitFor();
    expect(await panel.innerText()).toContain('The page answered with status 500.');
    expect(await panel.innerText()).toContain('Its log');
    expect(await panes(page)).toEqual(['before']);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Capture again' }).click();
    await page
      .getByText(/only that client can take it again/)
      .first()
      .waitFor();

    await page.goto(server.url + release.runAddress('/waiting'));
    await loaded(page);
    expect(await panel.innerText()).toMatch(
      /Waiting for screenshot\s+Screenshot: waits in the queue “capture”/,
    );
    const { tasks } = await server.client.leaseTasks({ queueName: 'capture', owner: 'test', timeout: 60 });
    await server.client.heartbeat({
      queueName: 'capture',
      taskId: tasks[0]!.taskId,
      owner: 'test',
      message: 'Capturing: loading.',
      index: 1,
    });
    await page.getByText('Capturing: loading.').waitFor();
    await expectAccessible(page);
  }, 60_000);

  test('the details tell what is known, in light and dark', async () => {
    const page = await open('/checkout?step=2', '', { width: 1700 });
    const info = page.getByRole('complementary', { name: 'Details' });
    const text = await info.innerText();
    for (const part of [
      'Distortion',
      'Regions · 1',
      'Changed in the same places · 5',
      'History of this name',
    ])
      expect(text).toContain(part);
    await info.locator('.info-regions button').first().click();
    expect(await info.locator('.info-regions [aria-current]').count()).toBe(1);
    await expectAccessible(page);
    await press(page, 'i');
    expect(await info.count()).toBe(0);
    await press(page, 'r');
    expect(await page.getByRole('navigation', { name: 'Runs' }).count()).toBe(0);
    await press(page, '/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Filter runs by name',
    );
    await page.keyboard.type('STEP=');
    await page.waitForFunction(() => document.querySelectorAll('.run-row').length === 3);
  });

  test.each([longName, rtlName, hostileName])('an odd name is only a name: %j', async (name) => {
    const page = await open(name);
    expect(await heading(page)).toContain(name === hostileName ? '⟨U+202E⟩ evil' : name);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
    expect(await sidewaysScroll(page)).toBe(0);
    await press(page, 'k', 'j');
    await shown(page, name);
  });
});

describe('deciding', () => {
  test('Y and N mark at once and go to the next undecided; the order stays; undo goes back', async () => {
    const [page, own] = await openUndecided(['a', 'b', 'c', 'd']);
    const order = () =>
      page.$$eval('.run-row .cut', (names) => names.map((name) => name.getAttribute('title')));
    const before = await order();
    expect(await page.locator('.frame-state').innerText()).toBe('4 of 4 left');
    await press(page, 'y');
    await shown(page, 'b');
    await press(page, 'j', 'n');
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
    await page.getByRole('button', { name: 'Look again' }).click();
    await shown(page, 'a');
    await page.getByRole('button', { name: 'Take approval back' }).click();
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

  test('E asks with the count and approves what changed in the same places', async () => {
    const [page, own] = await openUndecided(['a', 'b', 'c']);
    expect(await page.locator('.same-places').innerText()).toBe('= 1 more');
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
      'approve, go to the next undecided',
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

  test('next and previous keep the canvases: nothing is mounted anew, and the next picture was fetched ahead', async () => {
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

  test('what somebody else does appears in place; an open picture is not swapped', async () => {
    const { before, after, other } = await samplePictures();
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
    // Asked for again at another address: the slot is emptied, and another picture comes.
    const named = { ...own, runName: 'a', url: 'https://shop.example/again' };
    await server.client.requestRun(named);
    await page.getByText('This run is captured again. You see what was there before.').waitFor();
    expect(await panes(page)).toHaveLength(3);
    const { sha1sum } = await server.client.upload({
      buildId: 1,
      content: new Uint8Array(other),
      fileName: 'page.png',
    });
    await server.client.reportRun({ ...named, image: sha1sum });
    expect(await panes(page)).toHaveLength(3);
    await page
      .getByRole('button', { name: /A new picture arrived · Show|This run has another result/ })
      .click();
    await page.locator('.run-newer').waitFor({ state: 'detached' });

    await seedRun(server.client, own, { name: 'aa', before, after: other });
    await page.getByRole('button', { name: /1 new difference · Show/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('.run-row').length === 3);
  });

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
  }, 60_000);
});

describe('pages beside it', () => {
  const sideOf = (name: string, page: string, type: string) =>
    `${server.url}${release.runAddress(name).replace('/run?', `/${page}?`)}&type=${type}`;

  test('O opens the picture: one pane, keys change the side, U goes back', async () => {
    const page = await open('all');
    await press(page, 'o');
    await page.waitForURL(/\/image\?/);
    await loaded(page);
    expect(await panes(page)).toEqual(['after']);
    const { x, y } = await middleOf(page, 0);
    expect(await colourAt(page, 0, x, y)).toEqual(red);
    await press(page, '1');
    await page.waitForURL(/type=before/);
    expect(await colourAt(page, 0, x, y)).toEqual(blue);
    await press(page, 'w');
    expect(await panes(page), 'no other views here').toEqual(['before']);
    expect(await page.getByRole('link', { name: 'Download' }).getAttribute('href')).toMatch(
      /^\/api\/download\?/,
    );
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Plain image' }).click();
    await page.getByRole('img', { name: /^Before: all, 1,600 by 1,200 pixels/ }).waitFor();
    await press(page, 'u');
    await page.waitForURL(/\/run\?/);
    expect(await heading(page)).toBe('all');
    await press(page, 'u');
    await page.waitForURL(/\/release\?/);
  });

  test('the log: outcome, stages, filter by kind and text; control characters are gone', async () => {
    page = await openPage(browser, sideOf('/cart', 'log', 'after'));
    expect(await page.locator('.log-outcome').innerText()).toBe('The page answered with status 500.');
    expect(await page.locator('.log-stages li').allInnerTexts()).toEqual([
      expect.stringMatching(/^loading\s+120 ms$/),
      expect.stringMatching(/^settling\s+282 ms$/),
    ]);
    const lines = page.locator('.log-lines li');
    expect(await lines.count()).toBe(7);
    expect(await page.locator('.log-lines').innerText()).toContain('log: [31mred[0m alert');
    await page.getByRole('button', { name: /^Page errors/ }).click();
    expect(await lines.count()).toBe(1);
    await page.getByRole('button', { name: /^All/ }).click();
    await press(page, '/');
    await page.keyboard.type('shop.example/cart');
    expect(await lines.count()).toBe(2);
    await expectAccessible(page);
    await page.goto(sideOf('/new', 'log', 'after'));
    await page.getByText('No log was kept for this capture.').waitFor();
  });

  test('a log over 1 MiB is cut and says so', async () => {
    const line = (index: number) => `${index} ${'x'.repeat(500)}\n`;
    const log = Array.from({ length: 2_600 }, (_, index) => line(index)).join('');
    const { after } = await samplePictures();
    await seedRun(server.client, release, { name: 'long log', after, log });
    page = await openPage(browser, sideOf('long log', 'log', 'after'));
    await page.getByText('Only the first MiB is shown. The download has all of it.').waitFor();
    expect(await page.locator('.log-lines li').count()).toBe(2_000);
  });

  test('the config: what differs first, secrets masked, copied as JSON and as a YAML test', async () => {
    const { before, after } = await samplePictures();
    const common = { viewportSize: { width: 1280, height: 900 } };
    await seedRun(server.client, release, {
      name: 'configured',
      before,
      after,
      config: {
        ...common,
        targetUrl: 'https://a.test/new',
        httpPassword: 'hunter2',
        cookies: [{ name: 'sid', value: 'abc' }],
      },
      refConfig: { ...common, targetUrl: 'https://a.test/old' },
    });
    page = await openPage(browser, sideOf('configured', 'config', 'after'));
    await page.locator('.config-table').waitFor();
    expect((await page.locator('.config-table tbody th code').allInnerTexts()).at(-1)).toBe('viewportSize');
    const text = await page.locator('.config-table').innerText();
    expect(text).toContain('••••');
    expect(text).not.toMatch(/hunter2|abc/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as YAML test' }).click();
    await page.getByText('Copied as a YAML test.').first().waitFor();
    const yaml = await page.evaluate(() => navigator.clipboard.readText());
    expect(yaml).toContain('url: https://a.test/new');
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await page.getByText('Copied as JSON.').first().waitFor();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject(common);
    await expectAccessible(page);
  });

  test('no such run, no such release: said, with a way on', async () => {
    page = await openPage(browser, `${server.url}/run?id=1&name=none&number=9&test=x`, {
      expectErrors: /404/,
    });
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    await page.goto(server.url + release.runAddress('no such run'));
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
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
