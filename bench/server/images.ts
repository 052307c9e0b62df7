/** Fake screenshots: 1280×800, RGB, with text-like lines; kept on disk for the next run. */
import { existsSync, mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomFrom } from '../local/images.ts';
import { outFolder } from './product.ts';

const width = 1280;
const height = 800;
const channels = 3;

/** Files of `count` distinct images. `changed` has the same images, with a moved line of text in every twentieth. */
export async function makeImages(count: number): Promise<{ before: string[]; changed: string[] }> {
  const folder = join(outFolder, 'images');
  mkdirSync(folder, { recursive: true });
  const before: string[] = [];
  const changed: string[] = [];
  const missing: (() => Promise<void>)[] = [];
  for (let index = 0; index < count; index++) {
    const plain = join(folder, `${index}.png`);
    const other = index % 20 === 0 ? join(folder, `${index}-changed.png`) : plain;
    before.push(plain);
    changed.push(other);
    for (const file of new Set([plain, other])) {
      if (!existsSync(file)) missing.push(() => writeImage(file, index, file !== plain));
    }
  }
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let make = missing.pop(); make !== undefined; make = missing.pop()) await make();
    }),
  );
  return { before, changed };
}

async function writeImage(file: string, seed: number, isChanged: boolean): Promise<void> {
  const pixels = Buffer.alloc(width * height * channels, 250);
  const random = randomFrom(seed + 1);
  for (let top = 20; top < height - 20; top += 22) {
    const moved = isChanged && top === 350 ? 3 : 0;
    for (let left = 40; left < width - 60;) {
      const word = 12 + Math.floor(random() * 60);
      const shade = 30 + Math.floor(random() * 120);
      if (random() > 0.2) drawWord(pixels, left + moved, top, word, shade, random);
      left += word + 8;
    }
  }
  await writeFile(
    file,
    await sharp(pixels, { raw: { width, height, channels } }).png({ compressionLevel: 5 }).toBuffer(),
  );
}

/** Strokes as wide as those of letters. */
function drawWord(
  pixels: Buffer,
  left: number,
  top: number,
  length: number,
  shade: number,
  random: () => number,
): void {
  for (let x = 0; x < length; x += 4) {
    const strokeTop = top + Math.floor(random() * 5);
    for (let y = strokeTop; y < top + 12; y++) {
      const at = (y * width + left + x) * channels;
      pixels.fill(shade, at, at + channels * 2);
    }
  }
}
