/** The floors, in C with libdeflate: inflating and memcmp; and a whole comparison without anti-aliasing and regions. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../out/diff');
const programs = { first: join(folder, 'floor'), second: join(folder, 'second-floor') };

/** Compiles the programs; returns what is missing, or null. */
export function buildFloor(): string | null {
  mkdirSync(folder, { recursive: true });
  const compile = (source: string, binary: string) =>
    execFileSync('gcc', ['-O3', '-pthread', '-o', binary, join(import.meta.dirname, source), '-ldeflate'], {
      stdio: 'pipe',
    });
  try {
    compile('floor.c', programs.first);
    compile('second-floor.c', programs.second);
    return null;
  } catch {
    return 'gcc or libdeflate-dev is not installed';
  }
}

/** Median of a few rounds, in milliseconds: wall clock, and processor time of all threads. */
export interface FloorTime {
  ms: number;
  cpuMs: number;
}

export function floorTime(before: string, after: string, rounds: number): FloorTime {
  return timeOf(execFileSync(programs.first, [before, after, String(rounds)], { encoding: 'utf8' }));
}

export function secondFloorTime(before: string, after: string, rounds: number): FloorTime {
  const mask = join(folder, 'floor-mask');
  return timeOf(execFileSync(programs.second, [before, after, mask, String(rounds)], { encoding: 'utf8' }));
}

function timeOf(output: string): FloorTime {
  const [ms, cpuMs] = output.split(' ').map(Number);
  return { ms: ms!, cpuMs: cpuMs! };
}
