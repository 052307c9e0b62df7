/** Finds and ends everything that a script started: its process group, its session, and processes with its mark. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { parseProcessStat } from '../base/process-stat.ts';

const isWindows = process.platform === 'win32';

/** Environment variable that identifies daemons that left the group and the session. */
export const familyMark = 'DPXDT_SETUP_ID';

export interface ProcessFamily {
  /** Process id of the group's and the session's leader; it may be gone already. */
  leader: number;
  /** Whether the leader is known to have ended: its id may then be reused by an unrelated process. */
  leaderEnded: boolean;
  /** Value of {@link familyMark} in the family's environment. */
  mark: string;
}

/** Ids of the family's living processes. Without `/proc` only the group is known: its leader's id represents it. */
export function livingMembers(family: ProcessFamily): number[] {
  if (isWindows) return !family.leaderEnded && trySignal(family.leader, 0) ? [family.leader] : [];
  const processes = listProcesses();
  if (processes === null) return groupExists(family.leader) ? [family.leader] : [];
  const isOurs = !isReused(family, processes);
  return processes
    .filter(
      ({ pid, group, session }) =>
        pid !== process.pid &&
        ((isOurs && (group === family.leader || session === family.leader)) || carriesMark(pid, family.mark)),
    )
    .map(({ pid }) => pid);
}

/** Sends a signal to the group and to every other member; ignores members that have ended. */
export function signalFamily(family: ProcessFamily, signal: NodeJS.Signals): void {
  if (isWindows) return endTree(family.leader, signal);
  const processes = listProcesses();
  if (processes === null || !isReused(family, processes)) trySignal(-family.leader, signal);
  for (const pid of livingMembers(family)) {
    if (pid !== family.leader) trySignal(pid, signal);
  }
}

/**
 * While a group or session has members, the kernel does not reuse its number. So a process that has the number of a
 * leader that ended is unrelated, and so is its group.
 */
function isReused(family: ProcessFamily, processes: readonly { pid: number }[]): boolean {
  return family.leaderEnded && processes.some(({ pid }) => pid === family.leader);
}

/** Windows has neither signals nor groups: its own program ends a process with its children. */
function endTree(leader: number, signal: NodeJS.Signals): void {
  const isForced = signal === 'SIGKILL';
  spawnSync('taskkill', ['/pid', String(leader), '/t', ...(isForced ? ['/f'] : [])], {
    stdio: 'ignore',
    windowsHide: true,
  });
}

function groupExists(leader: number): boolean {
  return trySignal(-leader, 0);
}

function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Every process that is not a zombie; null without `/proc`. */
function listProcesses(): { pid: number; group: number; session: number }[] | null {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return null;
  }
  if (names.length === 0) return null;
  return names.flatMap((name) => {
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const { group, session, hasEnded } = parseProcessStat(text);
      return hasEnded ? [] : [{ pid: Number(name), group, session }];
    } catch {
      return [];
    }
  });
}

function carriesMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${familyMark}=${mark}\0`);
  } catch {
    return false;
  }
}
