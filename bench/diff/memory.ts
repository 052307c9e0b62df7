/**
 * Peak memory of one program in a separate process: prints resident megabytes after five comparisons.
 *
 *   node bench/diff/memory.ts depicted|blazediff|nothing BEFORE AFTER OUTPUT
 */
import { readFileSync } from 'node:fs';
import { blazediff, depicted } from './contestants.ts';

const [program, before, after, output] = process.argv.slice(2) as [string, string, string, string];
if (program !== 'nothing') {
  const contestant = program === 'depicted' ? depicted('defaults') : await blazediff(true);
  for (let i = 0; i < 5; i++) await contestant.compare(before, after, output);
  await contestant.close?.();
}
// Not `resourceUsage().maxRSS`, which includes the parent's pages at the time of the fork.
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
console.log(Number(peak[1]) / 1024);
