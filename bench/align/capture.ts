/** Captures the pairs once into bench/out/align/. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { alignPairs } from './pairs.ts';
import { fourthPairs } from './fourth-pairs.ts';
import { fifthPairs } from './fifth-pairs.ts';
import { swapPairs } from './swap-pairs.ts';
import { thirdPairs } from './third-pairs.ts';
import type { AlignPair } from './pairs.ts';

/** Every pair, set by set. */
export const allPairs: AlignPair[] = [
  ...alignPairs,
  ...thirdPairs,
  ...fourthPairs,
  ...swapPairs,
  ...fifthPairs,
];

const folder = join(import.meta.dirname, '../out/align');

function fileOf(pair: AlignPair, side: 'before' | 'after'): string {
  return join(folder, `${pair.name.replaceAll(/[^a-z0-9]+/g, '-')}-${side}.png`);
}

export function readPair(pair: AlignPair): { before: Buffer; after: Buffer } {
  return { before: readFileSync(fileOf(pair, 'before')), after: readFileSync(fileOf(pair, 'after')) };
}

/** Captures what is missing. */
export async function capturePairs(): Promise<void> {
  const missing = allPairs.filter((pair) => !existsSync(fileOf(pair, 'after')));
  if (missing.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: (await findBrowser()).path,
    args: ['--no-sandbox'],
  });
  for (const pair of missing) {
    const viewport = { width: pair.width ?? 1280, height: pair.height ?? 800 };
    for (const side of ['before', 'after'] as const) {
      const tab = await browser.newPage({ viewport });
      await tab.setContent(pair[side]);
      writeFileSync(fileOf(pair, side), await tab.screenshot({ fullPage: true }));
      await tab.close();
    }
  }
  await browser.close();
}
