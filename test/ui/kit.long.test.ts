import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildGallery } from '../../scripts/build-gallery.ts';
import { expectAccessible, launchBrowser, press, sidewaysScroll } from './support/review-page.ts';
import { givePage, takePage } from './support/page-pool.ts';

const kit = join(import.meta.dirname, '..', '..', 'src', 'web', 'kit');

let browser: Browser;
let address: string;
let page: Page;

beforeAll(async () => {
  address = pathToFileURL(await buildGallery()).href;
  browser = await launchBrowser();
});

afterAll(() => browser.close());
afterEach(() => givePage(page));

const open = async (size = { width: 1440, height: 900 }) => {
  page = await takePage(browser, { ...size, scheme: 'light', reducedMotion: 'reduce', hasTouch: false });
  await page.goto(address);
  await page.getByRole('heading', { name: 'UI kit' }).waitFor();
  return page;
};

describe('the gallery of the kit', () => {
  test('shows every part', async () => {
    await open();
    const named = (await page.locator('.sample > h3').allInnerTexts()).flatMap((names) => names.split(', '));
    const parts = globSync('*.tsx', { cwd: kit }).map((file) => basename(file));
    expect(parts.filter((part) => !named.includes(part))).toEqual([]);
    expect(named.filter((name) => !parts.includes(name) && !name.endsWith('.css'))).toEqual([]);
  });

  test.each([1440, 390])('has no finding of axe and fits %i px', async (width) => {
    await open({ width, height: 900 });
    await expectAccessible(page);
    expect(await sidewaysScroll(page)).toBe(0);
  });
});

describe('a menu', () => {
  const button = () => page.getByRole('button', { name: 'Menu' });
  const menu = () => page.getByRole('menu', { name: 'Menu' });
  const focused = () => page.evaluate(() => document.activeElement?.textContent);

  test('opens with its first item, goes round with arrows, Home and End', async () => {
    await open();
    await button().click();
    expect(await button().getAttribute('aria-expanded')).toBe('true');
    expect(await button().getAttribute('aria-controls')).toBe(await menu().getAttribute('id'));
    expect(await focused()).toBe('System');
    await press(page, 'ArrowDown');
    expect(await focused()).toBe('Light');
    await press(page, 'ArrowUp', 'ArrowUp');
    expect(await focused()).toBe('Work queues');
    await press(page, 'ArrowDown');
    expect(await focused()).toBe('System');
    await press(page, 'End');
    expect(await focused()).toBe('Work queues');
    await press(page, 'Home');
    expect(await focused()).toBe('System');
  });

  test('opens from the keyboard with the first or the last item', async () => {
    await open();
    await button().focus();
    await press(page, 'ArrowUp');
    expect(await focused()).toBe('Work queues');
    await press(page, 'Escape', 'ArrowDown');
    expect(await focused()).toBe('System');
    await press(page, 'Escape', 'Enter');
    expect(await focused()).toBe('System');
  });

  test('goes to the item whose name is typed', async () => {
    await open();
    await button().click();
    await page.keyboard.type('wo');
    expect(await focused()).toBe('Work queues');
  });

  test('one letter again and again goes through all that start with it', async () => {
    await open();
    await button().click();
    await press(page, 's');
    expect(await focused()).toBe('Single-key shortcuts');
    await press(page, 's');
    expect(await focused()).toBe('System');
  });

  test.each(['Escape', 'Tab'])('closes on %s', async (key) => {
    await open();
    await button().click();
    await press(page, key);
    expect(await menu().count()).toBe(0);
    expect(await button().getAttribute('aria-expanded')).toBe('false');
    if (key === 'Escape') expect(await button().evaluate((it) => it === document.activeElement)).toBe(true);
    else
      expect(
        await page
          .getByRole('button', { name: 'Keyboard shortcuts' })
          .evaluate((it) => it === document.activeElement),
      ).toBe(true);
  });

  test('closes on a press beside it, which is not taken from what is pressed', async () => {
    await open();
    await button().click();
    await page.getByRole('textbox', { name: 'Name' }).click();
    expect(await menu().count()).toBe(0);
    expect(
      await page.getByRole('textbox', { name: 'Name' }).evaluate((it) => it === document.activeElement),
    ).toBe(true);
  });

  test('stays open for a choice, closes and gives the focus back after an act', async () => {
    await open();
    await button().click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect(await page.getByRole('menuitemradio', { checked: true }).innerText()).toBe('Dark');
    await press(page, 'End', 'ArrowUp', 'Space');
    expect(await page.getByRole('menuitemcheckbox').getAttribute('aria-checked')).toBe('false');
    await press(page, 'ArrowUp', 'Enter');
    expect(await menu().count()).toBe(0);
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press(page, 'Escape');
    expect(await button().evaluate((it) => it === document.activeElement)).toBe(true);
  });

  test.each([
    [1440, 900],
    [390, 400],
    [320, 300],
  ])('lies within a window of %i × %i', async (width, height) => {
    await open({ width, height });
    await button().scrollIntoViewIfNeeded();
    await button().click();
    const box = (await menu().boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  });
});
