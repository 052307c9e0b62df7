/**
 * Runs everything that must pass before a commit. Prints one line per step, and its output if it fails.
 *
 *   npm run check                 all of it
 *   npm run check -- quick        types, layers, fast lint, unit tests: under a minute
 *   npm run check -- static ui    steps and groups by name
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { steps, type Step } from './check-steps.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A test waits for its browser, server or database a third of the time, and its last file runs alone: a second step keeps
 * the cores busy.
 */
const stepsAtOnce = 2;

const known = [...new Set(steps.flatMap(({ name, groups }) => [name, ...groups]))];
const words = process.argv.slice(2);
if (words.includes('--help')) {
  console.log(`npm run check -- [${known.join(' | ')}]…\nWithout a word: every step.`);
  process.exit(0);
}
const unknown = words.find((word) => !known.includes(word));
if (unknown !== undefined) {
  console.error(`check: no step or group is called "${unknown}". Known: ${known.join(', ')}.`);
  process.exit(2);
}

const wanted = steps.filter(({ name, groups, onlyWhenNamed }) =>
  words.length === 0 ? onlyWhenNamed !== true : words.some((word) => word === name || groups.includes(word)),
);

interface Ended {
  passed: boolean;
  output: string;
}

const temporary = temporaryFolder();
process.once('exit', temporary.remove);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/**
 * Memory that glibc hands out, in huge pages where it can: hashing a password touches 32 MiB, and on some virtual machines
 * the first touch of each of its 8,192 small pages takes longer than the hashing.
 */
const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

const colors = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {};

/** Passes the output of a test on as it comes; keeps that of other steps, for a failure. */
function run({ command, isTest }: Step): Promise<Ended> {
  const [program, ...args] = command;
  // Not through npx, which takes longer to start than some steps.
  const words = program === 'node' ? args : [join('node_modules', '.bin', program!), ...args];
  // One test alone may draw on the terminal; beside another step it prints lines.
  const ownsTerminal = isTest === true && wanted.length === 1;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, {
      stdio: ownsTerminal ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(isTest === true && { ...hugePages, TMPDIR: temporary.folder, ...colors }) },
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        if (isTest === true) process.stdout.write(chunk);
        else output.push(chunk);
      });
    child.once('error', (error) => resolve({ passed: false, output: `${error.message}\n` }));
    child.once('close', (status) =>
      resolve({ passed: status === 0, output: Buffer.concat(output).toString() }),
    );
  });
}

const started = performance.now();
const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);
const failed: string[] = [];

async function perform(step: Step): Promise<void> {
  const start = performance.now();
  const { passed, output } = await run(step);
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${step.name} (${seconds(start)} s)`);
  if (passed) return;
  failed.push(step.name);
  process.stdout.write(output);
}

const left = [...wanted];
async function performNext(): Promise<void> {
  for (let step = left.shift(); step !== undefined; step = left.shift()) await perform(step);
}
await Promise.all(Array.from({ length: stepsAtOnce }, performNext));

const verdict = failed.length === 0 ? 'passed' : `failed: ${failed.join(', ')}`;
console.log(
  `check: ${wanted.length} ${wanted.length === 1 ? 'step' : 'steps'}, ${verdict} (${seconds(started)} s)`,
);
process.exit(failed.length === 0 ? 0 : 1);
