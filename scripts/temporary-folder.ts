import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux keeps files in memory. */
const inMemory = '/dev/shm';
const prefix = 'dpxdt-check-';
/** With less free, a machine might need the memory for something else. */
const enoughBytes = 8 * 2 ** 30;

export interface TemporaryFolder {
  folder: string;
  remove: () => void;
}

/**
 * Where tests keep the files of their servers and databases, thousands of them, each for a moment: in memory where there
 * is enough, which spares writing and waiting for a disk; else where the system keeps temporary files.
 */
export function temporaryFolder(): TemporaryFolder {
  if (!isSuitable()) return { folder: tmpdir(), remove: () => undefined };
  removeAbandoned();
  const folder = join(inMemory, `${prefix}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  // Browsers and databases run as other users.
  chmodSync(folder, 0o1777);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

function isSuitable(): boolean {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const options = mounts.find((line) => line.split(' ')[1] === inMemory)?.split(' ')[3];
    const { bavail, bsize } = statfsSync(inMemory);
    // Some tests start what they have written; containers forbid it there.
    return options !== undefined && !options.split(',').includes('noexec') && bavail * bsize >= enoughBytes;
  } catch {
    return false;
  }
}

/** Folders of checks that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(inMemory)) {
    const [, pid] = /^dpxdt-check-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(inMemory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
