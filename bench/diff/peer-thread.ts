/** A thread that runs one JavaScript peer and nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { loadPixelmatch } from './peer-pixelmatch.ts';

interface Png {
  width: number;
  height: number;
  data: Buffer;
}

type Compare = (before: string, after: string, output: string) => boolean;
const require = createRequire(import.meta.url);

async function pixelmatchPeer(): Promise<Compare> {
  const { pixelmatch } = await loadPixelmatch();
  const { PNG } = require('pngjs') as {
    PNG: {
      new (size: { width: number; height: number }): Png;
      sync: { read(b: Buffer): Png; write(p: Png): Buffer };
    };
  };
  return (before, after, output) => {
    const a = PNG.sync.read(readFileSync(before));
    const b = PNG.sync.read(readFileSync(after));
    const diff = new PNG({ width: a.width, height: a.height });
    const changed = pixelmatch(a.data, b.data, diff.data, a.width, a.height, {
      threshold: 0.1,
      includeAA: false,
    });
    if (changed > 0) writeFileSync(output, PNG.sync.write(diff));
    return changed > 0;
  };
}

function playwrightPeer(): Compare {
  type Comparator = (actual: Buffer, expected: Buffer, options: object) => { diff?: Buffer } | null;
  const { utils } = require('playwright-core/lib/coreBundle') as {
    utils: { getComparator(type: string): Comparator };
  };
  const compare = utils.getComparator('image/png');
  return (before, after, output) => {
    const result = compare(readFileSync(after), readFileSync(before), {});
    if (result?.diff !== undefined) writeFileSync(output, result.diff);
    return result !== null;
  };
}

const ready = workerData === 'pixelmatch' ? pixelmatchPeer() : Promise.resolve(playwrightPeer());
const port = parentPort!;
port.on('message', ({ before, after, output }: Record<'before' | 'after' | 'output', string>) => {
  ready
    .then((compare) => compare(before, after, output))
    .then(
      (differs) => port.postMessage(differs),
      (error: unknown) => port.postMessage(String(error)),
    );
});
