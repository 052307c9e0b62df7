/**
 * Peak memory of one program in a process of its own: prints resident megabytes after five comparisons.
 *
 *   node bench/diff/memory.ts depicted|blazediff|nothing BEFORE AFTER OUTPUT
 */
import { blazediff, depicted } from './contestants.ts';

const [program, before, after, output] = process.argv.slice(2) as [string, string, string, string];
if (program !== 'nothing') {
  const contestant = program === 'depicted' ? depicted('defaults') : await blazediff(true);
  for (let i = 0; i < 5; i++) await contestant.compare(before, after, output);
  await contestant.close?.();
}
console.log(process.resourceUsage().maxRSS / 1024);
