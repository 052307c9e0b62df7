/**
 * The local tool against its peers, and against itself with more pages:
 *   node bench/local/run.ts [--quick] [--part peers|sizes|report] [--rounds N]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { backstopPlaywright, backstopPuppeteer, ours, playwright } from './contestants.ts';
import { sectionText, writeSection, type Circumstances, type Measured } from './results.ts';
import { runRounds, type Entry } from './rounds.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    part: { type: 'string', default: 'all' },
    rounds: { type: 'string' },
  },
});
const { quick, part } = options;
const outFolder = join(import.meta.dirname, '..', 'out');
const noteFile = join(import.meta.dirname, 'NOTES.md');

if (part === 'all' || part === 'peers') {
  const pages = quick ? 10 : 50;
  const sameWorkers = 2 * availableParallelism();
  const entries: Entry[] = [
    { contestant: ours, workers: sameWorkers, pages },
    { contestant: playwright, workers: sameWorkers, pages },
    { contestant: backstopPlaywright, workers: sameWorkers, pages },
    { contestant: ours, workers: null, pages },
    { contestant: playwright, workers: null, pages },
    { contestant: backstopPuppeteer, workers: null, pages },
  ];
  await measurePart('peers', entries, quick ? 1 : 6);
}
if (part === 'all' || part === 'sizes') {
  const sizes = quick ? [10, 40] : [50, 200, 1000];
  const entries = sizes.map((pages) => ({ contestant: ours, workers: null, pages }));
  await measurePart('sizes', entries, quick ? 1 : 3);
}
const note = existsSync(noteFile) ? readFileSync(noteFile, 'utf8') : '';
if (quick) {
  console.log(
    `\n${sectionText(read('peers'), read('sizes'), note)}\n\nA quick run: bench/RESULTS.md stays as it was.`,
  );
} else {
  writeSection(sectionText(read('peers'), read('sizes'), note));
  console.log('Written to bench/RESULTS.md');
}

async function measurePart(name: string, entries: readonly Entry[], rounds: number): Promise<void> {
  const loadBefore = loadavg()[0]!;
  const results = await runRounds(
    entries,
    options.rounds === undefined ? rounds : Number.parseInt(options.rounds),
  );
  const measured: Measured = { circumstances: { ...(await circumstances()), loadBefore }, results };
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(rawFile(name), JSON.stringify(measured, null, 1));
}

function rawFile(name: string): string {
  return join(outFolder, `local-${name}${quick ? '-quick' : ''}.json`);
}

function read(name: string): Measured | null {
  return existsSync(rawFile(name)) ? (JSON.parse(readFileSync(rawFile(name), 'utf8')) as Measured) : null;
}

async function circumstances(): Promise<Omit<Circumstances, 'loadBefore'>> {
  const { path } = await findBrowser();
  const output = (program: string, ...args: string[]) =>
    execFileSync(program, args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const chromium = /\d+(\.\d+)+/.exec(output(path, '--version'))?.[0] ?? 'of unknown version';
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: output('git', 'rev-parse', '--short', 'HEAD'),
    node: process.versions.node,
    browser: `Chromium ${chromium}`,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    quick,
  };
}
