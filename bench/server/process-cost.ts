/** Resource usage of a process or a process tree, from /proc. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** Milliseconds per clock tick in /proc, the same on every Linux that Node runs on. */
const tickMs = 10;
const mebibyteKb = 1024;

/** User and system time since its start, in milliseconds; steps of 10. */
export function cpuMs(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Resident memory in MiB: current and peak. */
export function memoryMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / mebibyteKb;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** Resets the peak to the current value. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Ids of the process and its descendants. */
function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(statFields(Number(name))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended between the two looks.
    }
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Proportional set size of a tree in MiB: shared memory counts once. */
export function treeMemoryMb(root: number): number {
  let sum = 0;
  for (const pid of processTree(root)) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) / mebibyteKb;
    } catch {
      // It ended between the two looks.
    }
  }
  return sum;
}

/** User and system time of a tree, in milliseconds. */
export function treeCpuMs(root: number): number {
  return processTree(root).reduce((sum, pid) => {
    try {
      return sum + cpuMs(pid);
    } catch {
      return sum;
    }
  }, 0);
}

/** User and system time of a tree and of all processes that have ended in it, in milliseconds. */
export function treeCpuMsEver(root: number): number {
  return processTree(root).reduce((sum, pid) => {
    try {
      const [own, ended] = [cpuMs(pid), statFields(pid)];
      return sum + own + (Number(ended[13]) + Number(ended[14])) * tickMs;
    } catch {
      return sum;
    }
  }, 0);
}

/** The fields of /proc/PID/stat after the command's name, which may contain spaces; field 0 is the state. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
