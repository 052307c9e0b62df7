/**
 * Interleaved rounds: every contestant once, then every contestant again, so that a busy moment affects all of them.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import type { Contestant, Setting } from './contestants.ts';
import { measure, type Cost } from './measure.ts';

export interface Entry {
  contestant: Contestant;
  /** Concurrent pages; null: its default. */
  workers: number | null;
  pages: number;
}

export interface Round extends Cost {
  compared: number;
  failed: string[];
}

export interface EntryResult {
  name: string;
  version: string;
  notes: string;
  workers: number | null;
  pages: number;
  update: Cost;
  tests: Round[];
}

const outFolder = join(import.meta.dirname, '..', 'out', 'local');

/**
 * Creates baselines once for every entry, then tests all entries `rounds` times, in an order that rotates. Prints a
 * line per run.
 */
export async function runRounds(entries: readonly Entry[], rounds: number): Promise<EntryResult[]> {
  const browserPath = (await findBrowser()).path;
  const server = await startServer();
  try {
    const prepared: { entry: Entry; setting: Setting; result: EntryResult }[] = [];
    for (const [index, entry] of entries.entries()) {
      const { contestant, workers, pages } = entry;
      const folder = join(outFolder, `${index}`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const setting = { folder, baseUrl: server.url, pages, workers, browserPath };
      contestant.prepare(setting);
      const update = await measure(contestant.update(setting));
      say(entry, 'references', update, '');
      const { name, version, notes } = contestant;
      prepared.push({ entry, setting, result: { name, version, notes, workers, pages, update, tests: [] } });
    }
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? prepared : prepared.toReversed();
      for (const { entry, setting, result } of order) {
        const cost = await measure(entry.contestant.test(setting));
        const verdict = entry.contestant.verdict(setting);
        if (verdict.compared + verdict.failed.length < entry.pages || cost.timedOut) {
          throw new Error(`${result.name} compared only ${verdict.compared} of ${entry.pages} pages`);
        }
        result.tests.push({ ...cost, ...verdict });
        say(entry, `round ${round + 1}`, cost, `${verdict.failed.length} false alarms`);
      }
    }
    return prepared.map(({ result }) => result);
  } finally {
    server.close();
  }
}

function say(entry: Entry, what: string, cost: Cost, more: string): void {
  const workers = entry.workers === null ? 'default workers' : `${entry.workers} workers`;
  const figures = `${cost.wallS.toFixed(1)} s wall, ${cost.cpuS.toFixed(1)} s CPU, ${cost.peakMb.toFixed(0)} MB`;
  console.log(
    `${entry.contestant.name} (${workers}, ${entry.pages} pages) ${what}: ${figures} ${more}`.trim(),
  );
}

async function startServer(): Promise<{ url: string; close: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('The server of the pages ended at once')));
    child.stdout.once('data', (data: Buffer) => resolve(/\d+/.exec(data.toString())![0]));
  });
  return { url: `http://127.0.0.1:${port}`, close: () => child.kill() };
}
