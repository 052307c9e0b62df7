/** Deterministic images for the benchmark's pages: photos as PNG, and an animated GIF. */
import { crc32, deflateSync } from 'node:zlib';

/** Numbers in [0, 1) that depend only on the seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An 8-bit RGB PNG that looks like a blurred photo with grain, and is as hard to compress as a photo. */
export function photoPng(seed: number, width: number, height: number): Buffer {
  const random = randomFrom(seed);
  const waves = Array.from({ length: 12 }, () => ({
    x: (random() - 0.5) * 0.05,
    y: (random() - 0.5) * 0.05,
    phase: random() * 6.28,
    channel: Math.floor(random() * 3),
    height: 20 + random() * 35,
  }));
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0;
    for (let x = 0; x < width; x++) {
      const sums = [120, 120, 120];
      for (const wave of waves) {
        sums[wave.channel]! += wave.height * Math.sin(x * wave.x + y * wave.y + wave.phase);
      }
      const grain = random() * 14;
      for (const sum of sums) rows[at++] = Math.max(0, Math.min(255, sum + grain));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** An endless 1×1 GIF of four frames, 0.1 s each. */
export function blinkingGif(): Buffer {
  const bytes = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0x91, 0, 0];
  bytes.push(180, 83, 42, 94, 122, 102, 77, 109, 124, 224, 183, 92);
  bytes.push(0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0);
  for (let frame = 0; frame < 4; frame++) {
    bytes.push(0x21, 0xf9, 4, 0, 10, 0, 0, 0);
    // One pixel in 2-bit LZW: clear, the frame's color, end; codes of three bits, lowest bit first.
    const codes = 4 | (frame << 3) | (5 << 6);
    bytes.push(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, codes & 255, codes >> 8, 0);
  }
  bytes.push(0x3b);
  return Buffer.from(bytes);
}
