/**
 * Times the comparison of two files against other programs, in turns, and writes the section `diff` of RESULTS.md.
 *
 *   node bench/diff/run.ts [--quick] [--rounds N] [--only NAME] [--dry]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { allContestants, peersAreHere } from './contestants.ts';
import type { Contestant } from './contestants.ts';
import { buildFloor, floorMs } from './floor.ts';
import { benchPairs, makeInputs } from './inputs.ts';
import type { BenchPair } from './inputs.ts';
import { sectionText } from './results.ts';
import type { CaseResult, MemoryResult } from './results.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
  },
});
if (!peersAreHere()) {
  console.error('The peers are not installed: npm --prefix bench run setup');
  process.exit(2);
}
const rounds = Number(values.rounds ?? (values.quick ? 3 : 21));
const loadBefore = recentLoad();
await makeInputs();
const floorMissing = buildFloor();
const output = join(import.meta.dirname, '../out/diff/diff-image.png');
const contestants = await allContestants();

async function time(contestant: Contestant, pair: BenchPair): Promise<number> {
  const start = performance.now();
  const differs = await contestant.compare(pair.before, pair.after, output);
  const ms = performance.now() - start;
  const expected = !pair.name.includes('equal');
  if (differs !== expected)
    throw new Error(`${contestant.name} says ${differs ? 'different' : 'same'} about ${pair.name}`);
  return ms;
}

async function measureCase(key: string, pair: BenchPair): Promise<CaseResult> {
  const times = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]));
  const floor: number[] = [];
  for (const contestant of contestants) {
    for (let warmUp = contestant.isSlow ? 0 : 3; warmUp > 0; warmUp--) await time(contestant, pair);
  }
  for (let round = 0; round < rounds; round++) {
    // Another one begins each time, and in every second round they go backwards.
    const turn = contestants.map((_, index) => contestants[(index + round) % contestants.length]!);
    if (round % 2 === 1) turn.reverse();
    for (const contestant of turn) {
      const isOut = contestant.isSlow && round % 4 !== 0;
      times.get(contestant)!.push(isOut ? NaN : await time(contestant, pair));
    }
    if (floorMissing === null) floor.push(floorMs(pair.before, pair.after, 3));
  }
  return {
    key,
    pair,
    times: contestants.map((contestant) => ({ name: contestant.name, ms: times.get(contestant)! })),
    floor,
  };
}

function measureMemory(pair: BenchPair): MemoryResult {
  const peak = (program: string) =>
    Number(
      execFileSync(
        process.execPath,
        [join(import.meta.dirname, 'memory.ts'), program, pair.before, pair.after, output],
        { encoding: 'utf8' },
      ),
    );
  return { pair, depicted: peak('depicted'), blazediff: peak('blazediff'), nothing: peak('nothing') };
}

const cases: CaseResult[] = [];
for (const [key, pair] of Object.entries(benchPairs)) {
  if (!key.includes(values.only)) continue;
  console.error(`${pair.name} …`);
  cases.push(await measureCase(key, pair));
}
const memory = values.only !== '' ? [] : [benchPairs.word8000, benchPairs.photo4k].map(measureMemory);
for (const contestant of contestants) await contestant.close?.();

const text = sectionText({
  cases,
  memory,
  contestants,
  rounds,
  quick: values.quick,
  machine: describeMachine(),
  commit: describeCommit(),
  date: new Date().toISOString().slice(0, 10),
  load: [loadBefore, recentLoad()],
  floorMissing,
});
if (values.dry || values.only !== '') console.log(text);
else writeResultsSection('diff', text);
