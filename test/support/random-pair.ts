/** Random images that provoke every branch of the comparison: flat areas, slopes, noise, text-like edges, alpha. */
import type { PlainPixels } from './png-writer.ts';

/** Uniform numbers 0–1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The pairs whose counts are frozen in test/golden/random-pairs.json. */
export const randomPairs = { seed: 7, count: 150, thresholds: [0, 0.1] } as const;

const kinds = ['shapes', 'slopes', 'noise', 'few colours', 'one pixel', 'everything'] as const;

export function randomPair(random: () => number): { before: PlainPixels; after: PlainPixels; kind: string } {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const channels = random() < 0.5 ? 3 : 4;
  const opaque = channels === 3 || random() < 0.4;
  const width = 1 + upTo(random() < 0.2 ? 5 : 90);
  const height = 1 + upTo(random() < 0.2 ? 5 : 60);
  const kind = kinds[upTo(kinds.length)]!;
  const before: PlainPixels = { width, height, channels, data: new Uint8Array(width * height * channels) };

  const colours = Array.from({ length: 2 + upTo(4) }, () => [upTo(256), upTo(256), upTo(256)]);
  const alphas = opaque ? [255] : [0, 255, 128, upTo(256)];
  const paint = (pixels: PlainPixels, x: number, y: number, colour: number[], alpha: number) => {
    const at = (y * width + x) * channels;
    pixels.data.set(colour, at);
    if (channels === 4) pixels.data[at + 3] = alpha;
  };
  const ground = [colours[0]!, alphas[upTo(alphas.length)]!] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (kind === 'noise') {
        paint(before, x, y, [upTo(256), upTo(256), upTo(256)], alphas[upTo(alphas.length)]!);
      } else if (kind === 'few colours') {
        paint(before, x, y, colours[upTo(colours.length)]!, alphas[upTo(alphas.length)]!);
      } else paint(before, x, y, ...ground);
    }
  }
  const disc = (
    pixels: PlainPixels,
    cx: number,
    cy: number,
    radius: number,
    colour: number[],
    alpha: number,
  ) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x - cx, y - cy)));
        if (cover === 0) continue;
        const at = (y * width + x) * channels;
        const mixed = colour.map((value, i) =>
          Math.round(value * cover + pixels.data[at + i]! * (1 - cover)),
        );
        paint(pixels, x, y, mixed, cover === 1 ? alpha : (pixels.data[at + 3] ?? 255));
      }
    }
  };
  const discs = Array.from({ length: 1 + upTo(5) }, () => ({
    x: random() * width,
    y: random() * height,
    radius: 1 + random() * 12,
    colour: colours[upTo(colours.length)]!,
    alpha: alphas[upTo(alphas.length)]!,
  }));
  const drawsDiscs = kind === 'shapes' || kind === 'slopes' || kind === 'everything';
  if (drawsDiscs) for (const d of discs) disc(before, d.x, d.y, d.radius, d.colour, d.alpha);

  const after: PlainPixels = { ...before, data: before.data.slice() };
  if (kind === 'slopes') {
    after.data.set(new Uint8Array(after.data.length));
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) paint(after, x, y, ...ground);
    // The same discs, moved by less than a pixel: what another renderer's anti-aliasing does.
    for (const d of discs)
      disc(after, d.x + random() * 0.6, d.y + random() * 0.6, d.radius, d.colour, d.alpha);
  } else if (kind === 'everything') {
    for (let i = 0; i < after.data.length; i++) {
      if (channels === 3 || i % 4 !== 3) after.data[i] = (after.data[i]! + 1 + upTo(3)) & 255;
    }
  } else {
    const changes = kind === 'one pixel' ? 1 : upTo(40);
    for (let i = 0; i < changes; i++) {
      paint(after, upTo(width), upTo(height), colours[upTo(colours.length)]!, alphas[upTo(alphas.length)]!);
    }
    if (kind === 'shapes') disc(after, random() * width, random() * height, 4, colours[1]!, alphas[0]!);
  }
  return { before, after, kind };
}

/** The same pixels with an alpha channel. */
export function toRgba({ channels, data }: PlainPixels): Uint8Array {
  if (channels === 4) return data;
  const rgba = new Uint8Array((data.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4)
    rgba.set(data.subarray(from, from + 3), to);
  return rgba;
}
