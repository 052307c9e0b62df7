/** Walks all main pages and states at every size of window and text, and in forced colors: nothing is cut or covered. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { misfits } from './support/fit.ts';
import { expectAccessible, frames, launchBrowser, loaded } from './support/review-page.ts';
import { startScenes, type Scene, type Scenes } from './support/scenes.ts';

/** 720 × 450 is a window of 1440 × 900 at a zoom of 200 %. */
const windows = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 720, height: 450 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
] as const;
const walkMs = 900_000;

let browser: Browser;
let folder: string;
let all: Scenes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-looks-'));
  browser = await launchBrowser();
  all = await startScenes(browser, folder);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await all?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens every scene in turn. @param look asks it; what it finds is named after the scene */
async function walk(
  browser: Browser,
  options: { width: number; height: number },
  look: (page: Page, scene: Scene) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  const newPage = async () => {
    const context = await browser.newContext({ viewport: options, reducedMotion: 'reduce' });
    return context.newPage();
  };
  const [visitor, person] = [await newPage(), await newPage()];
  await person.context().addCookies([...all.cookies]);
  for (const scene of all.scenes) {
    const page = scene.isSignedIn === true ? person : visitor;
    await page.setViewportSize(options);
    // Two addresses that differ only behind `#` are one page to the browser.
    await page.goto('about:blank');
    await page.goto(scene.url);
    await loaded(page);
    await scene.reach?.(page);
    await frames(page);
    for (const line of await look(page, scene)) found.push(`${scene.name}: ${line}`);
    if (!scene.url.startsWith('file:')) await page.evaluate(() => localStorage.clear());
  }
  await visitor.context().close();
  await person.context().close();
  return found;
}

test(
  'everything fits every window, also in forced colors',
  async () => {
    const found = await walk(browser, windows[0], async (page) => {
      const lines: string[] = [];
      for (const window of windows) {
        await page.setViewportSize(window);
        await frames(page);
        for (const line of await misfits(page)) lines.push(`at ${window.width} px, ${line}`);
      }
      await page.setViewportSize(windows[0]);
      await page.emulateMedia({ forcedColors: 'active' });
      await frames(page);
      for (const line of await misfits(page)) lines.push(`in forced colors, ${line}`);
      await page.emulateMedia({ forcedColors: 'none' });
      return lines;
    });
    expect(found).toEqual([]);
  },
  walkMs,
);

test.each([20, 32])(
  'everything grows with a font size of %i px, and fits',
  async (fontPx) => {
    const large = await launchBrowser([`--blink-settings=defaultFontSize=${fontPx}`]);
    try {
      const found = await walk(large, { width: 1280, height: 900 }, async (page) => {
        const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
        return size === (14 / 16) * fontPx ? misfits(page) : [`has text of ${size} px`];
      });
      expect(found).toEqual([]);
    } finally {
      await large.close();
    }
  },
  walkMs,
);

test(
  'axe finds nothing, light and dark',
  async () => {
    const found = await walk(browser, windows[0], async (page) => {
      try {
        await expectAccessible(page);
        return [];
      } catch (error) {
        return [String(error)];
      } finally {
        await page.emulateMedia({ colorScheme: 'light' });
      }
    });
    expect(found).toEqual([]);
  },
  walkMs,
);
