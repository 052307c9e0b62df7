/** The port `Comparer` with worker threads around the image engine. */
import { availableParallelism } from 'node:os';
import { judge } from '../../domain/comparison/comparison.ts';
import { defaultMaxPixels } from '../../image/refusal.ts';
import type { Comparer, ImageSource } from '../../ports/comparer.ts';
import { readKernel } from './kernel-file.ts';
import { ThreadPool } from './thread-pool.ts';

export interface ComparerOptions {
  /** Concurrent comparisons; default: one per two cores, for each uses two. */
  threads?: number;
  /** Kernel memory in bytes that a thread may keep for its next job; default 160 MiB. */
  keepMemoryBytes?: number;
  /** Largest file in bytes; default 128 MiB. */
  maxFileBytes?: number;
  /** Time limit of a job in milliseconds; default 60,000. */
  timeoutMs?: number;
}

const mebibyte = 1024 * 1024;
const entry = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** A comparer whose threads start with the first comparison. */
export function createComparer(options: ComparerOptions = {}): Comparer {
  const pool = new ThreadPool({
    threads: options.threads ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    entry,
    data: async () => ({
      kernel: await readKernel(),
      maxFileBytes: options.maxFileBytes ?? 128 * mebibyte,
    }),
    keepMemoryBytes: options.keepMemoryBytes ?? 160 * mebibyte,
    timeoutMs: options.timeoutMs ?? 60_000,
  });
  return {
    async compare({ before, after, settings, withMask, maxPixels = defaultMaxPixels }) {
      const transfer: ArrayBuffer[] = [];
      const { difference, durationMs } = await pool.run(
        {
          kind: 'compare',
          before: ownSource(before, transfer),
          after: ownSource(after, transfer),
          settings,
          withMask,
          maxPixels,
        },
        transfer,
      );
      return judge(difference, settings, durationMs);
    },
    async overlay(after, { canvas, mask, regions, forgivenMask, forgivenRegions, after: size }) {
      const transfer: ArrayBuffer[] = [];
      return pool.run(
        {
          kind: 'overlay',
          after: ownSource(after, transfer),
          canvas,
          mask,
          regions,
          forgivenMask,
          forgivenRegions,
          // It was within its limit when it was compared.
          maxPixels: Math.max(defaultMaxPixels, size.width * size.height),
        },
        transfer,
      );
    },
    pixelsDigest(image, maxPixels = defaultMaxPixels) {
      const transfer: ArrayBuffer[] = [];
      return pool.run({ kind: 'pixels', image: ownSource(image, transfer), maxPixels }, transfer);
    },
    close: () => pool.close(),
  };
}

/** A copy that can be transferred to a thread: cloning a view would clone its whole buffer. */
function ownSource(source: ImageSource, transfer: ArrayBuffer[]): ImageSource {
  if ('path' in source) return source;
  const bytes = new Uint8Array(source.bytes);
  transfer.push(bytes.buffer);
  return { ...source, bytes };
}
