/** Which processes the processor worked for: of a tree of processes, with the children that have ended. */

import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const ticksPerSecond = 100;

interface Stat {
  parent: number;
  ticks: number;
}

function stats(): Map<number, Stat> {
  const found = new Map<number, Stat>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name before it may hold spaces and parentheses.
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      found.set(Number(pid), {
        parent: fields[1]!,
        ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]!,
      });
    } catch {
      // It has ended.
    }
  }
  return found;
}

/** CPU seconds, user and system, of these processes and all of their descendants so far. */
export function cpuSecondsOf(pids: readonly number[]): number {
  const all = stats();
  const isBelow = (pid: number): boolean => {
    for (let at = all.get(pid); at !== undefined; at = all.get(at.parent)) {
      if (pids.includes(pid)) return true;
      pid = at.parent;
    }
    return false;
  };
  let ticks = 0;
  for (const [pid, stat] of all) if (isBelow(pid)) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}
