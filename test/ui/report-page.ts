/** Opens a written report in a real browser and asks it questions. */

import type { Browser, Page } from 'playwright-core';
import { takePage } from './support/page-pool.ts';

export interface OpenOptions {
  hash?: string;
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
}

/** A page with the report open and its images drawn. Motion is off, so that nothing has to be waited for. */
export async function openReport(browser: Browser, path: string, options: OpenOptions = {}): Promise<Page> {
  const { hash = '', width = 1440, height = 900, scheme = 'light', reducedMotion = 'reduce' } = options;
  const page = await takePage(browser, { width, height, scheme, reducedMotion, hasTouch: false });
  page.setDefaultTimeout(15_000);
  await page.goto(`file://${path}${hash}`);
  await page.waitForSelector('h1');
  await drawn(page);
  return page;
}

/** Until every pane shows its images and two frames have passed. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('canvas[aria-busy="true"]') === null);
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await drawn(page);
}

/** The color at a place in a pane (CSS pixels), as `[red, green, blue, alpha]`. */
export async function colourAt(page: Page, pane: number, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([pane, x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-pane="${pane}"]`)!;
      const ratio = canvas.width / canvas.clientWidth;
      return [...canvas.getContext('2d')!.getImageData(x! * ratio, y! * ratio, 1, 1).data];
    },
    [pane, x, y],
  );
}

/** The names of the tests in the list, as far as they are in the page. */
export async function rowNames(page: Page): Promise<string[]> {
  return page.$$eval('.test-row', (rows) =>
    rows.map((row) => row.querySelector('.cut')!.getAttribute('title') ?? ''),
  );
}

export async function heading(page: Page): Promise<string> {
  const cut = page.locator('h1 .cut');
  return (await cut.count()) > 0 ? (await cut.getAttribute('title'))! : page.locator('h1').innerText();
}
