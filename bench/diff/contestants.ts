/** The measured programs. Each takes two files and a path for its diff image, and is warmed up as far as possible. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { ImageReader } from '../../src/adapters/pixels/image-file.ts';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { startSecondThread } from '../../src/adapters/pixels/start-second-thread.ts';
import { comparisonDefaults } from '../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../src/image/compare.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';

export interface Contestant {
  name: string;
  version: string;
  /** What it does differently: process model, threshold, diff image. */
  note: string;
  /** Programs slower than this on average run in every fourth round only; milliseconds. */
  isSlow?: boolean;
  /** Its processor time is not that of this process. */
  isOtherProcess?: boolean;
  /** Compares and, if supported, writes a diff image; resolves to whether there is a difference. */
  compare(before: string, after: string, output: string): Promise<boolean>;
  close?(): Promise<void>;
}

const require = createRequire(import.meta.url);
const run = promisify(execFile);
const versionOf = (name: string) => {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

export function depicted(kind: 'defaults' | 'exact'): Contestant {
  const comparer = createComparer({ threads: 1 });
  return {
    name: kind === 'defaults' ? 'Depicted' : 'Depicted, exact only',
    version: 'this commit',
    note:
      kind === 'defaults'
        ? 'a worker thread; threshold 0, anti-aliasing detected, distortion, regions, what moved; writes the mask'
        : 'the same without the perceptual stage (`antialiasing: count`)',
    async compare(before, after, output) {
      const result = await comparer.compare({
        before: { path: before },
        after: { path: after },
        settings: { ...comparisonDefaults, ...(kind === 'exact' && { antialiasing: 'count' as const }) },
        withMask: true,
      });
      if (result.mask !== null) writeFileSync(output, result.mask);
      return !result.same;
    },
    close: () => comparer.close(),
  };
}

/** Without looking for what moved: the part that the others do, too. In this thread. */
async function depictedPlain(): Promise<Contestant> {
  const kernel = new Kernel(await readKernel(), startSecondThread);
  const images = new ImageReader();
  return {
    name: 'Depicted, not aligned',
    version: 'this commit',
    note: 'the same without looking for what moved',
    async compare(before, after, output) {
      const result = await compareImages(
        kernel,
        images.read({ path: before }, 'before', Infinity),
        images.read({ path: after }, 'after', Infinity),
        { settings: comparisonDefaults, withMask: true, align: false },
      );
      if (result.mask !== null) writeFileSync(output, result.mask);
      return result.changedPixels > 0;
    },
  };
}

type BlazediffResult = { match: boolean };

export async function blazediff(withImage: boolean): Promise<Contestant> {
  const { compare } = (await import(require.resolve('@blazediff/bin'))) as {
    compare: (
      before: string,
      after: string,
      output: string | undefined,
      options: object,
    ) => Promise<BlazediffResult>;
  };
  return {
    name: withImage ? 'blazediff' : 'blazediff, no image',
    version: versionOf('@blazediff/bin'),
    note: `native module in the process; threshold 0.1, no anti-aliasing detection (its defaults)${withImage ? '; writes an uncompressed RGBA overlay' : '; without its image'}`,
    compare: async (before, after, output) =>
      !(await compare(before, after, withImage ? output : undefined, { threshold: 0.1 })).match,
  };
}

function odiff(): Contestant {
  const { ODiffServer } = require('odiff-bin') as {
    ODiffServer: new () => {
      compare(before: string, after: string, output: string, options: object): Promise<BlazediffResult>;
      stop(): void;
    };
  };
  const server = new ODiffServer();
  return {
    name: 'odiff server',
    version: versionOf('odiff-bin'),
    isOtherProcess: true,
    note: 'native server process; threshold 0.1, no anti-aliasing detection (its defaults); writes an RGBA overlay',
    compare: async (before, after, output) =>
      !(await server.compare(before, after, output, { threshold: 0.1 })).match,
    close: async () => server.stop(),
  };
}

/** pixelmatch or Playwright's comparator, in a thread that loads nothing else. */
function javaScriptPeer(peer: 'pixelmatch' | 'playwright'): Contestant {
  const worker = new Worker(new URL('./peer-thread.ts', import.meta.url), { workerData: peer, execArgv: [] });
  return {
    name: peer === 'pixelmatch' ? 'pixelmatch + pngjs' : "Playwright's comparator",
    version:
      peer === 'pixelmatch'
        ? `${versionOf('pixelmatch')} + ${versionOf('pngjs')}`
        : versionOf('playwright-core'),
    note:
      peer === 'pixelmatch'
        ? 'a separate worker thread; threshold 0.1, anti-aliasing detected (its defaults); writes an RGBA overlay'
        : 'a separate worker thread; threshold 0.2, anti-aliasing detected (its defaults); writes an RGBA overlay',
    compare: (before, after, output) =>
      new Promise((resolve, reject) => {
        worker.once('message', (answer: boolean | string) =>
          typeof answer === 'boolean' ? resolve(answer) : reject(new Error(answer)),
        );
        worker.postMessage({ before, after, output });
      }),
    close: async () => void (await worker.terminate()),
  };
}

/**
 * The original's method: the baseline is placed on a canvas of the run's size, then compared, in two processes each
 * time.
 */
async function imageMagick(): Promise<Contestant | null> {
  const version = await run('compare', ['-version']).then(
    ({ stdout }) => /ImageMagick ([\d.-]+)/.exec(stdout)?.[1],
    () => undefined,
  );
  if (version === undefined) return null;
  return {
    name: 'ImageMagick',
    version,
    isSlow: true,
    isOtherProcess: true,
    note: 'two processes per comparison, as the original dpxdt calls it (composite, then compare with RMSE); writes a highlighted image',
    async compare(before, after, output) {
      const laid = `${output}.laid.png`;
      await run('composite', ['-compose', 'src', '-gravity', 'NorthWest', before, after, laid]);
      const args = [
        '-verbose',
        '-metric',
        'RMSE',
        '-highlight-color',
        'Red',
        '-compose',
        'Src',
        laid,
        after,
        output,
      ];
      const { stderr } = await run('compare', args).catch((error: { stderr: string }) => error);
      rmSync(laid, { force: true });
      return !/all: 0 \(0\)/.test(stderr);
    },
  };
}

/** @param wanted parts of names; all if empty. Depicted always takes part. */
export async function allContestants(wanted: readonly string[]): Promise<Contestant[]> {
  const isWanted = (name: string) => wanted.length === 0 || wanted.some((part) => name.includes(part));
  const others: [string, () => Contestant | null | Promise<Contestant | null>][] = [
    ['blazediff', () => blazediff(true)],
    ['blazediff, no image', () => blazediff(false)],
    ['odiff server', odiff],
    ['pixelmatch + pngjs', () => javaScriptPeer('pixelmatch')],
    ["Playwright's comparator", () => javaScriptPeer('playwright')],
    ['ImageMagick', imageMagick],
  ];
  const contestants: (Contestant | null)[] = [depicted('defaults'), await depictedPlain(), depicted('exact')];
  // Only those: the threads and servers of the others would take part.
  for (const [name, create] of others) if (isWanted(name)) contestants.push(await create());
  return contestants.filter((contestant) => contestant !== null);
}

/** Whether the peers are installed. */
export function peersAreHere(): boolean {
  return existsSync(new URL('../node_modules/@blazediff/bin', import.meta.url));
}
