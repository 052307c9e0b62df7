import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parseProcessStat } from '../../base/process-stat.ts';
import { groupGone, groupMemory, isRunning } from './process-group.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) process.kill(-child.pid!, 'SIGKILL');
});

/** Runs a bash script in a group of its own, which prints one number. */
async function printed(script: string): Promise<number> {
  const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [text] = await new Promise<[Buffer]>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve([data]));
  });
  return Number(text.toString());
}

/** A zombie in a group of its own: its parent goes on as a program that collects nobody. */
async function makeZombie(): Promise<number> {
  const pid = await printed('set -m; sleep 0.05 & echo $!; exec sleep 60');
  while (!readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')) await sleep(10);
  return pid;
}

describe.skipIf(process.platform !== 'linux')('a zombie that nobody collects', () => {
  test('is no process that runs, though the system still knows it', async () => {
    const pid = await makeZombie();
    expect(process.kill(pid, 0)).toBe(true);
    expect(isRunning(pid)).toBe(false);
  });

  test('does not keep its group: nobody waits for it', async () => {
    const pid = await makeZombie();
    expect(process.kill(-pid, 0)).toBe(true);
    const start = performance.now();
    await groupGone(pid, 10_000);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

test('a group that runs is waited for, up to the limit', async () => {
  const pid = await printed('echo $$; sleep 60');
  expect(isRunning(pid)).toBe(true);
  const start = performance.now();
  await groupGone(pid, 150);
  expect(performance.now() - start).toBeGreaterThanOrEqual(150);
  process.kill(-pid, 'SIGKILL');
  started.length = 0;
  await groupGone(pid, 10_000);
  expect(isRunning(pid)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('memory is that of the group alone', async () => {
  const pid = await printed('echo $$; sleep 60');
  expect(await groupMemory(pid)).toBeGreaterThan(10_000);
  expect(await groupMemory(2 ** 22 + 1)).toBe(0);
});

test('a name of a command cannot pretend to be another field', () => {
  const stat = '7 (a) Z 1 2 3) S 1 70 71 0 -1';
  expect(parseProcessStat(stat)).toEqual({ group: 70, session: 71, hasEnded: false });
  expect(parseProcessStat('7 (sh) Z 1 70 71 0 -1').hasEnded).toBe(true);
});
