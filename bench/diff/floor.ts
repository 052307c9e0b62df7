/** The floor: libdeflate and memcmp, in C. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const binary = join(import.meta.dirname, '../out/diff/floor');

/** Compiles the program; returns what is missing, or null. */
export function buildFloor(): string | null {
  mkdirSync(join(binary, '..'), { recursive: true });
  try {
    execFileSync('gcc', ['-O2', '-o', binary, join(import.meta.dirname, 'floor.c'), '-ldeflate'], {
      stdio: 'pipe',
    });
    return null;
  } catch {
    return 'gcc or libdeflate-dev is not installed';
  }
}

/** Median of a few rounds in milliseconds. */
export function floorMs(before: string, after: string, rounds: number): number {
  const output = execFileSync(binary, [before, after, String(rounds)], { encoding: 'utf8' });
  return Number(output.split(' ')[0]);
}
