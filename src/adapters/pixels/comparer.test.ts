import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeBombs, makeWrappedBombs } from '../../../test/support/png-bombs.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import type { Comparer, DiffRequest } from '../../ports/comparer.ts';
import { readImageSize } from '../../image/image-header.ts';
import { createComparer } from './comparer.ts';
import type { ComparerOptions } from './comparer.ts';
import { ThreadPool } from './thread-pool.ts';
import type { ThreadData } from './thread-messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'comparer-'));
const open: { close(): Promise<void> }[] = [];

/** One for all tests that need no special settings. */
const shared = createComparer({ threads: 2 });

function newComparer(options?: ComparerOptions): Comparer {
  if (options === undefined) return shared;
  const created = createComparer(options);
  open.push(created);
  return created;
}

function solid(width: number, height: number, value: number): Buffer {
  return writePng({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(value) });
}

const white = solid(64, 40, 255);
const black = solid(64, 40, 0);
const paths = { white: join(folder, 'white.png'), black: join(folder, 'black.png') };

beforeAll(() => {
  writeFileSync(paths.white, white);
  writeFileSync(paths.black, black);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  await shared.close();
  rmSync(folder, { recursive: true });
});

function request(part: Partial<DiffRequest> = {}): DiffRequest {
  return {
    before: { path: paths.white },
    after: { path: paths.black },
    settings: comparisonDefaults,
    withMask: true,
    ...part,
  };
}

