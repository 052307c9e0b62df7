/**
 * L11 as users experience it: `dpxdt site-diff --wait` on a site of 500 pages, from the crawl to the last comparison,
 * with the server and its own worker on the same machine. First without a baseline; then one page in twenty differs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DepictedClient } from '../../src/client/index.ts';
import { describeCommit, describeMachine, recentLoad } from '../machine.ts';
import { changedPages, startSite } from './site.ts';

export interface SiteDiffResult {
  pages: number;
  /** Captures only. */
  firstMs: number;
  /** Captures and comparisons; 19 of 20 are equal by their digests. */
  secondMs: number;
  differing: number;
  loadBefore: number;
}

/** The figure that L11 must stay below, for 500 pages. */
const targetMs = 240_000;
const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

export async function measureSiteDiff(pages = 500): Promise<SiteDiffResult> {
  const loadBefore = recentLoad();
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-site-'));
  const site = await startSite(pages, 0);
  const server = start(folder, ['server', '--port', '0', '--json', '--log-level', 'error']);
  try {
    const { url } = JSON.parse(await firstLine(server)) as { url: string };
    const client = new DepictedClient({ server: url });
    const diff = async (): Promise<{ ms: number; report: Report }> => {
      const startedAt = performance.now();
      const tool = start(folder, [
        'site-diff',
        '--upload_build_id=1',
        '--upload_release_name=bench',
        `--release_server_prefix=${url}/api`,
        '--exclude=/articles/0.html',
        '--wait',
        '--json',
        `${site.origin}/`,
      ]);
      const report = JSON.parse(await allOutput(tool)) as Report;
      return { ms: performance.now() - startedAt, report };
    };
    const first = await diff();
    expectCounts(first.report, { total: pages, new: pages });
    await client.reviewRelease({ buildId: 1, releaseName: 'bench', releaseNumber: 1, decision: 'good' });
    await site.nextVersion();
    const second = await diff();
    const differing = changedPages(pages);
    expectCounts(second.report, { total: pages, undecided: differing, same: pages - differing });
    return { pages, firstMs: first.ms, secondMs: second.ms, differing, loadBefore };
  } finally {
    await site.stop();
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('close', resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Report {
  counts: Record<string, number> | null;
  message: string;
}

function expectCounts(report: Report, expected: Record<string, number>): void {
  for (const [name, count] of Object.entries(expected)) {
    if (report.counts?.[name] === count) continue;
    throw new Error(`expected ${name} ${count}, got ${JSON.stringify(report.counts)}: ${report.message}`);
  }
}

function start(folder: string, args: string[]): ChildProcess {
  return spawn(process.execPath, [binary, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0]!);
    });
    child.once('close', (status) => reject(new Error(`dpxdt ended with ${status} before it was ready`)));
  });
}

async function allOutput(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) text += String(chunk);
  return text;
}

/** The figures in one paragraph and a table, for RESULTS.md. */
export function describeSiteDiff(result: SiteDiffResult): string {
  const { pages, firstMs, secondMs, differing, loadBefore } = result;
  const row = (what: string, ms: number) =>
    `| ${what} | ${(ms / 1_000).toFixed(1)} s | ${((pages * 1_000) / ms).toFixed(1)} | ${ms < targetMs ? 'met' : '**missed**'} |`;
  return `### A whole site (L11)

${pages} pages at 1280×1024, \`dpxdt site-diff --wait\` against a server with its own worker on the same machine. Target:
${targetMs / 60_000} minutes end to end for 500 pages. Load of the machine before: ${loadBefore.toFixed(1)}.

| release | end to end | pages/s | target |
| --- | ---: | ---: | --- |
${row('the first: crawled and captured', firstMs)}
${row(`the second: crawled, captured and compared, ${differing} pages differ`, secondMs)}
`;
}

if (import.meta.main) {
  const isQuick = process.argv.includes('--quick');
  console.log(`${describeMachine()}, commit ${describeCommit()}\n`);
  console.log(describeSiteDiff(await measureSiteDiff(isQuick ? 40 : 500)));
}
