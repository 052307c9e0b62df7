/**
 * Captures the gallery of the UI kit, all parts in all states, for visual inspection:
 *
 *   node scripts/kit-screenshots.ts [FOLDER]
 *
 * FOLDER is `build/kit-screenshots` by default.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/ui/support/review-page.ts';
import { buildGallery } from './build-gallery.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '..', 'build', 'kit-screenshots');

/** What to open before the screenshot; null: the whole page as is. */
const scenes: readonly (readonly [name: string, reach: ((page: Page) => Promise<void>) | null])[] = [
  ['gallery', null],
  ['menu', (page) => page.getByRole('button', { name: 'Menu' }).click()],
  ['shortcuts', (page) => page.getByRole('button', { name: 'Keyboard shortcuts' }).click()],
  ['confirm', (page) => page.getByRole('button', { name: 'Mark good' }).click()],
  ['toast', (page) => page.getByRole('button', { name: 'Show a toast' }).click()],
];

await mkdir(folder, { recursive: true });
const address = pathToFileURL(await buildGallery()).href;
const browser = await launchBrowser();
for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, reach] of scenes) {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme,
        reducedMotion: 'reduce',
      });
      await page.goto(address);
      await reach?.(page);
      const path = join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: reach === null });
      await page.close();
      console.log(path);
    }
  }
}
await browser.close();
