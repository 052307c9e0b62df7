/**
 * What the alignment explains, and what it costs on top of the plain comparison; writes the section `align` of RESULTS.md.
 *
 *   node bench/align/run.ts [--rounds N] [--only NAME] [--half tuned|unseen|third|fourth|swaps|fifth|unheard] [--dry] [--list]
 */
import { parseArgs } from 'node:util';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { comparisonDefaults } from '../../src/domain/comparison/comparison.ts';
import type { ImageDifference } from '../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../src/image/compare.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { allPairs, capturePairs, readPair } from './capture.ts';
import type { AlignPair } from './pairs.ts';
import { sectionText } from './results.ts';
import type { PairResult } from './results.ts';
import { witness } from './witness.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    half: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
await capturePairs();
const module = await readKernel();
const kernel = new Kernel(module);

async function compare(pair: AlignPair, align: boolean, on = kernel): Promise<ImageDifference> {
  const { before, after } = readPair(pair);
  return compareImages(
    on,
    { bytes: before, label: 'before image' },
    { bytes: after, label: 'after image' },
    { settings: comparisonDefaults, withMask: true, align },
  );
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

async function measure(pair: AlignPair): Promise<PairResult> {
  const difference = await compare(pair, true);
  const times = { plain: [] as number[], aligned: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round++)
    for (const kind of round % 2 === 0 ? (['plain', 'aligned'] as const) : (['aligned', 'plain'] as const)) {
      // Processor time of all threads: other work on the machine does not count.
      const start = process.cpuUsage();
      await compare(pair, kind === 'aligned');
      const { user, system } = process.cpuUsage(start);
      times[kind].push((user + system) / 1_000);
    }
  const memory = { plain: 0, aligned: 0 };
  for (const kind of ['plain', 'aligned'] as const) {
    const fresh = new Kernel(module);
    await compare(pair, kind === 'aligned', fresh);
    memory[kind] = fresh.memoryBytes;
  }
  const alignment = difference.alignment!;
  const files = readPair(pair);
  return {
    pair: { name: pair.name, half: pair.half, kind: pair.kind },
    size: difference.after,
    before: difference.before,
    red: difference.changedPixels,
    left: alignment.contentPixels,
    residue: alignment.residuePixels,
    ...(await witness(files.before, files.after, alignment)),
    alignment,
    plainMs: median(times.plain),
    onTop: median(times.aligned.map((ms, round) => ms / times.plain[round]! - 1)),
    memory,
  };
}

const results: PairResult[] = [];
for (const pair of allPairs) {
  if (!pair.name.includes(values.only) || !pair.half.includes(values.half)) continue;
  const result = await measure(pair);
  results.push(result);
  const { alignment } = result;
  if (values.list) {
    console.error(
      pair.half,
      pair.name,
      alignment.summary,
      result.red,
      '→',
      result.left,
      `residue ${result.residue}`,
      `on top ${result.onTop.toFixed(2)}`,
      `plain ${result.plainMs.toFixed(1)} ms`,
      `wrong ${result.falseClaims}`,
      alignment.truncated ? 'truncated' : '',
      alignment.complete ? '' : 'incomplete',
      alignment.skipped ?? '',
    );
    const box = (b: { left: number; top: number; width: number; height: number } | null) =>
      b === null ? '–' : `${b.left},${b.top} ${b.width}×${b.height}`;
    for (const { before, after, kind } of alignment.blocks.slice(0, 6))
      console.error('   block', kind, box(before), '→', box(after));
    for (const { before, after, kind, changedPixels } of alignment.changes.slice(0, 8))
      console.error('   change', kind, changedPixels, box(before), '→', box(after));
    if (alignment.changeCount > 8)
      console.error(`   … ${alignment.changeCount} changes, ${alignment.blockCount} blocks`);
  }
}
const text = sectionText(results, {
  machine: describeMachine(),
  commit: describeCommit(),
  load: recentLoad(),
  date: new Date().toISOString().slice(0, 10),
  rounds: Number(values.rounds),
});
if (values.dry || values.only !== '' || values.half !== '') console.log(text);
else writeResultsSection('align', text);
