import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { alignmentOf, changeOf, moved } from '../support/sample-moves.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  frames,
  leaveBrowser,
  sharedBrowser,
  openPage,
  press,
  sidewaysScroll,
} from './support/review-page.ts';
import { seedRelease, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let page: Page;
let release: SeededRelease;

beforeAll(async () => {
  browser = await sharedBrowser();
  server = await startReviewServer();
  const buildId = (await server.client.createBuild({ name: 'Talk', isPublic: false })).build.id;
  const { before, after, alignment } = await insertedRows();
  release = await seedRelease(server.client, {
    ...{ buildId, name: 'r' },
    runs: [
      { name: '/moved', before, after, alignment },
      { name: '/other', before, after: before },
    ],
  });
  page = await openPage(browser, server.url + release.runAddress('/moved'), { width: 1440, height: 900 });
});
afterAll(async () => {
  await closePage(page);
  await leaveBrowser(browser);
  await server.close();
});

/** 100 rows came in: what is below them moved down. */
async function insertedRows() {
  const paint = (bands: [colour: string, height: number][]) => {
    let top = 0;
    const bars = bands.map(([colour, height]) => {
      const bar = `<rect y="${top}" width="900" height="${height}" fill="${colour}"/>`;
      top += height;
      return bar;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="${top}">${bars.join('')}</svg>`;
    return sharp(Buffer.from(svg)).png().toBuffer();
  };
  const before = await paint([
    ['#1d4ed8', 400],
    ['#b91c1c', 1_200],
  ]);
  const after = await paint([
    ['#1d4ed8', 400],
    ['#15803d', 100],
    ['#b91c1c', 1_200],
  ]);
  const added = { left: 0, top: 400, width: 900, height: 100 };
  const alignment = alignmentOf(
    [moved({ left: 0, top: 400, width: 900, height: 1_200 }, { y: 100 })],
    [changeOf({ kind: 'added', before: null, after: added })],
  );
  return { before, after, alignment };
}

const pins = () => page.locator('.pin > span:visible');
const panel = () => page.getByRole('complementary', { name: 'Comments' });
const key = () => ({ buildId: release.buildId, releaseName: 'r', releaseNumber: 1 });

describe('the comments of a run', () => {
  test('Shift+C opens them; one is written with the keyboard, and C still copies the link', async () => {
    await press(page, 'Shift+C');
    await panel().getByText('No comments on this run yet.').waitFor();
    await expectAccessible(page);
    await page.keyboard.type('Is **this** meant? <img src=x onerror=alert(1)> [x](javascript:alert(1))');
    await page.keyboard.press('Control+Enter');
    const said = panel().locator('.comment-text');
    await said.locator('strong').waitFor();
    expect(await said.innerText()).toBe(
      'Is this meant? <img src=x onerror=alert(1)> [x](javascript:alert(1))',
    );
    expect(await said.locator('img, a').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Comments, 1 open' }).count()).toBe(1);
  });

  test('a pin follows what moved, in both panes, and is where it was after a jump and in the plain view', async () => {
    await panel().getByRole('button', { name: 'Point at a place' }).click();
    const pane = page.locator('.pane[data-kind="after"] .pane-body');
    const box = (await pane.boundingBox())!;
    await page.mouse.click(box.x + 60, box.y + 300);
    await panel().getByLabel('Comment on this run').fill('This is here');
    await panel().getByRole('button', { name: 'Comment', exact: true }).click();
    await expect.poll(() => pins().count()).toBeGreaterThanOrEqual(2);
    const { comments } = await server.client.listComments(key());
    const { place } = comments[1]!;
    expect(place!.side).toBe('after');
    expect(place!.before, 'lies elsewhere in the other image').not.toMatchObject({ y: place!.after!.y });
    const tip = async (kind: string) =>
      page.$eval(`.pane[data-kind="${kind}"] .pin`, (pin) => pin.getBoundingClientRect().top);
    expect(await tip('before'), 'aligned: on one height').toBeCloseTo(await tip('after'), -0.5);
    expect((await tip('after')) - box.y).toBeCloseTo(300, -0.5);
    await press(page, 'p');
    expect(
      Math.abs((await tip('before')) - (await tip('after'))),
      'plain: where each has it',
    ).toBeGreaterThan(5);
    await press(page, 'p');
    await expectAccessible(page);
  });

  test('is live: an answer and a resolution of someone else arrive', async () => {
    const { comments } = await server.client.listComments(key());
    const first = comments[0]!.id;
    const operationId = 'answer';
    await server.client.addComment({ ...key(), replyTo: first, text: 'It is.', operationId });
    await panel().getByText('It is.').waitFor();
    await server.client.resolveComment({ buildId: release.buildId, commentId: first, resolved: true });
    await panel()
      .getByText(/Resolved by/)
      .waitFor();
    await panel()
      .getByText(/Resolved by/)
      .click();
    await panel().getByRole('button', { name: 'Delete' }).nth(1).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await panel()
      .getByText(/^Deleted by/)
      .waitFor();
  });

  test('what is not sent stays with its run; the field takes no keys of the list', async () => {
    await panel().getByLabel('Comment on this run').fill('A draft');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await press(page, 'j');
    await page.getByRole('heading', { name: '/other' }).waitFor();
    const field = panel().getByLabel('Comment on this run');
    await expect.poll(() => field.inputValue()).toBe('');
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(false);
    await press(page, 'k');
    await page.getByRole('heading', { name: '/moved' }).waitFor();
    await expect.poll(() => field.inputValue()).toBe('A draft');
    await press(page, 'Shift+C', 'Shift+C');
    expect(await field.inputValue()).toBe('A draft');
    await field.fill('');
  });

  test('letters that follow a chosen name at once stay in order; lists have their marks', async () => {
    const people = [{ user_id: 'mia', name: 'Mia Chen' }];
    await page.route(/\/comments\?/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...((await answer.json()) as object), people } });
    });
    await page.goto(`${server.url}${release.runAddress('/moved')}&comments=on`);
    await panel().locator('.comments[data-loaded]').waitFor();
    const field = panel().getByLabel('Comment on this run');
    await field.click();
    await page.keyboard.type('Is this meant, @mi');
    await panel().getByRole('option', { name: 'Mia Chen' }).waitFor();
    // Before the next frame, as a quick writer.
    const caret = await field.evaluate(async (element: HTMLTextAreaElement) => {
      const key = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
      element.dispatchEvent(key);
      await Promise.resolve();
      document.execCommand('insertText', false, 'or ');
      return new Promise<number>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => done(element.selectionStart))),
      );
    });
    expect(caret, 'behind what was written').toBe((await field.inputValue()).length);
    expect(await field.inputValue()).toBe('Is this meant, @Mia Chen or ');
    await page.unroute(/\/comments\?/);
    await field.fill('1. one\n2. two');
    await page.keyboard.press('Control+Enter');
    const list = panel().locator('.comment-text ol');
    await list.waitFor();
    expect(await list.evaluate((element) => getComputedStyle(element).listStyleType)).toBe('decimal');
  });

  test('the release lists them by page, and its rows say how many are open', async () => {
    await page.goto(server.url + release.address);
    await page.locator('.run-threads').waitFor();
    await press(page, 'Shift+C');
    await panel().getByRole('link', { name: '/moved' }).first().waitFor();
    await expectAccessible(page);
  });

  test('fits a tablet and a phone, in the dark, too', async () => {
    for (const [width, height] of [
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const address of [
        `${release.runAddress('/moved')}&comments=on`,
        `${release.address}&comments=on`,
      ]) {
        await page.goto(server.url + address);
        await panel().locator('.comments[data-loaded]').waitFor();
        await page.emulateMedia({ colorScheme: width === 390 ? 'dark' : 'light' });
        await frames(page);
        expect(await sidewaysScroll(page)).toBe(0);
      }
    }
    await expectAccessible(page);
  });
});
