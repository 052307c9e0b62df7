import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { sweepUploads } from '../../src/services/upkeep/sweep.ts';
import { openWorld, root } from '../support/server-world.ts';

interface Answer {
  ready?: true;
  uploaded?: string;
  reported?: string;
  requested?: string;
  release?: string;
  number?: number;
  image?: string;
}

/** Answers after which the process is killed: early, later, and well into its work. */
const lives = [3, 29, 74];

/** @returns the answers of the process before it was killed, at least `life` of them */
async function liveAndDie(folder: string, life: number): Promise<Answer[]> {
  const script = join(import.meta.dirname, '../support/crashing-server.ts');
  const child = spawn(process.execPath, [script, folder, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // The process's eight clients keep working between this check and the signal, which is when it dies.
    if (output.split('\n').length > life) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal, output).toBe('SIGKILL');
  const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return whole.map((line) => JSON.parse(line) as Answer);
}

it('D13, P1, P2: killed without warning again and again, it loses nothing that was answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const answers: Answer[] = [];
  for (const life of lives) answers.push(...(await liveAndDie(folder, life)));

  const database = new DatabaseSync(join(folder, 'dpxdt.db'));
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
  database.close();
  const store = await openSqliteStore({ file: join(folder, 'dpxdt.db') });
  onTestFinished(() => store.close());
  const blobs = await openFileBlobs(join(folder, 'blobs'));
  const world = await openWorld('sqlite');
  const deps = { ...world.deps, store, blobs };

  const uploaded = answers.filter((answer) => answer.uploaded !== undefined);
  expect(uploaded.length).toBeGreaterThan(lives.length);
  for (const { uploaded: sha1 } of uploaded) {
    const owned = await store.read((tx) => tx.artifacts.findOwned(1, sha1!));
    let size = 0;
    for await (const chunk of await blobs.open(sha1!, owned!.artifact)) size += chunk.byteLength;
    expect(size).toBe(300_000);
  }
  for (const answer of answers) {
    const name = answer.reported ?? answer.requested;
    if (name === undefined) continue;
    const run = await store.read(async (tx) => {
      const release = await tx.releases.find({ buildId: 1, name: answer.release!, number: answer.number! });
      return tx.runs.find(release!.id, name);
    });
    if (answer.reported !== undefined)
      expect(run).toMatchObject({ status: 'no_diff_needed', current: { image: answer.image } });
    else expect(run).toMatchObject({ status: 'data_pending' });
  }
  const { problems, runs } = await fsck(deps, root);
  expect(problems).toEqual([]);
  expect(runs).toBeGreaterThan(0);

  world.clock.advance(Date.now() - world.clock.now() + 3_600_001);
  await sweepUploads(deps);
  expect(readdirSync(join(folder, 'blobs', 'tmp'))).toEqual([]);
});
