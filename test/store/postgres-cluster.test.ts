/** Test clusters end with the process that created them, however it ends. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findPostgres, removeStaleClusters } from '../support/postgres.ts';
import { storeKinds } from '../support/server-world.ts';

const support = join(import.meta.dirname, '../support/postgres.ts');
const script = `
  import { findPostgres, startPostgres } from ${JSON.stringify(support)};
  const cluster = await startPostgres(findPostgres());
  console.log(cluster.urlOf('postgres'));
  process.stdin.resume();`;

/** A process with a separate cluster. */
async function startOwner() {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const ended = new Promise((resolve) => owner.once('exit', resolve));
  const url = await new Promise<string>((resolve) =>
    owner.stdout.once('data', (data) => resolve(String(data))),
  );
  const name = readdirSync(tmpdir()).find((entry) => entry.startsWith(`dpxdt-postgres-${owner.pid}-`))!;
  return { owner, ended, port: Number(new URL(url).port), folder: join(tmpdir(), name) };
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function untilGone({ port, folder }: { port: number; folder: string }): Promise<void> {
  while (existsSync(folder) || (await answers(port))) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The process that watches for the owner's end. */
function watchOf(folder: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((name) => {
    try {
      const [program, , , word, watched] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return program === '/bin/sh' && word === 'watch' && watched === folder;
    } catch {
      return false;
    }
  });
  return Number(pid);
}

describe.each(storeKinds.filter((kind) => kind === 'postgres'))('a cluster of %s', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('is gone after its owner got %s', async (signal) => {
    const cluster = await startOwner();
    expect(await answers(cluster.port)).toBe(true);
    cluster.owner.kill(signal);
    await cluster.ended;
    await untilGone(cluster);
  });

  it('is removed by the next run when its watch was killed, too; those of the living stay', async () => {
    const [dead, alive] = [await startOwner(), await startOwner()];
    process.kill(watchOf(dead.folder), 'SIGKILL');
    dead.owner.kill('SIGKILL');
    await dead.ended;
    expect(await answers(dead.port), 'nobody is left to end it').toBe(true);
    removeStaleClusters(findPostgres()!);
    await untilGone(dead);
    expect(await answers(alive.port)).toBe(true);
    alive.owner.kill('SIGKILL');
    await untilGone(alive);
  });
});
