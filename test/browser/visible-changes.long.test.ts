import { chromium, type Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';
import { renderChanges } from '../golden/changes/corpus.ts';
import type { RenderedChange } from '../golden/changes/corpus.ts';
import { findHidden } from '../golden/changes/find-hidden.ts';
import { htmlCell, htmlChanges } from '../golden/changes/html.ts';
import { cutOut } from '../golden/changes/sheet.ts';
import type { PlainPixels } from '../support/png-writer.ts';

let browser: Browser;
let kernel: Kernel;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: (await findBrowser()).path, args: ['--no-sandbox'] });
  kernel = new Kernel(await readKernel());
});

afterAll(async () => browser.close());

async function takeScreenshot(
  html: string,
  width: number,
  height: number,
  scale: number,
): Promise<PlainPixels> {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  await page.setContent(`<style>body{margin:0;background:#fff}svg{display:block}</style>${html}`);
  const image = await page.screenshot();
  await page.close();
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

const columns = 8;

async function renderHtmlChanges(scale: number): Promise<RenderedChange[]> {
  const { width, height } = htmlCell;
  const changes = htmlChanges();
  const rendered: RenderedChange[] = [];
  for (let start = 0; start < changes.length; start += 160) {
    const part = changes.slice(start, start + 160);
    const place = (index: number) => ({
      left: (index % columns) * width,
      top: Math.floor(index / columns) * height,
    });
    const sheet = (side: 'before' | 'after') => {
      const cells = part.map((change, index) => {
        const { left, top } = place(index);
        return `<div style="position:absolute;overflow:hidden;left:${left}px;top:${top}px;width:${width}px;height:${height}px">${change[side]}</div>`;
      });
      return takeScreenshot(
        cells.join(''),
        columns * width,
        Math.ceil(part.length / columns) * height,
        scale,
      );
    };
    const [before, after] = [await sheet('before'), await sheet('after')];
    for (const [index, { name }] of part.entries()) {
      const { left, top } = place(index);
      const cut = { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
      rendered.push({
        family: 'html',
        name,
        before: cutOut(before, cut),
        after: cutOut(after, cut),
      });
    }
  }
  return rendered.filter(({ before, after }) => Buffer.compare(before.data, after.data) !== 0);
}

describe.each([1, 2])('as Chromium draws it, at %i device pixels per CSS pixel', (scale) => {
  it('no change of an element is the same at the defaults', async () => {
    const changes = await renderHtmlChanges(scale);
    expect(changes.length).toBeGreaterThan(1_100);
    expect(await findHidden(kernel, changes)).toEqual([]);
  });

  it('no change of a drawing is the same at the defaults', async () => {
    const render = (svg: string, width: number, height: number) => takeScreenshot(svg, width, height, 1);
    const changes = await renderChanges(scale, { step: 5, render });
    expect(changes.length).toBeGreaterThan(2_200);
    expect(await findHidden(kernel, changes)).toEqual([]);
  });
});
