import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  heading,
  launchBrowser,
  openPage,
  press,
  sidewaysScroll,
  type OpenOptions,
} from './support/review-page.ts';

let browser: Browser;
let server: ReviewServer;
let page: Page | undefined;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startReviewServer()]);
});

afterEach(async () => {
  if (page !== undefined) await closePage(page);
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(address: string, options?: OpenOptions): Promise<Page> {
  page = await openPage(browser, server.url + address, options);
  return page;
}

describe('the frame', () => {
  test('an address that nothing has says so, and leads back', async () => {
    const page = await open('/nothing/here', { expectErrors: /404/ });
    expect(await heading(page)).toBe('Not found');
    expect(await page.title()).toBe('Not found · Depicted');
    await expectAccessible(page);
    await page.getByRole('main').getByRole('link', { name: 'All builds' }).click();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('a page whose code comes late is shown, also where the browser is slow to draw', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    // Frames come so late that the code arrives between the skeleton and its first frame.
    await page.addInitScript(() => {
      const later = setTimeout;
      Object.assign(window, {
        requestAnimationFrame: (call: () => void) => later(call, 1_500),
        setTimeout: (call: () => void, ms = 0) => later(call, ms > 0 && ms < 100 ? 1_500 : ms),
      });
    });
    await page.route(/home-page-.*\.js$/, async (route) => {
      const response = await route.fetch();
      await page.locator('.skeleton').waitFor({ state: 'attached' });
      await route.fulfill({ response });
    });
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Builds' }).waitFor({ timeout: 15_000 });
    await page.getByRole('link', { name: 'My build' }).waitFor({ timeout: 15_000 });
    await context.close();
  });

  test('the help lists the keys, is searched, and switches single keys off', async () => {
    const page = await open('/logout');
    await press(page, '?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByRole('searchbox').fill('level');
    expect(await dialog.locator('dd').allInnerTexts()).toEqual(['up a level']);
    await dialog.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await press(page, 'Escape', 'u');
    expect(new URL(page.url()).pathname).toBe('/logout');
    await press(page, '?');
    expect(await dialog.isVisible()).toBe(false);
  });

  test('the menu changes the theme at once and for good', async () => {
    const page = await open('/logout');
    await page.getByRole('button', { name: 'Menu' }).click();
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(16, 18, 21)');
    await page.reload();
    expect(await background()).toBe('rgb(16, 18, 21)');
  });

  test.each(['light', 'dark'] as const)('has no finding of axe and fits 390 px, %s', async (scheme) => {
    const page = await open('/logout', { scheme, width: 390, height: 844 });
    await expectAccessible(page);
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
