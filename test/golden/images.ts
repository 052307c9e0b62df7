/** The images of the golden pairs: screenshots of pages in Chromium, and pixels from formulas. */
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import type { PlainPixels } from '../support/png-writer.ts';

const browser = await chromium.launch({ executablePath: (await findBrowser()).path, args: ['--no-sandbox'] });

export async function takeScreenshot(html: string, width = 400, height = 300): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(html);
  const image = await page.screenshot();
  await page.close();
  return image;
}

const words =
  'every release is photographed before and after so that nothing changes without someone seeing it'.split(
    ' ',
  );
const text = (count: number) =>
  Array.from({ length: count }, (_, i) => words[(i * 5 + (i >> 3)) % words.length]).join(' ');

export function article({ word = 'release', shift = 0, row = '', height = 0, paragraphs = 3 } = {}): string {
  const items = Array.from(
    { length: paragraphs },
    (_, i) => `<p>${i === 1 ? `The ${word} of today. ` : ''}${text(24)}</p>`,
  );
  return `<style>
    body { margin: 0; font: 14px/1.4 sans-serif; color: #223; background: #fff; ${height ? `height: ${height}px;` : ''} }
    header { background: #16324f; color: #fff; padding: 10px 16px; font-size: 18px }
    main { padding: 0 16px; transform: translateX(${shift}px) }
    .row { padding: 4px 16px; background: #ffe9b8 }
  </style><header>Depicted</header>${row}<main>${items.join('')}</main>`;
}

export async function decoded(image: Uint8Array, channels: 3 | 4): Promise<PlainPixels> {
  const opened = sharp(image);
  const { data, info } = await (channels === 4 ? opened.ensureAlpha() : opened.removeAlpha())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data };
}

/** An image from a formula: `at` returns the channels of each pixel. */
export function drawn(
  width: number,
  height: number,
  channels: 3 | 4,
  at: (x: number, y: number) => number[],
): PlainPixels {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * channels);
  return { width, height, channels, data };
}

/** Unfiltered rows in which every 8-bit value v becomes v × 257, which is the same share of 65,535. */
export function sixteenBitRows({ width, height, data }: PlainPixels): Uint8Array {
  const rowBytes = width * 6 + 1;
  const rows = new Uint8Array(rowBytes * height);
  data.forEach((value, index) => {
    const at = Math.floor(index / (width * 3)) * rowBytes + 1 + (index % (width * 3)) * 2;
    rows.fill(value, at, at + 2);
  });
  return rows;
}

export const tallPage = (mark: string) =>
  takeScreenshot(
    `<style>body{margin:0;font:13px/20px sans-serif;height:10000px;background:repeating-linear-gradient(#fff 0 100px,#f2f5f8 100px 200px)}p{position:absolute;left:12px;margin:0}</style>${[120, 2400, 5200, 7900].map((top) => `<p style="top:${top}px">At ${top}</p>`).join('')}<p style="top:9960px">${mark}</p>`,
    200,
    10_000,
  );

export const edited = (pixels: PlainPixels, edit: (data: Uint8Array) => void): PlainPixels => {
  const data = pixels.data.slice();
  edit(data);
  return { ...pixels, data };
};

export const shape = (points: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="150"><rect width="200" height="150" fill="#fff"/><polygon points="${points}" fill="#1b4f72"/></svg>`;

export function closeBrowser(): Promise<void> {
  return browser.close();
}
