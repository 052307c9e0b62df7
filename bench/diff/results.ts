/** The section `diff` of RESULTS.md: figures, ratios, targets, and reasons for missed ones. */
import { median } from '../machine.ts';
import type { Contestant } from './contestants.ts';
import type { FloorTime } from './floor.ts';
import type { BenchPair } from './inputs.ts';
import { missCauses } from './miss-causes.ts';

export interface CaseResult {
  key: string;
  pair: BenchPair;
  /** Milliseconds per round; null if a slow program skipped it. */
  times: {
    name: string;
    ms: (number | null)[];
    /** Processor time of all threads; empty for programs in other processes. */
    cpuMs: (number | null)[];
  }[];
  floor: FloorTime[];
  secondFloor: FloorTime[];
  commit: string;
  /** Load average at the end. */
  load: number;
}

/** Peak resident megabytes of a process that does nothing else. */
export interface MemoryResult {
  pair: BenchPair;
  depicted: number;
  blazediff: number;
  nothing: number;
}

export interface Report {
  cases: CaseResult[];
  memory: MemoryResult[];
  contestants: Contestant[];
  quick: boolean;
  machine: string;
  date: string;
  floorMissing: string | null;
}

const peers = ['blazediff', 'odiff server', 'pixelmatch + pngjs', "Playwright's comparator", 'ImageMagick'];

/** Ours must be at least this many times as fast, per peer in the order above. */
const targets: Record<string, number[]> = {
  word1024: [2.5, 3.5, 15, 25, 40],
  word8000: [4, 5, 30, 40, 40],
  inserted8000: [2.5, 2, 20, 20, 25],
  photo4k: [1.5, 4, 10, 10, 25],
  equal8000: [10, 10, 10, 10, 10],
};
/** Against blazediff without its image. */
const everyPixelTarget = 1;
const memoryTarget = 1;
/** Wall clock and processor time against the floors: at most this many times. */
const floorTargets = { first: 1.5, second: 2 };

/** The peer's time as a multiple of ours: median over the rounds in which both ran. */
function ratio(result: CaseResult, ours: string, peer: string): number | null {
  const mine = result.times.find(({ name }) => name === ours)!.ms;
  const theirs = result.times.find(({ name }) => name === peer)?.ms;
  const ratios = theirs?.flatMap((ms, round) => (ms === null ? [] : ms / mine[round]!)) ?? [];
  return ratios.length === 0 ? null : median(ratios);
}

