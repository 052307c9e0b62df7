import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { longName, markupName, rtlName } from '../support/sample-scenes.ts';
import { colourAt } from './report-page.ts';
import {
  closePage,
  expectAccessible,
  heading,
  leaveBrowser,
  sharedBrowser,
  loaded,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';
import { sha1, startReviewServer, type ReviewServer } from './support/review-server.ts';
import { blue, red, panes, zoom, middleOf, hasRed, shown, decisionBar } from './support/run-page.ts';
import { seedForeignRun, seedRuns, tallPngs, transparentPng } from './support/run-scenes.ts';
import { seedRun, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;
let page: Page | undefined;

const isPinkish = ([red, green, blue]: number[]) => red! > 200 && green! < 120 && blue! > 90 && blue! < 200;

beforeAll(async () => {
  [browser, server] = await Promise.all([sharedBrowser(), startReviewServer()]);
  release = await seedRuns(server.client, 1);
  await seedForeignRun(server.client, release, 'foreign');
  await seedRun(server.client, release, {
    name: 'transparent',
    before: await transparentPng('#1d4ed8'),
    after: await transparentPng('#b91c1c'),
  });
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

async function open(name: string, more = '', options: OpenOptions = {}): Promise<Page> {
  page = await openPage(browser, server.url + release.runAddress(name) + more, options);
  return page;
}

describe('views', () => {
  test('the same pixel of the image is at the same place in every view', async () => {
    const page = await open('boxes', '&at=690,490,4');
    expect(await panes(page)).toEqual(['before', 'diff', 'after']);
    // The box begins at 700, 500: 40 px from the corner of each pane.
    await expect.poll(() => colourAt(page, 0, 60, 60)).toEqual(blue);
    await expect.poll(() => colourAt(page, 1, 60, 60)).toSatisfy(isPinkish);
    await expect.poll(() => colourAt(page, 2, 60, 60)).toEqual(red);
    await expect.poll(() => colourAt(page, 2, 20, 20)).toEqual(blue);
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
    await expect.poll(() => colourAt(page, 0, 60, 60)).toEqual(red);
    await press(page, 'b');
    expect(await page.locator('.pane-button').innerText(), 'less motion: it waits').toBe('Play');
    await press(page, 'Escape');
    expect(await panes(page)).toHaveLength(3);
    expect(await page.getByRole('radio', { name: 'Side by side' }).getAttribute('aria-checked')).toBe('true');
  });

  test('zoom keys, arrows and pages; the colour under the pointer from 800 % on', async () => {
    const page = await open('boxes', '&view=after');
    expect(await zoom(page), 'the change can be read').toBe('100 %');
    await press(page, '+');
    expect(await zoom(page)).toBe('125 %');
    await press(page, 'a');
    expect(await page.getByRole('button', { name: 'Whole page' }).getAttribute('aria-pressed')).toBe('true');
    await press(page, '0');
    const width = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => canvas.clientWidth);
    expect(await zoom(page)).toBe(`${Math.round(width / 16)} %`);

    await page.goto(`${server.url}${release.runAddress('boxes')}&view=after&at=690,490,4`);
    await loaded(page);
    await expect.poll(() => colourAt(page, 0, 20, 20)).toEqual(blue);
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
    expect(await page.locator('[role="status"]').first().innerText()).toMatch(/^Change 1 of 2: Changed, /);
    await press(page, '.', '.');
    await page.waitForFunction(() => location.search.includes('region=1'));
    await press(page, ',');
    await page.waitForFunction(() => location.search.includes('region=2'));
    await press(page, '.', 'h');
    const middle = await middleOf(page, 0);
    expect(await colourAt(page, 0, middle.x, middle.y)).toEqual(red);
    expect(await page.getByRole('list', { name: 'Changes', exact: true }).getByRole('button').count()).toBe(
      2,
    );

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await press(page, 'c');
    await page.getByText('Link copied.').first().waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/&view=after&region=1&at=-?[\d.]+%2C-?[\d.]+%2C[\d.]+&aligned=on$/);
    const scale = await zoom(page);
    await page.goto('about:blank');
    await page.goto(link);
    await loaded(page);
    expect(await panes(page)).toEqual(['after']);
    expect(await zoom(page)).toBe(scale);
    expect(await colourAt(page, 0, middle.x, middle.y)).toEqual(red);
  });

  test('images of different size: hatched and told; small and transparent ones stay what they are', async () => {
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

  test('an image of the difference that somebody else made is shown as it is', async () => {
    const page = await open('foreign', '&view=diff');
    const { x, y } = await middleOf(page, 0);
    expect(await colourAt(page, 0, x, y)).toEqual([255, 238, 0, 255]);
    expect(await page.getByRole('button', { name: 'Mask' }).count()).toBe(0);
  });

  test('1280 × 20,000: map with ticks, sharp to the end, never the whole file', async () => {
    const tall = await tallPngs();
    await seedRun(server.client, release, { name: 'tall', ...tall });
    const page = await open('/same');
    await page.goto('about:blank');
    const asked: URL[] = [];
    page.on('request', (request) => asked.push(new URL(request.url())));
    const inPieces = (kind: RegExp) =>
      new Set(asked.flatMap(({ pathname }) => kind.exec(pathname)?.[1] ?? []));
    const wholeFiles = () =>
      asked
        .filter(({ pathname }) => pathname === '/api/download')
        .map(({ searchParams }) => searchParams.get('sha1sum'));
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
    expect(inPieces(/\/pictures\/(\w+)\/overview$/).size).toBeGreaterThan(0);
    expect(inPieces(/\/pictures\/(\w+)\/strips\/19$/)).toContain(sha1(tall.after));
    const strips = () => inPieces(/\/pictures\/(\w+)\/strips\/\d+$/);
    await expect.poll(() => strips().size, { timeout: 20_000, message: 'before, after and mask' }).toBe(3);
    // Images of one strip are loaded whole: the neighboring runs are prefetched once everything visible is sharp.
    await expect
      .poll(() => wholeFiles().length, { timeout: 20_000, message: 'fetched ahead' })
      .toBeGreaterThan(0);
    expect([...strips()]).toEqual(expect.arrayContaining([sha1(tall.before), sha1(tall.after)]));
    expect(wholeFiles().filter((digest) => strips().has(digest!))).toEqual([]);
    await expectAccessible(page);
  });
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
    expect(await panel.innerText()).toContain('The page returned status 500.');
    expect(await panel.innerText()).toContain('Its log');
    expect(await panes(page)).toEqual(['before']);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Capture again' }).click();
    await page
      .getByText(/only that client can send it again/)
      .first()
      .waitFor();

    await page.goto(server.url + release.runAddress('/waiting'));
    await loaded(page);
    expect(await panel.innerText()).toMatch(
      /Waiting for screenshot\s+Screenshot: waiting in the queue “capture”/,
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
  });

  test('the details tell what is known, in light and dark', async () => {
    const page = await open('/checkout?step=2', '', { width: 1700 });
    const info = page.getByRole('complementary', { name: 'Details' });
    const text = await info.innerText();
    for (const part of ['Distortion', 'Changes · 1', 'The same changes · 5', 'History of this image'])
      expect(text).toContain(part);
    await info.locator('.changes button').first().click();
    expect(await info.locator('.changes [aria-current]').count()).toBe(1);
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

  test.each([longName, rtlName, markupName])('an odd name is only a name: %j', async (name) => {
    const page = await open(name);
    expect(await heading(page)).toContain(name);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
    expect(await sidewaysScroll(page)).toBe(0);
    await press(page, 'k', 'j');
    await shown(page, name);
  });
});
