/** A plain, slow comparison for sample reports: every unequal pixel counts, regions are merged cells of a grid. */

import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { ImageSize, Region } from '../../src/domain/comparison/comparison.ts';

const cell = 24;

export interface SampleComparison {
  canvas: ImageSize;
  before: ImageSize;
  after: ImageSize;
  changedPixels: number;
  distortion: number;
  regions: Region[];
  mask: Buffer;
  /** Of what changed: equal for equal differences. */
  digest: string;
}

/** Compares two PNGs on their common canvas. */
export async function comparePngs(before: Buffer, after: Buffer): Promise<SampleComparison> {
  const [a, b] = await Promise.all([rgba(before), rgba(after)]);
  const canvas = { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
  const mask = Buffer.alloc(canvas.width * canvas.height * 4, 0);
  const columns = Math.ceil(canvas.width / cell);
  const cells = new Map<number, Box>();
  const change = createHash('sha1').update(`${canvas.width} ${canvas.height}`);
  let changedPixels = 0;
  let squares = 0;
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const error = errorAt(a, b, x, y);
      if (error === 0) continue;
      changedPixels++;
      change.update(`${x} ${y} ${colourAt(a, x, y)} ${colourAt(b, x, y)}`);
      squares += error;
      mask.set([255, 0, 0, 255], (y * canvas.width + x) * 4);
      const key = Math.floor(y / cell) * columns + Math.floor(x / cell);
      const box = cells.get(key);
      if (box === undefined) cells.set(key, { left: x, top: y, right: x, bottom: y, pixels: 1 });
      else {
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        box.bottom = y;
        box.pixels++;
      }
    }
  }
  return {
    canvas,
    before: { width: a.width, height: a.height },
    after: { width: b.width, height: b.height },
    changedPixels,
    distortion: Math.sqrt(squares / (3 * canvas.width * canvas.height)) / 255,
    regions: merge(cells, columns),
    digest: change.digest('hex'),
    mask: await sharp(mask, { raw: { ...canvas, channels: 4 } })
      .png({ palette: true, colours: 2, compressionLevel: 1 })
      .toBuffer(),
  };
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  pixels: number;
}

/** Merges boxes of neighboring cells; in reading order. */
function merge(cells: ReadonlyMap<number, Box>, columns: number): Region[] {
  const seen = new Set<number>();
  const regions: Region[] = [];
  for (const start of cells.keys()) {
    if (seen.has(start)) continue;
    const all: Box[] = [];
    const queue = [start];
    seen.add(start);
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      all.push(cells.get(key)!);
      for (const step of [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]) {
        const near = key + step;
        if (Math.abs((near % columns) - (key % columns)) > 1 || seen.has(near) || !cells.has(near)) continue;
        seen.add(near);
        queue.push(near);
      }
    }
    const left = Math.min(...all.map((box) => box.left));
    const top = Math.min(...all.map((box) => box.top));
    regions.push({
      left,
      top,
      width: Math.max(...all.map((box) => box.right)) - left + 1,
      height: Math.max(...all.map((box) => box.bottom)) - top + 1,
      changedPixels: all.reduce((sum, box) => sum + box.pixels, 0),
    });
  }
  return regions.sort((one, other) => one.top - other.top || one.left - other.left).slice(0, 200);
}

interface Raw extends ImageSize {
  data: Buffer;
}

async function rgba(png: Buffer): Promise<Raw> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function colourAt({ data, width, height }: Raw, x: number, y: number): number | null {
  return x < width && y < height ? data.readUInt32LE((y * width + x) * 4) : null;
}

function errorAt(a: Raw, b: Raw, x: number, y: number): number {
  if (x >= a.width || y >= a.height || x >= b.width || y >= b.height) return 3 * 255 ** 2;
  const one = (y * a.width + x) * 4;
  const other = (y * b.width + x) * 4;
  if (a.data.readUInt32LE(one) === b.data.readUInt32LE(other)) return 0;
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    sum += (a.data[one + channel]! - b.data[other + channel]!) ** 2;
  return Math.max(1, sum);
}
