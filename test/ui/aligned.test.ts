import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alignmentOf, changeOf, moved, movedColumn, reflowed } from '../support/sample-moves.ts';
import { plainPng } from '../support/sample-pages.ts';
import { SampleReport } from '../support/sample-report.ts';
import { colourAt, drawn, openReport, press } from './report-page.ts';
import {
  closePage,
  expectAccessible,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press as pressKey,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { blue, panes, red } from './support/run-page.ts';
import { seedRelease, type SeededRelease } from './support/seed.ts';

const beyondMaxMove = { farthestMove: 100, maxMove: 50 };
const green = [21, 128, 61, 255];

let browser: Browser;
let folder: string;
let report: string;
let server: ReviewServer;
let release: SeededRelease;

/** 100 green rows came between the blue and the red ones: what is below them moved down. */
async function insertedRows() {
  const box = (top: number, height: number, colour: string) => ({ left: 0, top, width: 900, height, colour });
  const [before, after, alignedMask] = await Promise.all([
    plainPng(900, 1600, '#b91c1c', [box(0, 400, '#1d4ed8')]),
    plainPng(900, 1700, '#b91c1c', [box(0, 400, '#1d4ed8'), box(400, 100, '#15803d')]),
    plainPng(900, 1700, '#000000'),
  ]);
  const added = { left: 0, top: 400, width: 900, height: 100 };
  const name = { selector: 'main > <b>p</b>', kind: 'added' as const, facts: [] };
  const alignment = alignmentOf(
    [moved({ left: 0, top: 400, width: 900, height: 1200 }, { y: 100 })],
    [changeOf({ kind: 'added', before: null, after: added, name })],
  );
  return { before, after, alignment, alignedMask };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-aligned-'));
  const [rows, column, lines] = await Promise.all([insertedRows(), movedColumn(), reflowed()]);
  const sample = new SampleReport();
  await sample.add({ name: 'rows', ...rows });
  await sample.add({ name: 'column', ...column });
  await sample.add({ name: 'reflow', ...lines });
  const tooFar = await sample.add({ name: 'too far', ...rows });
  Object.assign(tooFar.comparison!, { beyondMaxMove });
  [browser, server, report] = await Promise.all([
    sharedBrowser(),
    startReviewServer(),
    sample.write(join(folder, 'report')),
  ]);
  release = await seedRelease(server.client, {
    buildId: 1,
    name: '06-16-r01',
    runs: [
      { name: 'column', ...column },
      { name: 'rows', ...rows },
      { name: 'too far', ...rows, beyondMaxMove },
    ],
  });
});

