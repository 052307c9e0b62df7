import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aligned, fingerprintOf } from '../support/aligned.ts';
import type { MadeUpChange } from '../support/aligned.ts';
import { plainPng } from '../support/sample-pages.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';

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

const header: MadeUpChange = {
  word: 'header',
  name: {
    selector: 'header > a',
    kind: 'changed',
    facts: [{ what: 'text', before: 'Sale', after: '<b>Clearance</b>' }],
  },
};

/** All have the change of the header, one also another one. */
const fourPages: readonly (readonly [string, readonly MadeUpChange[]])[] = [
  ['/a', [header]],
  ['/b', [header]],
  ['/c', [header, { word: 'own', kind: 'added', before: null, top: 1500 }]],
  ['/d', [{ ...header, top: 2900 }]],
];

async function seeded(name: string, runs = fourPages) {
  const { client } = server;
  const buildId = (await client.createBuild({ name })).build.id;
  const release = { buildId, releaseName: 'v12', releaseNumber: 1 };
  const { sha1sum: refImage } = await sendTo(buildId, '#dde4f0');
  const { sha1sum: image } = await sendTo(buildId, '#f4d9c8');
  await client.createRelease({ buildId, releaseName: 'v12' });
  for (const [runName, changes] of runs) {
    const comparison = aligned(changes);
    await client.reportRun({
      ...{ ...release, runName, image, refImage, diffImage: image, distortion: 0.1 },
      comparison,
    });
  }
  await client.runsDone(release);
  const query = new URLSearchParams({ id: String(buildId), name: 'v12', number: '1' }).toString();
  return { release, address: `/release?${query}` };
}

function sendTo(buildId: number, colour: string) {
  return plainPng(1280, 3000, colour).then((content) =>
    server.client.upload({ buildId, content: new Uint8Array(content), fileName: 'a.png' }),
  );
}

async function open(address: string, options: OpenOptions = {}): Promise<Page> {
  const page = await openPage(browser, server.url + address, options);
  pages.push(page);
  return page;
}

/** CSS pixels of all crops that no part of their image covers. */
async function uncovered(page: Page): Promise<number> {
  const crops = page.locator('.change-crop');
  await expect
    .poll(() => crops.first().evaluate((crop) => crop.querySelector('img')!.naturalWidth))
    .toBe(1280);
  await expect
    .poll(() => crops.last().evaluate((crop) => crop.querySelector('img')!.naturalWidth))
    .toBe(1280);
  await press(page);
  return crops.evaluateAll((all) =>
    all.reduce((sum, crop) => {
      const room = crop.getBoundingClientRect();
      const images = [...crop.querySelectorAll('img')].map((image) => image.getBoundingClientRect());
      const gaps = [
        Math.max(...images.map(({ left }) => left)) - room.left,
        room.right - Math.min(...images.map(({ right }) => right)),
        Math.min(...images.map(({ top }) => top)) - room.top,
        room.bottom - Math.max(...images.map(({ bottom }) => bottom)),
      ];
      return sum + gaps.reduce((beyond, gap) => beyond + Math.max(0, Math.floor(gap)), 0);
    }, 0),
  );
}

const titles = (page: Page) => page.locator('.change-row .change-name').allTextContents();
const progress = (page: Page) => page.locator('#changes-heading').textContent();

async function verdicts(release: Awaited<ReturnType<typeof seeded>>['release']): Promise<string> {
  return (await server.client.listRuns(release)).runs.verdict.join(' ');
}

async function idOf({ buildId }: { buildId: number }): Promise<number> {
  return (await server.client.listReleases({ buildId })).releases[0]!.release.id;
}

