import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { colourAt } from './report-page.ts';
import {
  closePage,
  expectAccessible,
  heading,
  launchBrowser,
  loaded,
  openPage,
  press,
  type OpenOptions,
} from './support/review-page.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import { blue, red, panes, middleOf } from './support/run-page.ts';
import { seedRuns } from './support/run-scenes.ts';
import { sampleImages, seedRun, type SeededRelease } from './support/seed.ts';

let browser: Browser;
let server: ReviewServer;
let release: SeededRelease;
let page: Page | undefined;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
  release = await seedRuns(server.client, 1);
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

describe('pages beside it', () => {
  const sideOf = (name: string, page: string, type: string) =>
    `${server.url}${release.runAddress(name).replace('/run?', `/${page}?`)}&type=${type}`;

  test('O opens the image: one pane, keys change the side, U goes back', async () => {
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
    expect(await page.locator('.log-outcome').innerText()).toBe('The page returned status 500.');
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
    await page.getByText('There is no log for this capture.').waitFor();
  });

  test('a log over 1 MiB is cut and says so', async () => {
    const line = (index: number) => `${index} ${'x'.repeat(500)}\n`;
    const log = Array.from({ length: 2_600 }, (_, index) => line(index)).join('');
    const { after } = await sampleImages();
    await seedRun(server.client, release, { name: 'long log', after, log });
    page = await openPage(browser, sideOf('long log', 'log', 'after'));
    await page.getByText('Only the first MiB is shown. Download the log to see all of it.').waitFor();
    expect(await page.locator('.log-lines li').count()).toBe(2_000);
  });

  test('the config: what differs first, secrets masked, copied as JSON and as a YAML test', async () => {
    const { before, after } = await sampleImages();
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
