/** The measured pairs, created once in bench/out/diff/: the same bytes for every program. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { seededRandom } from '../../test/support/random-pair.ts';

export interface BenchPair {
  name: string;
  about: string;
  before: string;
  after: string;
  width: number;
  height: number;
}

const folder = join(import.meta.dirname, '../out/diff');
const inFolder = (name: string) => join(folder, `${name}.png`);

const pair = (name: string, about: string, files: [string, string], size: [number, number]): BenchPair => ({
  name,
  about,
  before: inFolder(files[0]),
  after: inFolder(files[1]),
  width: size[0],
  height: size[1],
});

const page = 'a page of cards with text, gradients and shadows, screenshot by Chromium (RGB)';

export const benchPairs = {
  word1024: pair('1280×1024, one word', `${page}; one word differs`, ['1024', '1024-word'], [1280, 1024]),
  word8000: pair('1280×8000, one word', `${page}; one word differs`, ['8000', '8000-word'], [1280, 8000]),
  inserted8000: pair(
    '1280×8000, inserted paragraph',
    `${page}; a paragraph after the second row of cards moves the rest down`,
    ['8000', '8000-inserted'],
    [1280, 8000],
  ),
  photo4k: pair(
    '3840×2160, photos',
    'photo-like: five octaves of smooth noise with grain, filters chosen by libpng (mostly Paeth); an ellipse of 4 % of it is inverted',
    ['photo', 'photo-retouched'],
    [3840, 2160],
  ),
  equal8000: pair(
    '1280×8000, equal bytes',
    'the same bytes in two files',
    ['8000', '8000-copy'],
    [1280, 8000],
  ),
  every1024: pair(
    '1280×1024, every pixel changed',
    'the page and the page inverted (a dark mode)',
    ['1024', '1024-inverted'],
    [1280, 1024],
  ),
  every8000: pair(
    '1280×8000, every pixel changed',
    'the page and the page inverted (a dark mode)',
    ['8000', '8000-inverted'],
    [1280, 8000],
  ),
} satisfies Record<string, BenchPair>;

/** Creates missing pairs. */
export async function makeInputs(): Promise<void> {
  if (existsSync(inFolder('done'))) return;
  mkdirSync(folder, { recursive: true });
  await makePages();
  await makePhotos();
  writeFileSync(inFolder('done'), '');
}

async function makePages(): Promise<void> {
  const browser = await chromium.launch({
    executablePath: (await findBrowser()).path,
    args: ['--no-sandbox'],
  });
  for (const height of [1024, 8000]) {
    const takeScreenshot = async (changes: PageChanges) => {
      const tab = await browser.newPage({ viewport: { width: 1280, height } });
      await tab.setContent(pageHtml(height, changes));
      const image = await tab.screenshot();
      await tab.close();
      return image;
    };
    const original = await takeScreenshot({});
    writeFileSync(inFolder(`${height}`), original);
    writeFileSync(inFolder(`${height}-copy`), original);
    writeFileSync(inFolder(`${height}-word`), await takeScreenshot({ word: 'changed' }));
    writeFileSync(inFolder(`${height}-inserted`), await takeScreenshot({ inserted: true }));
    writeFileSync(inFolder(`${height}-inverted`), await takeScreenshot({ inverted: true }));
  }
  await browser.close();
}

interface PageChanges {
  word?: string;
  inserted?: boolean;
  inverted?: boolean;
}

const words =
  'the quick brown fox jumps over a lazy dog while seventeen developers review screenshots of pages that changed since yesterday evening'.split(
    ' ',
  );

function prose(count: number, seed: number): string {
  return Array.from(
    { length: count },
    (_, i) => words[(seed * 7 + i * 13 + ((i * i) >> 3)) % words.length],
  ).join(' ');
}

function pageHtml(
  height: number,
  { word = 'stable', inserted = false, inverted = false }: PageChanges,
): string {
  const cards = Array.from({ length: Math.ceil(height / 330) * 3 }, (_, i) => {
    const paragraph =
      inserted && i === 6 ? `</main><p style="padding: 0 24px">${prose(60, 99)}</p><main>` : '';
    const colours = `hsl(${(i * 47) % 360} 60% 60%), hsl(${(i * 91) % 360} 70% 40%)`;
    return `${paragraph}<div class="card"><div class="image" style="background: linear-gradient(${i * 37}deg, ${colours})"></div><h3>Card ${i} ${i === 4 ? word : 'stable'}</h3><p>${prose(45, i)}</p></div>`;
  });
  return `<style>
    html { background: #fff; ${inverted ? 'filter: invert(1);' : ''} }
    body { margin: 0; font: 15px/1.5 sans-serif; color: #222 }
    header { height: 64px; background: linear-gradient(90deg, #16324f, #2a628f); color: #fff; font-size: 24px; padding: 14px 24px; box-sizing: border-box }
    main { padding: 24px; display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 20px }
    .card { border: 1px solid #ccd; border-radius: 8px; padding: 14px; box-shadow: 0 2px 6px #0002 }
    .card h3 { margin: 0 0 8px }
    .image { height: 120px; border-radius: 6px; margin-bottom: 8px }
  </style><header>Depicted benchmark</header><main>${cards.join('')}</main>`;
}

async function makePhotos(): Promise<void> {
  const [width, height] = [3840, 2160];
  const random = seededRandom(4);
  const layers = await Promise.all(
    [6, 20, 70, 250, 900].map(async (cells) => {
      const size = { width: cells, height: Math.ceil((cells * height) / width) };
      const noise = Uint8Array.from({ length: size.width * size.height * 3 }, () =>
        Math.floor(random() * 256),
      );
      return sharp(noise, { raw: { ...size, channels: 3 } })
        .resize(width, height, { kernel: 'cubic', fit: 'fill' })
        .raw()
        .toBuffer();
    }),
  );
  const weights = [0.4, 0.26, 0.16, 0.1, 0.04];
  const photo = new Uint8Array(width * height * 3);
  for (let i = 0; i < photo.length; i++) {
    let value = 5;
    for (const [layer, weight] of weights.entries()) value += layers[layer]![i]! * weight;
    // Sensor noise of about one step.
    photo[i] = value + (random() + random() - 1) * 2;
  }
  const retouched = photo.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (((x - 2400) / 420) ** 2 + ((y - 1100) / 250) ** 2 > 1) continue;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) retouched[at + c] = 255 - photo[at + c]!;
    }
  }
  const write = (data: Uint8Array, name: string) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .png({ adaptiveFiltering: true, compressionLevel: 6 })
      .toFile(inFolder(name));
  await write(photo, 'photo');
  await write(retouched, 'photo-retouched');
}
