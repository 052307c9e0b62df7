/**
 * L10 as users experience it: `dpxdt diff-my-images` with 1,000 images of 1280×800, from the first byte to the last
 * comparison. First all are new; then one in twenty differs from the approved baseline.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DepictedClient } from '../../src/client/index.ts';
import { describeCommit, describeMachine, recentLoad } from '../machine.ts';
import { makeImages } from '../server/images.ts';

export interface ImagesResult {
  images: number;
  megabytes: number;
  /** Everything is new: hashed, uploaded, reported, ready. */
  firstMs: number;
  /** One in twenty differs: only those are uploaded and compared. */
  secondMs: number;
  uploadedInSecond: number;
  loadBefore: number;
}

/** The figure that L10 must stay below. */
const targetMs = 90_000;
const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

export async function measureImages(count = 1_000): Promise<ImagesResult> {
  const { before, changed } = await makeImages(count);
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-images-'));
  const loadBefore = recentLoad();
  const server = start(folder, ['server', '--port', '0', '--json', '--log-level', 'error']);
  try {
    const { url } = JSON.parse(await firstLine(server)) as { url: string };
    const client = new DepictedClient({ server: url });
    const send = async (files: readonly string[]): Promise<{ ms: number; report: Report }> => {
      const tests = files.map((image_path, index) => ({ name: `image ${index}`, image_path }));
      writeFileSync(join(folder, 'tests.json'), JSON.stringify(tests));
      const startedAt = performance.now();
      const tool = start(folder, [
        'diff-my-images',
        '--upload_build_id=1',
        '--upload_release_name=bench',
        `--release_server_prefix=${url}/api`,
        '--tests_json_path=tests.json',
        '--wait',
        '--json',
      ]);
      const report = JSON.parse(await allOutput(tool)) as Report;
      return { ms: performance.now() - startedAt, report };
    };
    const first = await send(before);
    expectCounts(first.report, { total: count, new: count });
    await client.reviewRelease({ buildId: 1, releaseName: 'bench', releaseNumber: 1, decision: 'good' });
    const second = await send(changed);
    const different = changed.filter((path, index) => path !== before[index]).length;
    expectCounts(second.report, { total: count, undecided: different, same: count - different });
    return {
      images: count,
      megabytes: before.reduce((sum, path) => sum + statSync(path).size, 0) / 1_000_000,
      firstMs: first.ms,
      secondMs: second.ms,
      uploadedInSecond: different,
      loadBefore,
    };
  } finally {
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
  mkdirSync(folder, { recursive: true });
  return spawn(process.execPath, [binary, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
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
export function describeImages(result: ImagesResult): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const verdict = (ms: number) => (ms < targetMs ? 'met' : '**missed**');
  return `### Images of one's own (L10)

${result.images} PNGs of 1280×800, ${result.megabytes.toFixed(0)} MB, sent by \`dpxdt diff-my-images --wait\` to a server on the
same machine, as two processes. Target: ${targetMs / 1_000} s end to end. Load of the machine before: ${result.loadBefore.toFixed(1)}.

| release | end to end | images/s | target |
| --- | ---: | ---: | --- |
| every image is new | ${seconds(result.firstMs)} | ${((result.images * 1_000) / result.firstMs).toFixed(0)} | ${verdict(result.firstMs)} |
| ${result.uploadedInSecond} of ${result.images} differ, the others are known by their digests | ${seconds(result.secondMs)} | ${((result.images * 1_000) / result.secondMs).toFixed(0)} | ${verdict(result.secondMs)} |
`;
}

if (import.meta.main) {
  const count = process.argv.includes('--quick') ? 100 : 1_000;
  console.log(`${describeMachine()}, commit ${describeCommit()}\n`);
  console.log(describeImages(await measureImages(count)));
}
