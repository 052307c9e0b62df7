/** The cost of a command and all its child processes: wall time, processor time, peak memory. */
import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Cost {
  /** Exit status of the command. */
  status: number;
  /** Wall time in seconds. */
  wallS: number;
  /** User and system time of the whole process tree, in seconds. */
  cpuS: number;
  /** Largest observed sum of proportional set sizes in MB; 0 without /proc. */
  peakMb: number;
  /** Processes that were still alive five seconds after its end. */
  leftBehind: number;
  timedOut: boolean;
}

export interface Command {
  argv: readonly string[];
  cwd: string;
  env?: Record<string, string>;
  /** File for stdout and stderr. */
  logFile: string;
}

/** Runs a command for at most `limitS` seconds; after that it is killed and `timedOut` is set. */
export async function measure(command: Command, limitS = 1800): Promise<Cost> {
  const resultFile = `${command.logFile}.cost.json`;
  const log = openSync(command.logFile, 'w');
  const child = spawn(
    'perl',
    [join(import.meta.dirname, 'subreaper.pl'), resultFile, String(limitS), ...command.argv],
    { cwd: command.cwd, env: { ...process.env, ...command.env }, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  let peakMb = 0;
  const timer = setInterval(() => (peakMb = Math.max(peakMb, treeMb(child.pid!))), 1000);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`The measuring process failed, see ${command.logFile}`);
  const result = JSON.parse(readFileSync(resultFile, 'utf8')) as {
    status: number;
    wallS: number;
    userS: number;
    systemS: number;
    leftBehind: number;
    timedOut: boolean;
  };
  rmSync(resultFile);
  const { userS, systemS, ...rest } = result;
  return { ...rest, cpuS: userS + systemS, peakMb };
}

/** Proportional set size of `root` and its descendants in MB: shared pages count once. */
function treeMb(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOrNull(`/proc/${name}/stat`);
    if (stat === null) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let kilobytes = 0;
  const open = [...(children.get(root) ?? [])];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    open.push(...(children.get(pid) ?? []));
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readOrNull(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
