/** What the system tells about the processes of a browser. */

import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { parseProcessStat } from '../../base/process-stat.ts';

const pollMs = 5;

/**
 * Bytes of anonymous memory of a process group (what it holds for itself, shared libraries not counted); undefined
 * where the system does not tell.
 */
export async function groupMemory(group: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(pids.map((pid) => anonymousMemory(pid, group)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function anonymousMemory(pid: string, group: number): Promise<number> {
  try {
    if (parseProcessStat(await readFile(`/proc/${pid}/stat`, 'latin1')).group !== group) return 0;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Waits until no process of a killed group runs, at most `limitMs`. Zombies run no more. */
export async function groupGone(group: number, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (performance.now() < end && groupRuns(group)) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function groupRuns(group: number): boolean {
  if (!exists(-group)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.some((pid) => {
      const stat = statOf(pid);
      return stat?.group === group && !stat.hasEnded;
    });
  } catch {
    return true;
  }
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  if (!exists(pid)) return false;
  return process.platform !== 'linux' || statOf(String(pid))?.hasEnded !== true;
}

function statOf(pid: string): ReturnType<typeof parseProcessStat> | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** @param id a process, or with a minus a process group */
function exists(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