describe('createComparer', () => {
  it('compares files and bytes alike', async () => {
    const pixels = newComparer();
    const fromFiles = await pixels.compare(request());
    const fromBytes = await pixels.compare(request({ before: { bytes: white }, after: { bytes: black } }));
    expect(fromFiles).toMatchObject({
      same: false,
      changedPixels: 2560,
      diffRatio: 1,
      distortion: 1,
      canvas: { width: 64, height: 40 },
      regions: [{ left: 0, top: 0, width: 64, height: 40, changedPixels: 2560 }],
    });
    expect({ ...fromBytes, durationMs: 0 }).toEqual({ ...fromFiles, durationMs: 0 });
    expect(fromFiles.durationMs).toBeGreaterThan(0);
    // The caller's bytes are still usable.
    expect([white.length > 0, readImageSize(white)]).toEqual([true, { width: 64, height: 40 }]);
  });

  it('gives a mask only when one is wanted and a pixel changed', async () => {
    const pixels = newComparer();
    expect((await pixels.compare(request())).mask).toBeInstanceOf(Uint8Array);
    expect((await pixels.compare(request({ withMask: false }))).mask).toBeNull();
    expect((await pixels.compare(request({ after: { path: paths.white } }))).mask).toBeNull();
  });

  it('takes equal bytes for the same image, but only if they are an image', async () => {
    const pixels = newComparer();
    const text = { bytes: Buffer.from('not an image') };
    expect(
      await pixels.compare(request({ before: { bytes: white }, after: { path: paths.white } })),
    ).toMatchObject({
      same: true,
      before: { width: 64, height: 40 },
      distortion: 0,
    });
    await expect(pixels.compare(request({ before: text, after: text }))).rejects.toMatchObject({
      code: 'image_invalid',
    });
  });

  it('composes the overlay', async () => {
    const pixels = newComparer();
    const comparison = await pixels.compare(request());
    const overlay = await pixels.overlay({ path: paths.black }, comparison);
    const { width, height, format } = await sharp(overlay).metadata();
    expect({ width, height, format }).toEqual({ width: 64, height: 40, format: 'png' });
  });

  it('does many comparisons at once, each with its own result', async () => {
    const pixels = newComparer();
    const levels = Array.from({ length: 24 }, (_, index) => index * 10);
    const results = await Promise.all(
      levels.map((level) => pixels.compare(request({ after: { bytes: solid(64, 40, level) } }))),
    );
    expect(results.map(({ distortion }) => Math.round((1 - distortion) * 255))).toEqual(levels);
  });

  it.each([
    ['a missing file', { path: join(folder, 'none.png') }, 'image_invalid', 'there is no such file'],
    ['a folder', { path: folder }, 'image_invalid', 'is not a file'],
    ['other bytes', { bytes: Buffer.from('hello') }, 'image_invalid', 'is not a PNG, JPEG or WebP image'],
  ])('refuses %s with a sentence that names it', async (_, after, code, words) => {
    await expect(newComparer().compare(request({ after }))).rejects.toMatchObject({
      name: 'AppError',
      code,
      message: expect.stringMatching(
        new RegExp(`^The after image.*${'path' in after ? after.path : ''}.*${words}`),
      ) as string,
    });
  });

  it('keeps to its limits on bytes and pixels', async () => {
    await expect(newComparer({ maxFileBytes: 50 }).compare(request())).rejects.toMatchObject({
      code: 'image_too_large',
      message: expect.stringContaining('the limit is 50') as string,
    });
    await expect(newComparer().compare(request({ maxPixels: 2000 }))).rejects.toMatchObject({
      code: 'image_too_large',
    });
  });

  it('starts afresh after a thread has grown too large', async () => {
    const pixels = newComparer({ threads: 1, keepMemoryBytes: 1 });
    for (let i = 0; i < 3; i++)
      expect(await pixels.compare(request())).toMatchObject({ changedPixels: 2560 });
  });

  it('ends what takes too long and goes on with a fresh thread', async () => {
    const pixels = newComparer({ threads: 1, timeoutMs: 1 });
    await expect(
      pixels.compare(
        request({ before: { bytes: solid(3000, 3000, 1) }, after: { bytes: solid(3000, 3000, 2) } }),
      ),
    ).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringContaining('longer than') as string,
    });
  });

  it('rejects what is waiting when it is closed, and everything after', async () => {
    const pixels = newComparer({ threads: 1 });
    const waiting = [pixels.compare(request()), pixels.compare(request())].map((promise) =>
      promise.then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    );
    await pixels.close();
    for (const outcome of await Promise.all(waiting)) expect(['done', 'unavailable']).toContain(outcome);
    await expect(pixels.compare(request())).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('ThreadPool', () => {
  it('answers with an error when a thread dies, and gives the next job a new one', async () => {
    const entry = join(folder, 'thread.mjs');
    writeFileSync(
      entry,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (job) => {
         if (job.maxPixels === 1) process.exit(3);
         if (job.maxPixels === 2) throw new Error('boom');
         parentPort.postMessage({ ok: true, result: job.maxPixels, memoryBytes: 0 });
       });`,
    );
    const pool = new ThreadPool({
      threads: 1,
      entry: new URL(`file://${entry}`),
      data: async () => ({}) as ThreadData,
      keepMemoryBytes: 1000,
      timeoutMs: 10_000,
    });
    open.push(pool);
    const job = (maxPixels: number) =>
      pool.run({
        kind: 'compare',
        before: { path: '' },
        after: { path: '' },
        settings: comparisonDefaults,
        withMask: false,
        maxPixels,
      });
    const outcomes = await Promise.allSettled([job(7), job(1), job(8), job(2), job(9)]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    for (const index of [1, 3]) {
      expect(outcomes[index]).toMatchObject({
        reason: { code: 'internal', message: expect.stringContaining('ended unexpectedly') as string },
      });
    }
  });
});

describe('decompression bombs', () => {
  it('are refused, or compared without being unpacked: each within 2 s and 300 MB', async () => {
    const pixels = newComparer({ threads: 1 });
    const other = { bytes: solid(1, 1, 9) };
    await pixels.compare(request());
    const [bombs, wrapped] = await Promise.all([makeBombs(), makeWrappedBombs()]);
    for (const { name, bytes } of [...bombs, ...wrapped]) {
      const isRefused = bombs.some((bomb) => bomb.name === name);
      for (const pair of [
        { before: { bytes }, after: other },
        { before: other, after: { bytes } },
      ]) {
        const rssBefore = process.memoryUsage.rss();
        let peak = rssBefore;
        const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
        const start = process.cpuUsage();
        const outcome = await pixels.compare(request(pair)).then(
          () => 'compared',
          (error: { code: string }) => error.code,
        );
        clearInterval(sampler);
        peak = Math.max(peak, process.memoryUsage.rss());
        expect([name, outcome]).toEqual([
          name,
          isRefused ? (expect.stringMatching(/^image_(invalid|too_large)$/) as string) : 'compared',
        ]);
        // Of processor time, all threads together: other processes may keep the machine busy.
        const { user, system } = process.cpuUsage(start);
        expect([name, user + system < 2e6, peak - rssBefore < 300e6]).toEqual([name, true, true]);
      }
    }
  }, 60_000);
});
