/** Writes this benchmark's section of bench/RESULTS.md from the raw figures. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryResult } from './rounds.ts';

export interface Circumstances {
  date: string;
  commit: string;
  node: string;
  browser: string;
  cores: number;
  memoryGb: number;
  /** Load average of the minute before the first run. */
  loadBefore: number;
  quick: boolean;
}

export interface Measured {
  circumstances: Circumstances;
  results: EntryResult[];
}

/** Targets: the maximum of our median divided by theirs, for wall and processor time. */
const targets = { playwright: 0.6, backstop: 0.5 };
const sizeTarget = 1.15;
const memoryTarget = 1.15;

const resultsFile = join(import.meta.dirname, '..', 'RESULTS.md');

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The section, from its opening to its closing marker. */
export function sectionText(peers: Measured | null, sizes: Measured | null, note: string): string {
  return [
    '<!-- local:start -->',
    '## Local tool, end to end',
    '',
    ...(peers === null ? [] : peersSection(peers)),
    ...(sizes === null ? [] : sizesSection(sizes)),
    ...(note === '' ? [] : [note.trim(), '']),
    '<!-- local:end -->',
  ].join('\n');
}

/** Replaces our section of the results, or adds it to their end. */
export function writeSection(section: string): void {
  const old = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '# Results of the benchmarks\n';
  const pattern = /<!-- local:start -->[^]*<!-- local:end -->/;
  const text = pattern.test(old) ? old.replace(pattern, () => section) : `${old.trimEnd()}\n\n${section}\n`;
  writeFileSync(resultsFile, text);
}

function circumstancesLine({ circumstances: c }: Measured, rounds: number): string {
  return `Measured ${c.date} at commit ${c.commit}${c.quick ? ' (quick run: only a sketch)' : ''}: ${c.cores} cores, ${c.memoryGb} GB, load average ${c.loadBefore.toFixed(1)} before the start, Node ${c.node}, ${c.browser}; medians of ${rounds} interleaved rounds.`;
}

function peersSection(measured: Measured): string[] {
  const { results } = measured;
  const rounds = results[0]!.tests.length;
  const pages = results[0]!.pages;
  const lines = [
    `### ${pages} pages, tested against baselines that match`,
    '',
    circumstancesLine(measured, rounds),
    'All load the same pages from the same server with the same browser binary, each page in a fresh context (BackstopJS with Puppeteer: a fresh browser). Time is that of the whole command; CPU is user and system time of its whole process tree, browsers and orphans included; memory is the largest sum of proportional set sizes. A false alarm is a page that was reported although nothing had changed.',
    '',
    '| Tool | Pages at a time | Wall, s | CPU, s | Peak MB | False alarms | dpxdt / this, wall | dpxdt / this, CPU |',
    '| ---- | --------------- | ------- | ------ | ------- | ------------ | ------------------ | ----------------- |',
  ];
  const verdicts: string[] = [];
  for (const result of results) {
    const mine = results.find((other) => other.name === 'dpxdt' && other.workers === result.workers)!;
    const wall = ratio(mine, result, 'wallS');
    const cpu = ratio(mine, result, 'cpuS');
    const isOurs = result === mine;
    const alarms = result.tests.reduce((sum, test) => sum + test.failed.length, 0);
    lines.push(
      `| ${result.name} ${result.version} | ${result.workers ?? 'its default'} | ${figure(result, 'wallS', 1)} | ${figure(result, 'cpuS', 1)} | ${figure(result, 'peakMb', 0)} | ${alarms} of ${rounds * result.pages} | ${isOurs ? '–' : wall.toFixed(2)} | ${isOurs ? '–' : cpu.toFixed(2)} |`,
    );
    const workers = result.workers === null ? 'default parallelism' : `${result.workers} pages at a time`;
    if (isOurs) {
      verdicts.push(`- ${hit(alarms === 0)} no false alarms, ${workers}: ${alarms}`);
    } else {
      const target = result.name.startsWith('Backstop') ? targets.backstop : targets.playwright;
      verdicts.push(
        `- ${hit(wall <= target)} wall ≤ ${target} of ${result.name}, ${workers}: ${wall.toFixed(2)}`,
        `- ${hit(cpu <= target)} CPU ≤ ${target} of ${result.name}, ${workers}: ${cpu.toFixed(2)}`,
      );
    }
  }
  lines.push('', 'What they do differently:', '');
  const notes = new Map(results.map((result) => [result.name, result.notes]));
  for (const [name, text] of notes) lines.push(`- ${name}: ${text}`);
  lines.push('', 'Targets:', '', ...verdicts, '', ...whichFailed(results));
  return lines;
}

/** Lists the kinds of pages that caused false alarms, so that readers can judge them. */
function whichFailed(results: readonly EntryResult[]): string[] {
  const lines = results.flatMap((result) => {
    const counts = new Map<string, number>();
    for (const name of result.tests.flatMap((test) => test.failed)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    if (counts.size === 0) return [];
    const names = [...counts].toSorted().map(([name, count]) => `${name.replace('page-', '')} ×${count}`);
    return [`- ${result.name}, ${result.workers ?? 'default'}: ${names.join(', ')}`];
  });
  return lines.length === 0
    ? []
    : ['False alarms by page (the last digit is the kind, in the order of `pages.ts`):', '', ...lines, ''];
}

function sizesSection(measured: Measured): string[] {
  const { results } = measured;
  const base = results[0]!;
  const lines = [
    '### Cost against size',
    '',
    circumstancesLine(measured, base.tests.length),
    '',
    '| Pages | Wall per page, ms | CPU per page, ms | Peak MB | Wall per page / that of the smallest | False alarms |',
    '| ----- | ----------------- | ---------------- | ------- | ------------------------------------ | ------------ |',
  ];
  const verdicts: string[] = [];
  for (const result of results) {
    const growth = perPage(result, 'wallS') / perPage(base, 'wallS');
    const memory = value(result, 'peakMb') / value(base, 'peakMb');
    const alarms = result.tests.reduce((sum, test) => sum + test.failed.length, 0);
    lines.push(
      `| ${result.pages} | ${perPage(result, 'wallS').toFixed(0)} | ${perPage(result, 'cpuS').toFixed(0)} | ${figure(result, 'peakMb', 0)} | ${growth.toFixed(2)} | ${alarms} of ${result.tests.length * result.pages} |`,
    );
    if (result === base) continue;
    verdicts.push(
      `- ${hit(growth <= sizeTarget)} time per page ≤ ${sizeTarget}× at ${result.pages} pages: ${growth.toFixed(2)}`,
      `- ${hit(memory <= memoryTarget)} memory flat (≤ ${memoryTarget}×) at ${result.pages} pages: ${memory.toFixed(2)}`,
    );
  }
  return [...lines, '', 'Targets:', '', ...verdicts, ''];
}

type Measure = 'wallS' | 'cpuS' | 'peakMb';

const value = (result: EntryResult, measure: Measure) => median(result.tests.map((test) => test[measure]));
const figure = (result: EntryResult, measure: Measure, digits: number) =>
  value(result, measure).toFixed(digits);
const perPage = (result: EntryResult, measure: Measure) => (value(result, measure) / result.pages) * 1000;

/** Median of the ratios within each round, so that a busy minute affects both sides. */
function ratio(mine: EntryResult, theirs: EntryResult, measure: Measure): number {
  return median(mine.tests.map((test, round) => test[measure] / theirs.tests[round]![measure]));
}

const hit = (isHit: boolean) => (isHit ? '**hit**' : '**miss**');
