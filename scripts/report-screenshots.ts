/**
 * Captures the HTML report in every state, for visual inspection:
 *
 *   node scripts/report-screenshots.ts [FOLDER] [--only PART-OF-NAME] [--docs]
 *
 * FOLDER is `build/report-screenshots` by default; `--docs` also renews the ones in `docs/images/`.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { findBrowser } from '../src/adapters/browser/find-browser.ts';
import {
  longName,
  manyReport,
  mixedReport,
  sameReport,
  shopReport,
  tallReport,
  updateReport,
} from '../test/support/sample-scenes.ts';
import { SampleReport } from '../test/support/sample-report.ts';

interface Scene {
  name: string;
  report: keyof typeof reports;
  hash?: string;
  /** Keys pressed one after another once the page is loaded. */
  keys?: string[];
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  reach?: (page: Page) => Promise<void>;
  /** Its file in `docs/images/`. */
  docs?: string;
}

const reports = {
  shop: shopReport,
  mixed: mixedReport,
  tall: tallReport,
  many: () => manyReport(5_000),
  same: sameReport,
  update: updateReport,
  empty: () => Promise.resolve(new SampleReport()),
};

const test = (name: string, more = '') => `#test=${encodeURIComponent(name)}${more}`;

const wide: Scene[] = [
  { name: 'shop-list', report: 'shop', docs: 'report-list.png' },
  { name: 'shop-test', report: 'shop', hash: test('home'), docs: 'report.png' },
  { name: 'summary', report: 'mixed' },
  { name: 'summary-picked', report: 'mixed', keys: ['j', 'j', 'j', 'x'] },
  { name: 'side', report: 'mixed', hash: test('home') },
  { name: 'details', report: 'mixed', hash: test('home'), keys: ['i'] },
  { name: 'swipe', report: 'mixed', hash: test('home', '&view=swipe') },
  { name: 'onion', report: 'mixed', hash: test('home', '&view=onion') },
  { name: 'blink', report: 'mixed', hash: test('home', '&view=blink') },
  { name: 'diff-region', report: 'mixed', hash: test('home', '&view=diff&region=2'), keys: ['i'] },
  { name: 'before-mask', report: 'mixed', hash: test('home', '&view=before'), keys: ['d'] },
  {
    name: 'pixels',
    report: 'mixed',
    hash: test('home', '&at=100,165,12'),
    reach: (page) => page.mouse.move(480, 300),
  },
  { name: 'sizes', report: 'mixed', hash: test('cart, narrower and shorter'), keys: ['a', 'i'] },
  { name: 'icon', report: 'mixed', hash: test('icon') },
  { name: 'icon-zoomed', report: 'mixed', hash: test('icon', '&at=0,0,16') },
  { name: 'long-name', report: 'mixed', hash: test(longName) },
  { name: 'unsettled', report: 'mixed', hash: test('catalogue'), keys: ['i'] },
  { name: 'same-changes', report: 'mixed', hash: test('journal'), keys: ['e', 'i'] },
  { name: 'failed', report: 'mixed', hash: test('checkout?step=2') },
  { name: 'failed-with-before', report: 'mixed', hash: test('cart') },
  { name: 'new', report: 'mixed', hash: test('landing') },
  { name: 'identical', report: 'mixed', hash: test('about'), keys: ['i'] },
  { name: 'hidden-difference', report: 'mixed', hash: test('terms') },
  { name: 'log', report: 'mixed', hash: test('home'), keys: ['l'] },
  { name: 'shortcuts', report: 'mixed', keys: ['?'] },
  { name: 'filtered', report: 'mixed', hash: '#show=new,failed' },
  { name: 'no-match', report: 'mixed', hash: '#q=chekout' },
  { name: 'tall', report: 'tall', hash: test('tall') },
  { name: 'tall-whole', report: 'tall', hash: test('tall'), keys: ['a'] },
  { name: 'tall-end', report: 'tall', hash: test('tall'), keys: ['z', ',', 'd'] },
  { name: 'many', report: 'many' },
  { name: 'many-end', report: 'many', hash: test('section 39/page 4999') },
  { name: 'all-same', report: 'same' },
  { name: 'update', report: 'update' },
  { name: 'nothing', report: 'empty' },
];

const narrow: Scene[] = [
  { name: 'shop', report: 'shop', hash: test('home'), docs: 'report-phone.png' },
  { name: 'summary', report: 'mixed' },
  { name: 'test', report: 'mixed', hash: test('home') },
  { name: 'swipe', report: 'mixed', hash: test('home@phone', '&view=swipe') },
  { name: 'tall', report: 'tall', hash: test('tall') },
  { name: 'list', report: 'mixed', hash: test('home'), keys: ['r'] },
  { name: 'details', report: 'mixed', hash: test('home'), keys: ['i'] },
  { name: 'failed', report: 'mixed', hash: test('checkout?step=2') },
  { name: 'picked', report: 'mixed', hash: test('journal'), keys: ['e'] },
  { name: 'long-name', report: 'mixed', hash: test(longName) },
];

const scenes: Scene[] = [
  ...wide.map((scene) => ({ width: 1440, height: 900, ...scene, name: `1440-${scene.name}` })),
  ...narrow.map((scene) => ({ width: 390, height: 844, ...scene, name: `390-${scene.name}` })),
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, docs: { type: 'boolean', default: false } },
});
const root = join(import.meta.dirname, '..');
const folder = resolve(positionals[0] ?? join(root, 'build', 'report-screenshots'));
const samples = join(folder, 'samples');

await mkdir(samples, { recursive: true });
const browser = await chromium.launch({
  executablePath: (await findBrowser()).path,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const wanted = scenes.filter((scene) => scene.name.includes(values.only));
const written = new Map<string, string>();
for (const scene of wanted) {
  if (!written.has(scene.report))
    written.set(scene.report, await (await reports[scene.report]()).write(join(samples, scene.report)));
  for (const scheme of ['light', 'dark'] as const) await takeScreenshots(scene, scheme);
}
await browser.close();
await rm(samples, { recursive: true });

async function takeScreenshots(scene: Scene, scheme: 'light' | 'dark'): Promise<void> {
  const { width = 1440, height = 900 } = scene;
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: scheme,
    isMobile: width < 500,
    hasTouch: width < 500,
    deviceScaleFactor: width < 500 ? 2 : 1,
  });
  page.on('pageerror', (error) => console.error(`${scene.name}: ${error.message}`));
  await page.goto(`file://${written.get(scene.report)}${scene.hash ?? ''}`);
  await page.waitForFunction(() => document.querySelector('canvas[aria-busy="true"]') === null);
  for (const key of scene.keys ?? []) {
    await page.keyboard.press(key);
    await standStill(page);
  }
  await scene.reach?.(page);
  await standStill(page);
  const path = join(folder, `${scene.name}-${scheme}.png`);
  await page.screenshot({ path });
  await page.close();
  console.log(path);
  if (values.docs && scene.docs !== undefined && scheme === 'light') {
    const image = join(root, 'docs', 'images', scene.docs);
    await copyFile(path, image);
    await sharp(path).png({ palette: true, effort: 10 }).toFile(image);
  }
}

/** Waits for thumbnails, pulses and zoom jumps, none of which takes half a second. */
async function standStill(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}
