/**
 * The crawl alone, as whole processes: `dpxdt site-diff --list-pages` and `wget --spider --recursive` on the same
 * site, interleaved.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCommit, describeMachine, median, recentLoad } from '../machine.ts';
import { startSite } from './site.ts';

export interface CrawlResult {
  pages: number;
  rounds: number;
  loadBefore: number;
  /** One row per latency of the server; milliseconds, medians over the rounds. */
  rows: {
    latencyMs: number;
    oursMs: number;
    oursSerialMs: number;
    wgetMs: number;
    ratio: number;
    serialRatio: number;
  }[];
}

const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

export async function measureCrawl(pages = 500, rounds = 3): Promise<CrawlResult> {
  const loadBefore = recentLoad();
  const rows = [];
  for (const latencyMs of [0, 20]) rows.push(await measureAt(pages, rounds, latencyMs));
  return { pages, rounds, loadBefore, rows };
}

async function measureAt(
  pages: number,
  rounds: number,
  latencyMs: number,
): Promise<CrawlResult['rows'][number]> {
  const site = await startSite(pages, latencyMs);
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-crawl-'));
  const ours: number[] = [];
  const serial: number[] = [];
  const wget: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      ours.push(await timeOurs(site.origin, pages, folder, []));
      wget.push(await timeWget(site.origin, pages, folder));
      serial.push(await timeOurs(site.origin, pages, folder, ['--concurrency', '1']));
    }
  } finally {
    await site.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    latencyMs,
    oursMs: median(ours),
    oursSerialMs: median(serial),
    wgetMs: median(wget),
    ratio: median(ours.map((ms, round) => ms / wget[round]!)),
    serialRatio: median(serial.map((ms, round) => ms / wget[round]!)),
  };
}

async function timeOurs(origin: string, pages: number, folder: string, more: string[]): Promise<number> {
  const args = [binary, 'site-diff', '--list-pages', ...more, `${origin}/`];
  const { ms, stdout } = await run(process.execPath, args, folder, [0]);
  const found = stdout.trimEnd().split('\n').length;
  // Page 0 has two addresses, / and /articles/0.html.
  if (found !== pages + 1) throw new Error(`the crawl found ${found} of ${pages + 1} addresses`);
  return ms;
}

/** As quiet as possible; it requests every page twice, HEAD and GET, one after another. */
async function timeWget(origin: string, pages: number, folder: string): Promise<number> {
  const args = ['--spider', '--recursive', '--level=inf', '--no-directories', '--no-verbose', `${origin}/`];
  const { ms, stderr } = await run('wget', args, folder, [0, 8]);
  const found = new Set(stderr.match(/http:\/\/\S+\/(?:articles\/\d+\.html)?(?=\s|$)/gm)).size;
  if (found < pages) throw new Error(`wget found ${found} of ${pages} pages`);
  return ms;
}

function run(
  command: string,
  args: string[],
  cwd: string,
  statuses: readonly number[],
): Promise<{ ms: number; stdout: string; stderr: string }> {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (statuses.includes(status ?? -1)) resolve({ ms: performance.now() - startedAt, stdout, stderr });
      else reject(new Error(`${command} ended with ${status}: ${stderr.slice(-500)}`));
    });
  });
}

/** The figures in one paragraph and a table, for RESULTS.md. */
export function describeCrawl({ pages, rounds, rows, loadBefore }: CrawlResult): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  return `### The crawl alone

${pages} pages with 11 links each, from one server process on the same machine; whole processes with their start, medians of ${rounds}
rounds in turns. wget runs with \`--spider --recursive --level=inf\`; it asks for every page twice (HEAD, then GET), one
request at a time. Where the site answers at once, what is left of ours is the start of Node and of the program (0.3 s) and
about 1 ms of JavaScript per page; a site that takes its time is read by several requests at once. Ratio: ours ÷ wget's, below 1 is quicker. Load of the machine before: ${loadBefore.toFixed(1)}.

| answer time of the site | \`site-diff --list-pages\` | the same, \`--concurrency 1\` | wget | ratio | ratio, one at a time |
| ---: | ---: | ---: | ---: | ---: | ---: |
${rows.map((row) => `| ${row.latencyMs} ms | ${seconds(row.oursMs)} | ${seconds(row.oursSerialMs)} | ${seconds(row.wgetMs)} | ${row.ratio.toFixed(2)} | ${row.serialRatio.toFixed(2)} |`).join('\n')}
`;
}

if (import.meta.main) {
  const isQuick = process.argv.includes('--quick');
  console.log(`${describeMachine()}, commit ${describeCommit()}\n`);
  console.log(describeCrawl(await (isQuick ? measureCrawl(100, 2) : measureCrawl())));
}
