import { constants, createInflate, deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/support/random-pair.ts';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { inflateAll } from './inflation.ts';
import { Kernel } from './kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

const tooLong = 'it holds more pixels than its header says';

interface Outcome {
  bytes: Buffer | null;
  failure: string | null;
}

/** Rows of one byte and its filter, as many as there are bytes. */
function inflated(compressed: Uint8Array, bytes: number, parts = 1): Outcome {
  const layout = { width: bytes, height: 1, filtered: false };
  // Three bytes per pixel: the last bytes of the view are not used.
  const rows = kernel.reserve(layout, { width: 0, height: 0, filtered: false }, 3);
  const size = Math.ceil(compressed.length / parts);
  const pieces = Array.from({ length: parts }, (_, i) => compressed.subarray(i * size, (i + 1) * size));
  const stream = kernel.inflation('before', pieces, bytes);
  inflateAll(stream);
  return {
    bytes: stream.failure === null ? Buffer.from(rows.before.subarray(0, bytes)) : null,
    failure: stream.failure,
  };
}

/** The same with Node's zlib, which has room for one byte more. */
async function expected(compressed: Uint8Array, bytes: number): Promise<Outcome> {
  const stream = createInflate({ chunkSize: bytes + 1 });
  const chunks: Buffer[] = [];
  let length = 0;
  const failure = await new Promise<string | null>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > bytes) resolve(tooLong);
    });
    stream.on('end', () => resolve(length < bytes ? 'it holds fewer pixels than its header says' : null));
    stream.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'Z_BUF_ERROR' ? 'its pixels are cut off' : 'its compressed pixels are damaged'),
    );
    stream.end(compressed);
  });
  stream.destroy();
  return { bytes: failure === null ? Buffer.concat(chunks) : null, failure };
}

const strategies = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];

/** Runs, repetitions and noise, so that codes and matches of all lengths come up. */
function someBytes(random: () => number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = Math.min(1 + Math.floor(random() ** 4 * 700), length - at);
    const kind = random();
    const distance = 1 + Math.floor(random() ** 3 * Math.min(at, 33_000));
    if (kind < 0.3) bytes.fill(Math.floor(random() * 256), at, at + count);
    else if (kind < 0.7 && at > 0) for (let i = 0; i < count; i++) bytes[at + i] = bytes[at + i - distance]!;
    else for (let i = 0; i < count; i++) bytes[at + i] = Math.floor(random() ** 5 * 256);
    at += count;
  }
  return bytes;
}

function someStream(random: () => number): { bytes: Buffer; compressed: Buffer } {
  // zlib's smallest chunk has 64 bytes.
  const bytes = someBytes(random, 70 + Math.floor(random() ** 3 * 300_000));
  const options = {
    level: Math.floor(random() * 10),
    memLevel: 1 + Math.floor(random() * 9),
    windowBits: 9 + Math.floor(random() * 7),
    strategy: strategies[Math.floor(random() * strategies.length)]!,
  };
  return { bytes, compressed: deflateSync(bytes, options) };
}

describe('inflating', () => {
  it('P128: gives what zlib gives, for all levels, strategies and sizes, in any number of pieces', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 150; round++) {
      const { bytes, compressed } = someStream(random);
      const parts = 1 + Math.floor(random() * 4);
      const { bytes: found, failure } = inflated(compressed, bytes.length, parts);
      expect([round, failure, found?.equals(bytes)]).toEqual([round, null, true]);
    }
  });

  it('P128: refuses with the reason that zlib gives what is damaged, cut off, too long or too short', async () => {
    const random = seededRandom(2);
    const reasons = new Set<string | null>();
    for (let round = 0; round < 300; round++) {
      const { bytes, compressed } = someStream(random);
      const kind = random();
      const broken = Buffer.from(
        compressed.subarray(0, kind < 0.3 ? random() * compressed.length : undefined),
      );
      if (kind > 0.2 && kind < 0.8 && broken.length > 0) {
        const place = Math.floor((random() < 0.5 ? random() ** 6 : random()) * broken.length);
        broken[place]! ^= 1 << Math.floor(random() * 8);
      }
      const length = kind > 0.7 ? Math.max(63, bytes.length + Math.floor(random() * 9) - 4) : bytes.length;
      const [ours, zlibs] = [inflated(broken, length), await expected(broken, length)];
      reasons.add(zlibs.failure);
      if (ours.failure === tooLong && zlibs.failure !== tooLong) {
        // zlib decodes one code more than it has room for, and that one is damaged: both are true.
        expect((await expected(broken, length - 1)).failure).toBe(tooLong);
        continue;
      }
      expect([round, ours.failure]).toEqual([round, zlibs.failure]);
      if (ours.bytes !== null) expect(ours.bytes.equals(zlibs.bytes!)).toBe(true);
    }
    expect(reasons.size).toBe(5);
  });

  it('writes nothing behind its rows', () => {
    const bytes = Buffer.alloc(5_000, 'abc');
    for (const length of [1, 17, 400, 4_000, 4_999]) {
      const layout = { width: length, height: 1, filtered: false };
      const rows = kernel.reserve(layout, { width: 0, height: 0, filtered: false }, 3);
      rows.before.fill(0);
      const stream = kernel.inflation('before', [deflateSync(bytes)], length);
      inflateAll(stream);
      expect(stream.failure).toBe(tooLong);
      expect(rows.before.subarray(length + 64).every((byte) => byte === 0)).toBe(true);
    }
  });
});
