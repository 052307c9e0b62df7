import { readdirSync, readFileSync } from 'node:fs';
import { parseProcessStat } from '../../src/base/process-stat.ts';

export interface RunningProcess {
  pid: number;
  /** The process group; a browser's processes share the one that its first process leads. */
  group: number;
  /** The user it runs as. */
  uid: number;
  command: string;
}

/** Running processes with a text in their command line, such as a folder's path. Linux only, elsewhere none. */
export function processesWith(text: string): RunningProcess[] {
  return runningProcesses().filter(({ pid, command }) => pid !== process.pid && command.includes(text));
}

/** Running processes of some process groups; zombies, which only wait to be counted, left out. */
export function processesOfGroups(groups: Iterable<number>): RunningProcess[] {
  const wanted = new Set(groups);
  return runningProcesses().filter(({ group }) => wanted.has(group));
}

function runningProcesses(): RunningProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const { group, hasEnded } = parseProcessStat(stat);
      if (hasEnded) return [];
      const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), group, uid: Number(uid), command }];
    } catch {
      return [];
    }
  });
}