describe('a release reviewed by its changes', () => {
  test('with the keyboard: the biggest first, one left out, one taken back', async () => {
    const { release, address } = await seeded('By changes');
    const page = await open(address);
    await page.locator('.run-item').first().waitFor();
    await press(page, 'Shift+G');
    await page.locator('.change-row').first().waitFor();
    expect(await titles(page)).toEqual([
      'header > a: text "Sale" → "<b>Clearance</b>"',
      'Added · 200 × 60 px',
    ]);
    expect(await progress(page)).toBe('2 decisions left, 4 runs');
    await expectAccessible(page);
    await press(page, 'j');
    await press(page, 'Enter');
    await page.locator('.change-place').first().waitFor();
    expect(await page.locator('.change-place-head').allTextContents()).toEqual(['header > a, 1280 px wide']);
    await press(page, 'y');
    const dialog = page.locator('dialog[open]');
    await dialog.locator('text=Approve this change in 4 runs?').waitFor();
    await expectAccessible(page);
    await dialog.locator('summary').first().click();
    await dialog.getByLabel('/b', { exact: true }).click();
    await dialog.locator('text=1 run is left out: it needs its own verdict.').waitFor();
    await dialog.getByRole('button', { name: 'Approve 3' }).click();
    await page
      .locator('.toast-text', { hasText: 'Approved 2 runs. 1 run with other changes still waits.' })
      .waitFor();
    expect(await verdicts(release)).toBe('approved none none approved');
    await page.locator('.change-row', { hasText: 'Added' }).waitFor();
    await press(page, 'n');
    await page.locator('dialog[open] >> text=Reject this change in 1 run?').waitFor();
    await press(page, 'Enter');
    await page.locator('.toast-text', { hasText: 'Rejected 1 run.' }).waitFor();
    expect(await verdicts(release)).toBe('approved none rejected approved');
    await press(page, 'Control+z');
    await page.locator('.toast-text', { hasText: 'Undone: 1 run.' }).waitFor();
    expect(await verdicts(release)).toBe('approved none none approved');
    await press(page, 'Shift+G');
    await page.locator('.run-item').first().waitFor();
  });

  test('the open change is in the address: Back closes it, a reload shows it, and its row has the focus then', async () => {
    const { address } = await seeded('Address');
    const page = await open(`${address}&mode=changes`);
    await page.locator('.change-row').first().waitFor();
    await press(page, 'j', 'j', 'Enter');
    const title = page.locator('.change-head h2');
    await title.waitFor();
    expect(await title.textContent()).toBe('Added · 200 × 60 px');
    expect(await title.evaluate((heading) => heading === document.activeElement)).toBe(true);
    expect(new URL(page.url()).searchParams.get('change')).toBe(fingerprintOf('own'));
    await page.reload();
    await title.waitFor();
    await press(page, 'Escape');
    await page.locator('.change-row').first().waitFor();
    await press(page, 'Enter');
    await title.waitFor();
    await page.getByRole('link', { name: '/c' }).click();
    await page.waitForURL(/\/run\?/);
    await press(page, 'u');
    await title.waitFor();
    await page.goBack();
    await page.waitForURL(/\/run\?/);
    await page.goBack();
    await title.waitFor();
    await page.goBack();
    await page.locator('.change-row').first().waitFor();
    expect(new URL(page.url()).searchParams.get('change') ?? '').toBe('');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    expect(await focused()).toContain('Added · 200 × 60 px');
    await press(page, 'k');
    expect(await focused()).toContain('header > a');
  });

  test('goes from open change to open change, and takes decisions back in their order, also after a reload', async () => {
    const { release, address } = await seeded('Order', [
      ['/a', ['one', 'two', 'three'].map((word) => ({ word }))],
      ['/b', [{ word: 'one' }, { word: 'two' }]],
      ['/c', [{ word: 'one' }]],
    ]);
    const page = await open(`${address}&mode=changes`);
    const places = () =>
      page.locator('.change-row').evaluateAll((rows) => rows.map((row) => row.hasAttribute('data-current')));
    await page.locator('.change-row').first().waitFor();
    await press(page, 'Shift+J', 'Shift+J');
    expect(await places(), 'the second').toEqual([false, true, false]);
    await press(page, 'y');
    await page.locator('dialog[open]').waitFor();
    await press(page, 'Enter');
    await page
      .locator('.toast-text', { hasText: 'Approved the change. 2 runs with other changes still wait.' })
      .waitFor();
    await page.locator('.change-state', { hasText: 'Approved' }).waitFor();
    await expect.poll(() => page.locator('.change-row[data-current]').textContent()).toContain('in 1 run');
    await press(page, 'Shift+G', 'j', 'j', 'j', 'n');
    await page.locator('.toast-text', { hasText: 'Rejected /c.' }).waitFor();
    expect(await verdicts(release)).toBe('none none rejected');
    // The address follows what is shown a moment later.
    await page.waitForURL((url) => (url.searchParams.get('mode') ?? '') === '');
    await page.reload();
    await page.locator('.run-item').first().waitFor();
    await press(page, 'Control+z');
    await page.locator('.toast-text', { hasText: 'Undone.' }).waitFor();
    await expect.poll(() => verdicts(release)).toBe('none none none');
    await press(page, 'Control+z');
    await expect
      .poll(async () => (await server.client.listChanges({ releaseId: await idOf(release) })).changes)
      .toMatchObject([{ decision: null }, { decision: null }, { decision: null }]);
    await press(page, 'Shift+G');
    await page.locator('.change-row').nth(2).waitFor();
    expect(await page.locator('.change-state', { hasText: 'Approved' }).count()).toBe(0);
  });

  test('many: asked for once, all are listed, and keys reach what is far below', async () => {
    const words = Array.from({ length: 90 }, (_, index) => ({ word: `change ${index}` }));
    const { address } = await seeded('Many', [['/a', words]]);
    const page = await open('/');
    let requests = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/changes')) requests++;
    });
    await page.goto(`${server.url}${address}&mode=changes`);
    const rows = page.locator('.change-row');
    await rows.nth(89).waitFor({ state: 'attached' });
    expect(await rows.count()).toBe(90);
    for (let step = 0; step < 40; step++) await press(page, 'j');
    const current = page.locator('.change-row[data-current]');
    const at = await rows.evaluateAll((all) => all.findIndex((row) => row.hasAttribute('data-current')));
    expect(at).toBe(39);
    const box = (await current.boundingBox())!;
    expect(box.y).toBeGreaterThan(0);
    expect(box.y + box.height).toBeLessThanOrEqual(900);
    expect(requests).toBe(1);
    await expectAccessible(page);
  });

  test('a change that was approved earlier, on other pages, is listed first and says so', async () => {
    const { release, address } = await seeded('Earlier', [
      ['/a', [header]],
      ['/b', [{ word: 'own' }]],
    ]);
    const { client } = server;
    const { releases } = await client.listReleases({ buildId: release.buildId });
    await client.reviewChange({
      ...{ releaseId: releases[0]!.release.id, fingerprint: fingerprintOf('header'), verdict: 'approved' },
      operationId: 'earlier',
    });
    const next = { ...release, releaseNumber: (await client.createRelease(release)).releaseNumber };
    const { sha1sum: refImage } = await sendTo(release.buildId, '#dde4f0');
    const { sha1sum: image } = await sendTo(release.buildId, '#f4d9c8');
    for (const [runName, word] of [
      ['/c', 'header'],
      ['/d', 'new'],
      ['/e', 'new'],
    ] as const)
      await client.reportRun({
        ...{ ...next, runName, image, refImage, diffImage: image, distortion: 0.1 },
        comparison: aligned([word === 'header' ? header : { word }]),
      });
    await client.runsDone(next);
    const page = await open(`${address.replace('number=1', 'number=2')}&mode=changes`);
    const rows = page.locator('.change-row');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain('approved earlier in v12 #1');
    expect(await rows.last().textContent()).not.toContain('approved earlier');
    await press(page, 'y');
    await page.locator('.confirm-dialog').waitFor();
    expect(await page.locator('.change-head a').textContent()).toBe('approved earlier in v12 #1');
    await expectAccessible(page);
    await press(page, 'Enter');
    await expect.poll(() => verdicts(next)).toBe('approved none none');
  });

  test('crops show the change with what is around it, and nothing beyond the image', async () => {
    const box = { left: 1174, top: 2980, width: 9, height: 10 };
    const basket = { word: 'basket', kind: 'changed' as const, before: box, after: box };
    const { address } = await seeded('Edges', [['/a', [basket]]]);
    for (const width of [1440, 390]) {
      const page = await open(address, { width, height: 844 });
      await press(page, 'Shift+G');
      await page.locator('.change-row').first().waitFor();
      const inList = await uncovered(page);
      await press(page, 'j', 'Enter');
      await page.locator('.change-place').waitFor();
      expect([inList, await uncovered(page)], `at ${width} px`).toEqual([0, 0]);
    }
  });

  test('crops are no narrower than the change, also on a phone', async () => {
    const box = { left: 361, top: 21, width: 190, height: 12 };
    const label = { word: 'label', kind: 'changed' as const, before: box, after: box };
    const { address } = await seeded('Narrow', [['/a', [label]]]);
    const page = await open(`${address}&mode=changes`, { width: 390, height: 844 });
    const cutOff = () =>
      page.locator('.change-crop').evaluateAll(
        (crops, { left, width }) =>
          crops.map((crop) => {
            const room = crop.getBoundingClientRect();
            const image = crop.querySelector('img')!;
            const { left: start, width: shown } = image.getBoundingClientRect();
            const scale = shown / image.naturalWidth;
            const [from, to] = [start + left * scale, start + (left + width) * scale];
            return Math.ceil(Math.max(0, room.left - from) + Math.max(0, to - room.right));
          }),
        box,
      );
    await page.locator('.change-row').first().waitFor();
    await uncovered(page);
    await expect.poll(cutOff).toEqual([0, 0]);
    await page.locator('.change-open').first().click();
    await page.locator('.change-place').waitFor();
    await uncovered(page);
    await expect.poll(cutOff).toEqual([0, 0]);
  });

  test('a change that is long in one direction is shown at a size at which it can be read', async () => {
    const bar = { left: 40, top: 400, width: 1200, height: 40 };
    const wide = { word: 'wide', kind: 'added' as const, before: null, after: bar };
    const { address } = await seeded('Wide', [['/a', [wide]]]);
    for (const width of [1440, 390]) {
      const page = await open(`${address}&mode=changes`, { width, height: 844 });
      const crop = page.locator('.change-crop[data-side="After"]');
      await expect
        .poll(() => crop.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
        .toBe(1280);
      await press(page);
      const shown = (await crop.locator('img').boundingBox())!;
      expect(shown.width / 1280, `scale at ${width} px`).toBeGreaterThanOrEqual(0.5);
      const room = (await crop.boundingBox())!;
      const nothing = page.getByRole('img', { name: 'Before: not there' });
      expect((await nothing.boundingBox())!.width, 'a strip says that it was not there').toBeLessThan(40);
      expect(room.width, `at ${width} px`).toBeGreaterThan(width === 390 ? 270 : 600);
      const outline = (await page.locator('.change-outline').boundingBox())!;
      expect(outline.x - shown.x).toBeCloseTo((40 * shown.width) / 1280 - 3, -1);
      expect(await sidewaysScroll(page)).toBe(0);
    }
  });

  test('both counts are on the switch, also on a phone of 320 px', async () => {
    const { address } = await seeded('Counts');
    const page = await open(address, { width: 320, height: 700 });
    const counts = page.locator('.mode-count');
    await expect.poll(() => counts.allInnerTexts()).toEqual(['4', '2']);
    for (const count of await counts.all()) expect((await count.boundingBox())!.width).toBeGreaterThan(0);
    expect(await sidewaysScroll(page)).toBe(0);
  });

  test('on a phone, without sideways scrolling; and where there is nothing to decide', async () => {
    const { address } = await seeded('Phone');
    const page = await open(`${address}&mode=changes`, { width: 390, height: 844 });
    await page.locator('.change-row').first().waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await page.locator('.change-open').first().click();
    await page.locator('.change-place').first().waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    const { client } = server;
    const { id } = (await client.createBuild({ name: 'Nothing' })).build;
    await client.createRelease({ buildId: id, releaseName: 'v1' });
    const empty = await open(`/release?id=${id}&name=v1&number=1&mode=changes`);
    await empty.locator('text=Nothing changed in this release.').waitFor();
  });
});