afterAll(async () => {
  await leaveBrowser(browser);
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the report', () => {
  let page: Page | undefined;

  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  const open = async (hash: string) => (page = await openReport(browser, report, { hash }));
  const announced = (page: Page) => page.locator('[role="status"]').innerText();

  test('has equal rows side by side, a gap for what was added, and the plain images one key away', async () => {
    const page = await open('#test=rows&at=0,350,1');
    expect(await page.locator('.alignment-line').innerText()).toBe(
      'Moved down 100 px from y 400; 1 added (900 × 100)',
    );
    expect(await panes(page)).toEqual(['before', 'diff', 'after']);
    expect(await colourAt(page, 0, 20, 20), 'above the gap').toEqual(blue);
    const gap = await colourAt(page, 0, 20, 120);
    expect(Math.max(...gap.slice(0, 3)) - Math.min(...gap.slice(0, 3)), 'gray').toBeLessThan(20);
    expect(await colourAt(page, 2, 20, 120)).toEqual(green);
    for (const pane of [0, 2]) expect(await colourAt(page, pane, 20, 170), 'below it').toEqual(red);

    await press(page, 'p');
    const pressed = () => page.getByRole('button', { name: 'Aligned' }).getAttribute('aria-pressed');
    expect(await pressed()).toBe('false');
    const reopen = async (hash: string) => {
      await page.goto('about:blank');
      await page.goto(`file://${report}${hash}`);
      await page.waitForSelector('canvas');
      await drawn(page);
    };
    await reopen('#test=rows&at=0,350,1');
    expect(await pressed(), 'kept on this device').toBe('false');
    expect(await colourAt(page, 0, 20, 120)).toEqual(red);
    expect(await colourAt(page, 2, 20, 120)).toEqual(green);
    await reopen('#test=rows&aligned=on');
    expect(await pressed(), 'a link shows what was copied').toBe('true');
  });

  test('keeps the row in the middle when the alignment is turned off', async () => {
    const page = await open('#test=rows&view=after&at=0,600,2');
    const height = await page.locator('canvas[data-pane="0"]').evaluate((canvas) => canvas.clientHeight);
    const middle = await colourAt(page, 0, 20, height / 2);
    await press(page, 'p');
    expect(await colourAt(page, 0, 20, height / 2)).toEqual(middle);
  });

  test('joins a column that moved on its own with a band, lit under the pointer and when stepped to', async () => {
    const page = await open('#test=column');
    const band = page.locator('.band');
    expect(await band.count()).toBe(1);
    expect(await band.locator('text').textContent()).toBe('↓ 64');
    expect(await band.locator('path').getAttribute('d')).toMatch(/^M0 [\d.]+C/);
    await press(page, '0');
    const canvas = (await page.locator('canvas[data-pane="0"]').boundingBox())!;
    const scale = canvas.width / 1280;
    await page.mouse.move(canvas.x + 900 * scale, canvas.y + 400 * scale);
    await drawn(page);
    expect(await band.getAttribute('data-lit')).toBe('true');
    await page.mouse.move(canvas.x + 20, canvas.y + 20);
    await drawn(page);
    expect(await band.getAttribute('data-lit')).toBe('false');
    await press(page, 'Shift+Period');
    expect(await announced(page)).toBe('Moved part 1 of 1: down 64 px');
    expect(await band.getAttribute('data-lit')).toBe('true');
    await press(page, '.');
    expect(await announced(page)).toBe('Change 1 of 1: Added, 260 × 48');
  });

  test('opens a reflow as it is, and says so', async () => {
    const page = await open('#test=reflow');
    expect(await page.locator('.alignment-line').innerText()).toContain('Reflowed: 17 parts');
    expect(await page.getByRole('button', { name: 'Aligned' }).getAttribute('aria-pressed')).toBe('false');
    await press(page, 'p');
    expect(await page.getByRole('button', { name: 'Aligned' }).getAttribute('aria-pressed')).toBe('true');
  });
});

test('both say that something moved further than the settings tolerate, and how far', async () => {
  const sentence =
    'Moved down 100 px from y 400; 100 px is further than maxMove allows (50 px); 1 added (900 × 100)';
  const inReport = await openReport(browser, report, { hash: '#test=too%20far' });
  expect(await inReport.locator('.alignment-line').innerText()).toBe(sentence);
  await inReport.context().close();
  const onServer = await openPage(browser, server.url + release.runAddress('too far'));
  expect(await onServer.locator('.alignment-line').innerText()).toBe(sentence);
  await closePage(onServer);
});

test('the run page steps through changes, lists them as text, and is accessible', async () => {
  const page = await openPage(browser, server.url + release.runAddress('rows'));
  expect(await page.locator('.alignment-line').innerText()).toBe(
    'Moved down 100 px from y 400; 1 added (900 × 100)',
  );
  await pressKey(page, 'i', '.');
  expect(new URL(page.url()).searchParams.get('region')).toBe('1');
  expect(await page.locator('.toolbar').innerText()).toContain('1 of 1');
  const change = page.locator('.changes [aria-current]');
  expect(await change.innerText()).toContain('Added 900 × 100 at 0, 400');
  expect(await change.locator('.change-name').innerText()).toBe('main > <b>p</b>');
  await pressKey(page, 'p');
  expect(await page.locator('.changes').count()).toBe(0);
  expect(await page.locator('.regions').count()).toBe(1);
  await closePage(page);

  const column = await openPage(browser, server.url + release.runAddress('column'));
  expect(await column.locator('.band').count()).toBe(1);
  expect(await column.getByRole('list', { name: 'Moved parts' }).innerText()).toContain('down 64 px');
  await expectAccessible(column);
  await closePage(column);
});
