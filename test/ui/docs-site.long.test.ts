/** The manual as a site, opened from disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDocsSite } from '../../scripts/docs-site/build.ts';
import {
  closePage,
  expectAccessible,
  launchBrowser,
  openPage,
  press,
  sidewaysScroll,
} from './support/review-page.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docs-site-'));
  await buildDocsSite(join(import.meta.dirname, '..', '..'), folder);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** The policy of the site refuses what axe asks for: the style sheet as text. */
const axeReadsStyles = /^Connecting to 'file:.*\/site\.css' violates/;

const addressOf = (page: string) => pathToFileURL(join(folder, page)).href;
const sectionsFound = (page: Page) => page.getByRole('search').getByRole('link');

test('the search works from disk and by keyboard alone, and leads to the section', async () => {
  const page = await openPage(browser, addressOf('docs/adr/0001-one-package.html'));
  await press(page, '/');
  await page.keyboard.type('first people');
  await sectionsFound(page).first().waitFor();
  await press(page, 'ArrowDown', 'ArrowDown', 'ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('The first people');
  await page.keyboard.press('Enter');
  await page.waitForURL(addressOf('docs/deploy.html') + '#the-first-people');
  await closePage(page);
});

test('Escape closes the search, and a search without a hit says so', async () => {
  const page = await openPage(browser, addressOf('index.html'));
  await press(page, '/');
  await page.keyboard.type('qzxwvkj');
  await page.getByText('Nothing found for “qzxwvkj”.').waitFor();
  await press(page, 'Escape');
  expect(await page.getByRole('status').isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.matches('[type=search]'))).toBe(true);
  await closePage(page);
});

test('the first key reaches a link past the header', async () => {
  const page = await openPage(browser, addressOf('docs/local.html'));
  await press(page, 'Tab', 'Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await closePage(page);
});

test('the theme that was chosen stays', async () => {
  const page = await openPage(browser, addressOf('index.html'));
  const button = page.getByRole('button', { name: /^Theme: / });
  await button.click();
  await button.click();
  await page.goto(addressOf('docs/config.html'));
  expect(await button.getAttribute('aria-label')).toBe('Theme: dark');
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  await closePage(page);
});

test('on a phone the list of pages opens, leads on and closes', async () => {
  const page = await openPage(browser, addressOf('docs/glossary.html'), { width: 390, height: 844 });
  const pages = page.getByRole('navigation', { name: 'Documentation' });
  expect(await pages.isVisible()).toBe(false);
  await page.getByRole('button', { name: 'All pages' }).click();
  await pages.getByRole('link', { name: 'Settings' }).click();
  await page.waitForURL(addressOf('docs/config.html'));
  expect(await pages.isVisible()).toBe(false);
  await page.goto(addressOf('docs/capture.html'));
  await page.getByRole('button', { name: 'On this page' }).click();
  const contents = page.getByRole('navigation', { name: 'On this page' });
  await contents.getByRole('link', { name: 'Browser and sandbox' }).click();
  expect(page.url()).toContain('#browser-and-sandbox');
  expect(await contents.isVisible()).toBe(false);
  await closePage(page);
});

const kindsOfPages = ['index.html', 'docs/index.html', 'docs/capture.html', 'docs/client.html'];

test.each([1440, 390])('at %i px pages have no finding of axe and do not scroll sideways', async (width) => {
  for (const name of [...kindsOfPages, 'bench/RESULTS.html']) {
    const page = await openPage(browser, addressOf(name), {
      width,
      height: 900,
      expectErrors: axeReadsStyles,
    });
    // The figures have no kind of part that the others lack, and thousands of cells.
    if (kindsOfPages.includes(name)) await expectAccessible(page);
    expect(await sidewaysScroll(page), name).toBe(0);
    await closePage(page);
  }
});
