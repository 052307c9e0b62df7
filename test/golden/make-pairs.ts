/**
 * Makes the golden pairs: images, READMEs and comparison settings. Needs a Chromium. The numbers in
 * `expected.json` come from other programs: see bench/diff/freeze-golden.ts.
 *
 *   node test/golden/make-pairs.ts
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { ComparisonSettings } from '../../src/domain/comparison/comparison.ts';
import { pngFile, writePng } from '../support/png-writer.ts';

import {
  article,
  closeBrowser,
  decoded,
  drawn,
  edited,
  shape,
  takeScreenshot,
  sixteenBitRows,
  tallPage,
} from './images.ts';

interface Pair {
  verdict: 'should-match' | 'should-differ';
  name: string;
  about: string;
  before: Uint8Array;
  after: Uint8Array;
  /** Only the deviations from the defaults. */
  settings?: Partial<ComparisonSettings>;
}

const page = await takeScreenshot(article());
const pagePixels = await decoded(page, 3);
const badge = drawn(120, 80, 4, (x, y) => {
  const cover = Math.min(1, Math.max(0, 30.5 - Math.hypot(x - 60, y - 40)));
  return [30 + x, 200 - y, 90, Math.round(cover * 220)];
});
// Few colors, so that it can be stored as a palette, and as gray.
const poster = await sharp(
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="100" shape-rendering="crispEdges"><rect width="160" height="100" fill="#f4f4f4"/><rect x="20" y="15" width="70" height="50" fill="#333"/><circle cx="110" cy="60" r="30" fill="#999"/></svg>',
  ),
)
  .png()
  .toBuffer();
const posterPixels = await decoded(poster, 3);
const gradient = (end: number) =>
  writePng(
    drawn(320, 120, 3, (x, y) => [Math.round((x * end) / 320), Math.round((y * 255) / 120), 128]),
    () => 2,
  );
const star = '100,12 118,70 180,70 130,104 148,140 100,118 52,140 70,104 20,70 82,70';
const otherRenderer = await sharp(Buffer.from(shape(star)))
  .flatten()
  .png()
  .toBuffer();
const browserRenderer = await takeScreenshot(
  `<style>body{margin:0}svg{display:block}</style>${shape(star)}`,
  200,
  150,
);