function medianMs(times: readonly (number | null)[]): string {
  const taken = times.filter((ms) => ms !== null);
  if (taken.length === 0) return '–';
  const value = median(taken);
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

const times = (value: number | null) => (value === null ? '–' : `${value.toFixed(value < 10 ? 1 : 0)}×`);

export function sectionText(report: Report): string {
  const { cases, contestants } = report;
  const names = contestants.map(({ name }) => name);
  const verdicts = cases.flatMap((result) => [
    ...floorVerdicts('ms', result),
    ...floorVerdicts('cpuMs', result),
    ...verdictsOf(result),
  ]);
  const header = ['Pair', ...names, 'floor', 'second floor', 'rounds', 'load', 'commit'];
  return [
    '## Comparing two files',
    '',
    `Measured ${report.date}${report.quick ? ' (quick run: only a sketch)' : ''}: ${report.machine}; medians of interleaved rounds, warm; in each round, the median of three calls in a row, also of the floors, and one call of the slow programs (the last three). A load above 1 means that others used the machine: then only the ratios say something, and they are unkind to tools that use more than one thread.`,
    '',
    'File to file, milliseconds:',
    '',
    row(header),
    row(header.map(() => '---')),
    ...cases.map((result) =>
      row([
        result.pair.name,
        ...names.map((name) => medianMs(result.times.find((time) => time.name === name)!.ms)),
        medianMs(result.floor.map(({ ms }) => ms)),
        medianMs(result.secondFloor.map(({ ms }) => ms)),
        String(result.times[0]!.ms.length),
        result.load.toFixed(1),
        result.commit,
      ]),
    ),
    '',
    ...floorsSection('ms', cases),
    ...floorsSection('cpuMs', cases),
    'How many times as long as Depicted at its defaults (median of the ratios within each round; in brackets against "exact only"; then the target):',
    '',
    row(['Pair', ...names.filter(isPeer)]),
    row(['---', ...names.filter(isPeer).map(() => '---')]),
    ...cases.map((result) =>
      row([
        result.pair.name,
        ...names.filter(isPeer).map((name) => {
          const target = targets[result.key]?.[peers.indexOf(name)];
          const shown = `${times(ratio(result, 'Depicted', name))} (${times(ratio(result, 'Depicted, exact only', name))})`;
          return target === undefined ? shown : `${shown}; ≥ ${target}`;
        }),
      ]),
    ),
    '',
    'Who does what:',
    '',
    ...contestants.map(({ name, version, note }) => `- **${name}** ${version}: ${note}.`),
    '',
    'The pairs (made by `bench/diff/inputs.ts`):',
    '',
    ...cases.map(({ pair }) => `- **${pair.name}**: ${pair.about}.`),
    '',
    ...memorySection(report.memory),
    ...floorSection(report),
    'Targets:',
    '',
    ...verdicts.map(
      ({ hit, text, cause }) =>
        `- **${hit ? 'hit' : 'miss'}** ${text}${hit || cause === '' ? '' : ` — ${cause}`}`,
    ),
    ...memoryVerdicts(report.memory),
  ].join('\n');
}

function isPeer(name: string): boolean {
  return !name.startsWith('Depicted');
}

/** Wall clock, or the processor time of all threads, which other programs on the machine disturb least. */
type Measure = 'ms' | 'cpuMs';
const measureNames = { ms: 'Wall clock', cpuMs: 'Processor time of all threads' };

/** Median of the ratios within each round. */
function ratioOf(measure: Measure, result: CaseResult, mine: string, other: readonly number[]): number {
  const own = result.times.find(({ name }) => name === mine)![measure];
  return median(other.map((time, round) => own[round]! / time));
}

function floorsSection(measure: Measure, cases: CaseResult[]): string[] {
  const measured = [
    'Depicted, not aligned',
    'Depicted',
    'Depicted, exact only',
    'blazediff',
    'blazediff, no image',
  ];
  const timesOf = (result: CaseResult, name: string) =>
    (result.times.find((time) => time.name === name)?.[measure] ?? []).filter((value) => value !== null);
  const columns = [
    'alignment on top',
    'blazediff, no image ÷ not aligned',
    'not aligned ÷ floor',
    'not aligned ÷ second floor',
  ];
  return [
    `${measureNames[measure]}, milliseconds, and ratios (medians of those within each round). Not aligned: without looking for what moved, which no other program does.`,
    '',
    row(['Pair', ...measured, 'floor', 'second floor', ...columns]),
    row(['---', ...measured, '---', '---', ...columns].map(() => '---')),
    ...cases.map((result) => {
      const plain = timesOf(result, 'Depicted, not aligned');
      return row([
        result.pair.name,
        ...measured.map((name) => medianMs(timesOf(result, name))),
        medianMs(result.floor.map((floor) => floor[measure])),
        medianMs(result.secondFloor.map((floor) => floor[measure])),
        (ratioOf(measure, result, 'Depicted', plain) - 1).toFixed(2),
        (
          1 / ratioOf(measure, result, 'Depicted, not aligned', timesOf(result, 'blazediff, no image'))
        ).toFixed(2),
        ...[result.floor, result.secondFloor].map((floor) =>
          floor.length === 0
            ? '–'
            : ratioOf(
                measure,
                result,
                'Depicted, not aligned',
                floor.map((time) => time[measure]),
              ).toFixed(2),
        ),
      ]);
    }),
    '',
  ];
}

/** Against blazediff without its image, and against the floors; the equal files are not even inflated twice. */
function floorVerdicts(
  measure: Measure,
  result: CaseResult,
): { hit: boolean; text: string; cause: string }[] {
  const cause = missCauses[result.key] ?? '';
  const blazediff = result.times.find(({ name }) => name === 'blazediff, no image')?.[measure] ?? [];
  const faster =
    1 /
    ratioOf(
      measure,
      result,
      'Depicted, not aligned',
      blazediff.filter((value) => value !== null),
    );
  const isWord = result.key.startsWith('word');
  const [floor, most, name] = isWord
    ? [result.floor, floorTargets.first, 'floor']
    : [result.secondFloor, floorTargets.second, 'second floor'];
  const verdicts = [
    {
      hit: faster > 1,
      text: `${result.pair.name}, ${measureNames[measure].toLowerCase()}, blazediff without its image ÷ ours not aligned > 1: ${faster.toFixed(2)}`,
      cause,
    },
  ];
  if (floor.length === 0) return verdicts;
  const distance = ratioOf(
    measure,
    result,
    'Depicted, not aligned',
    floor.map((time) => time[measure]),
  );
  const text = `${result.pair.name}, ${measureNames[measure].toLowerCase()}, ours not aligned ÷ ${name} ≤ ${most}: ${distance.toFixed(2)}`;
  return [...verdicts, { hit: distance <= most, text, cause }];
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function verdictsOf(result: CaseResult): { hit: boolean; text: string; cause: string }[] {
  const cause = missCauses[result.key] ?? '';
  if (result.key.startsWith('every')) {
    const value = ratio(result, 'Depicted', 'blazediff, no image');
    const exact = ratio(result, 'Depicted, exact only', 'blazediff, no image');
    const text = `${result.pair.name}, blazediff without its image ÷ ours with the mask ≥ ${everyPixelTarget}: ${value!.toFixed(2)} (exact only ${exact!.toFixed(2)})`;
    return [{ hit: value! >= everyPixelTarget, text, cause }];
  }
  return (targets[result.key] ?? []).flatMap((target, index) => {
    const value = ratio(result, 'Depicted', peers[index]!);
    if (value === null) return [];
    const exact = ratio(result, 'Depicted, exact only', peers[index]!)!;
    const text = `${result.pair.name}, ${peers[index]!} ÷ ours ≥ ${target}: ${value.toFixed(value < 10 ? 2 : 0)} (exact only ${exact.toFixed(exact < 10 ? 2 : 0)})`;
    return [{ hit: value >= target, text, cause }];
  });
}

function memorySection(memory: MemoryResult[]): string[] {
  return [
    'Memory, peak resident MB of a process that does five comparisons and nothing else (Node alone beside it):',
    '',
    row(['Pair', 'Depicted', 'blazediff', 'Node alone', 'Depicted ÷ blazediff']),
    row(['---', '---', '---', '---', '---']),
    ...memory.map(({ pair, depicted, blazediff, nothing }) =>
      row([
        pair.name,
        depicted.toFixed(0),
        blazediff.toFixed(0),
        nothing.toFixed(0),
        (depicted / blazediff).toFixed(2),
      ]),
    ),
    '',
  ];
}

function memoryVerdicts(memory: MemoryResult[]): string[] {
  return memory.map(({ pair, depicted, blazediff }) => {
    const value = depicted / blazediff;
    const isHit = value <= memoryTarget;
    const cause = isHit ? '' : ` — ${missCauses.memory}`;
    return `- **${isHit ? 'hit' : 'miss'}** memory, ${pair.name}, ours ÷ blazediff ≤ ${memoryTarget}: ${value.toFixed(2)}${cause}`;
  });
}

function floorSection({ floorMissing }: Report): string[] {
  if (floorMissing !== null) return [`The floor could not be measured: ${floorMissing}.`, ''];
  return [
    'The floor is a C program that reads both files, inflates them with libdeflate one after the other on one core and calls memcmp; it unfilters, counts and draws nothing.',
    '',
    'The second floor is a C program with two threads: each reads and inflates one file (libdeflate) and unfilters it with SSE2 as libpng does, then compares half of the rows, with a bit for each pixel and the squared error; one of them deflates the mask (level 1) and writes it. It detects no anti-aliasing and finds no regions.',
    '',
  ];
}
