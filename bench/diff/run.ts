/**
 * Times the comparison of two files against other programs, interleaved, and writes the section `diff` of RESULTS.md.
 *
 *   node bench/diff/run.ts [--quick] [--rounds N] [--only NAME] [--against NAME,NAME] [--dry]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { allContestants, peersAreHere } from './contestants.ts';
import type { Contestant } from './contestants.ts';
import { buildFloor, floorTime, secondFloorTime } from './floor.ts';
import type { FloorTime } from './floor.ts';
import { benchPairs, makeInputs } from './inputs.ts';
import type { BenchPair } from './inputs.ts';
import { sectionText } from './results.ts';
import type { CaseResult, MemoryResult } from './results.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    against: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
  },
});
if (!peersAreHere()) {
  console.error('The peers are not installed: npm --prefix bench run setup');
  process.exit(2);
}
const rounds = Number(values.rounds ?? (values.quick ? 3 : 21));
await makeInputs();
const floorMissing = buildFloor();
const output = join(import.meta.dirname, '../out/diff/diff-image.png');
const contestants = await allContestants(values.against.split(',').filter((name) => name !== ''));

/** As many as the floors take: a single call would find the caches that the program before it left. */
const callsInARow = 3;

async function time(contestant: Contestant, pair: BenchPair): Promise<FloorTime> {
  const calls: FloorTime[] = [];
  for (let call = contestant.isSlow ? 1 : callsInARow; call > 0; call--) {
    calls.push(await timeOnce(contestant, pair));
  }
  return { ms: median(calls.map(({ ms }) => ms)), cpuMs: median(calls.map(({ cpuMs }) => cpuMs)) };
}

async function timeOnce(contestant: Contestant, pair: BenchPair): Promise<FloorTime> {
  const start = performance.now();
  const used = process.cpuUsage();
  const differs = await contestant.compare(pair.before, pair.after, output);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  const expected = !pair.name.includes('equal');
  if (differs !== expected)
    throw new Error(`${contestant.name} says ${differs ? 'different' : 'same'} about ${pair.name}`);
  return { ms, cpuMs: (user + system) / 1_000 };
}

async function measureCase(key: string, pair: BenchPair): Promise<CaseResult> {
  const times = new Map<Contestant, (FloorTime | null)[]>(contestants.map((contestant) => [contestant, []]));
  const floor: FloorTime[] = [];
  const secondFloor: FloorTime[] = [];
  for (const contestant of contestants) {
    for (let warmUp = contestant.isSlow ? 0 : 3; warmUp > 0; warmUp--) await time(contestant, pair);
  }
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another program, and every second round runs backwards.
    const turn = contestants.map((_, index) => contestants[(index + round) % contestants.length]!);
    if (round % 2 === 1) turn.reverse();
    for (const contestant of turn) {
      const isOut = contestant.isSlow && round % 4 !== 0;
      times.get(contestant)!.push(isOut ? null : await time(contestant, pair));
    }
    if (floorMissing !== null) continue;
    floor.push(floorTime(pair.before, pair.after, callsInARow));
    secondFloor.push(secondFloorTime(pair.before, pair.after, callsInARow));
  }
  return {
    key,
    pair,
    times: contestants.map((contestant) => ({
      name: contestant.name,
      ms: times.get(contestant)!.map((time) => time?.ms ?? null),
      cpuMs:
        contestant.isOtherProcess === true ? [] : times.get(contestant)!.map((time) => time?.cpuMs ?? null),
    })),
    floor,
    secondFloor,
    commit: describeCommit(),
    load: recentLoad(),
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

// Kept, so that one case can be measured again alone.
const storeFile = join(import.meta.dirname, '../out/diff/cases.json');
const store: Record<string, CaseResult> =
  values.only !== '' && existsSync(storeFile)
    ? (JSON.parse(readFileSync(storeFile, 'utf8')) as Record<string, CaseResult>)
    : {};
for (const [key, pair] of Object.entries(benchPairs)) {
  if (!key.includes(values.only)) continue;
  console.error(`${pair.name} …`);
  store[key] = await measureCase(key, pair);
  writeFileSync(storeFile, JSON.stringify(store));
}
const memory = [benchPairs.word8000, benchPairs.photo4k].map(measureMemory);
for (const contestant of contestants) await contestant.close?.();

const text = sectionText({
  cases: Object.keys(benchPairs).flatMap((key) => store[key] ?? []),
  memory,
  contestants,
  quick: values.quick,
  machine: describeMachine(),
  date: new Date().toISOString().slice(0, 10),
  floorMissing,
});
if (values.dry) console.log(text);
else writeResultsSection('diff', text);