const pairs: Pair[] = [
  {
    verdict: 'should-match',
    name: 'same-bytes',
    about: 'The same file twice: nothing is decoded.',
    before: page,
    after: page,
  },
  {
    verdict: 'should-match',
    name: 'other-filters',
    about: 'One image written twice with different PNG filters per row: other bytes, same pixels.',
    before: writePng(pagePixels, (y) => y % 5),
    after: writePng(pagePixels, (y) => (y * 3 + 2) % 5),
  },
  {
    verdict: 'should-match',
    name: 'opaque-rgba',
    about: 'RGB against RGBA in which every pixel is opaque.',
    before: page,
    after: writePng(await decoded(page, 4), () => 4),
  },
  {
    verdict: 'should-match',
    name: 'palette',
    about: 'RGB against the same image with a palette.',
    before: writePng(posterPixels),
    after: await sharp(poster).png({ palette: true, colours: 256, dither: 0 }).toBuffer(),
  },
  {
    verdict: 'should-match',
    name: 'grey',
    about: 'RGB against the same gray image with one channel.',
    before: writePng(posterPixels),
    after: await sharp(poster).removeAlpha().toColourspace('b-w').png().toBuffer(),
  },
  {
    verdict: 'should-match',
    name: 'sixteen-bit',
    about: '8 bits against the same image with 16 bits per channel.',
    before: writePng(posterPixels),
    after: pngFile(
      { width: posterPixels.width, height: posterPixels.height, bitDepth: 16, colourType: 2 },
      deflateSync(sixteenBitRows(posterPixels)),
    ),
  },
  {
    verdict: 'should-match',
    name: 'interlaced',
    about: 'A plain PNG against the same image interlaced (Adam7).',
    before: page,
    after: await sharp(page).png({ progressive: true }).toBuffer(),
  },
  {
    verdict: 'should-match',
    name: 'lossless-webp',
    about: 'PNG against the same image as lossless WebP.',
    before: page,
    after: await sharp(page).webp({ lossless: true }).toBuffer(),
  },
  {
    verdict: 'should-match',
    name: 'hidden-colours',
    about: 'Fully transparent pixels with different colors below: no visible difference, distortion is 0.',
    before: writePng(drawn(64, 48, 4, (x) => (x < 32 ? [200, 10, 10, 0] : [20, 90, 200, 255]))),
    after: writePng(drawn(64, 48, 4, (x) => (x < 32 ? [10, 200, 60, 0] : [20, 90, 200, 255]))),
  },
  {
    verdict: 'should-match',
    name: 'below-threshold',
    about:
      'A photo-like area two steps brighter: below a threshold of 0.1, and the result says how many pixels that hid.',
    before: writePng(drawn(160, 100, 3, (x, y) => [90 + (x >> 2), 120 + (y >> 2), 140])),
    after: writePng(drawn(160, 100, 3, (x, y) => [92 + (x >> 2), 122 + (y >> 2), 142])),
    settings: { threshold: 0.1 },
  },
  {
    verdict: 'should-match',
    name: 'within-limits',
    about: 'Nine pixels changed and ten are allowed.',
    before: page,
    after: writePng(edited(pagePixels, (data) => data.fill(0, (150 * 400 + 350) * 3, (150 * 400 + 359) * 3))),
    settings: { maxDiffPixels: 10 },
  },
  {
    verdict: 'should-match',
    name: 'other-renderer',
    about:
      'One star, drawn by librsvg and by Chromium: its edges are smoothed differently, and all of that is anti-aliasing.',
    before: otherRenderer,
    after: browserRenderer,
  },
  {
    verdict: 'should-differ',
    name: 'one-word',
    about: 'One word of an article changed; the rest of its paragraph moved with it.',
    before: page,
    after: await takeScreenshot(article({ word: 'version' })),
  },
  {
    verdict: 'should-differ',
    name: 'one-pixel-shift',
    about: 'The text of a page one pixel further right.',
    before: page,
    after: await takeScreenshot(article({ shift: 1 })),
  },
  {
    verdict: 'should-differ',
    name: 'one-step-colour',
    about: 'A background one step of 255 darker in one channel: strict by default.',
    before: writePng(drawn(200, 120, 3, () => [244, 246, 248])),
    after: writePng(
      drawn(200, 120, 3, (x, y) =>
        x >= 40 && x < 160 && y >= 30 && y < 90 ? [244, 245, 248] : [244, 246, 248],
      ),
    ),
  },
  {
    verdict: 'should-differ',
    name: 'one-pixel',
    about: 'One single pixel on a plain ground.',
    before: writePng(drawn(90, 60, 3, () => [255, 255, 255])),
    after: writePng(drawn(90, 60, 3, (x, y) => (x === 71 && y === 33 ? [0, 0, 0] : [255, 255, 255]))),
  },
  {
    verdict: 'should-differ',
    name: 'other-renderer-strict',
    about: 'The star of other-renderer with anti-aliased pixels counted.',
    before: otherRenderer,
    after: browserRenderer,
    settings: { antialiasing: 'count' },
  },
  {
    verdict: 'should-differ',
    name: 'gradient',
    about: 'A gradient that ends six steps earlier: small differences over most of the image.',
    before: gradient(250),
    after: gradient(244),
  },
  {
    verdict: 'should-differ',
    name: 'alpha',
    about:
      'A soft-edged badge that became more transparent: colors weighted by alpha, alpha as the fourth channel.',
    before: writePng(badge, (y) => y % 5),
    after: writePng(
      edited(badge, (data) => {
        for (let i = 3; i < data.length; i += 4) data[i] = Math.round(data[i]! * 0.8);
      }),
      (y) => y % 5,
    ),
  },
  {
    verdict: 'should-differ',
    name: 'jpeg',
    about: 'PNG against JPEG of quality 80.',
    before: page,
    after: await sharp(page).jpeg({ quality: 80 }).toBuffer(),
  },
  {
    verdict: 'should-differ',
    name: 'inserted-row',
    about: 'A notice inserted below the header pushes everything down.',
    before: page,
    after: await takeScreenshot(article({ row: '<div class="row">New: read what changed.</div>' })),
  },
  {
    verdict: 'should-differ',
    name: 'taller-page',
    about:
      'The same page with a paragraph more at its end: what only one image has is changed, with full error.',
    before: await takeScreenshot(article({ paragraphs: 2 }), 400, 220),
    after: await takeScreenshot(article({ paragraphs: 3 }), 400, 300),
  },
  {
    verdict: 'should-differ',
    name: 'lost-lower-half',
    about: 'A page that lost its lower half; what is left is equal.',
    before: page,
    after: await sharp(page).extract({ left: 0, top: 0, width: 400, height: 150 }).png().toBuffer(),
  },
  {
    verdict: 'should-differ',
    name: 'wider-and-lower',
    about: 'Wider and lower: the corner that neither image has is not a difference.',
    before: writePng(drawn(60, 90, 3, () => [10, 120, 90])),
    after: writePng(drawn(100, 50, 3, () => [10, 120, 90])),
  },
  {
    verdict: 'should-differ',
    name: 'ten-thousand-pixels',
    about: 'A page of 10,000 px with one character changed at its very end.',
    before: await tallPage('The end 1'),
    after: await tallPage('The end 2'),
  },
];

await closeBrowser();
for (const verdict of ['should-match', 'should-differ']) {
  await rm(join(import.meta.dirname, verdict), { recursive: true, force: true });
}
for (const { verdict, name, about, before, after, settings = {} } of pairs) {
  const folder = join(import.meta.dirname, verdict, name);
  await mkdir(folder, { recursive: true });
  const extension = (bytes: Uint8Array) => (bytes[0] === 0xff ? 'jpg' : bytes[0] === 0x52 ? 'webp' : 'png');
  await writeFile(join(folder, `before.${extension(before)}`), before);
  await writeFile(join(folder, `after.${extension(after)}`), after);
  await writeFile(join(folder, 'settings.json'), `${JSON.stringify(settings)}\n`);
  const shown = Object.entries(settings).map(([key, value]) => `\`${key}: ${value}\``);
  await writeFile(
    join(folder, 'README.md'),
    `# ${name}\n\n${about}\n\nSettings: ${shown.length === 0 ? 'the defaults' : shown.join(', ')}. ` +
      `Verdict: ${verdict === 'should-match' ? 'same' : 'different'}. Exact numbers: \`expected.json\`.\n`,
  );
}
console.log(`${pairs.length} pairs written; now run node bench/diff/freeze-golden.ts`);
