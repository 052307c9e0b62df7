/**
 * Runs everything that must pass before a commit. Prints one line per step, and its output if it fails.
 *
 *   npm run check                 all of it
 *   npm run check -- quick        types, layers, fast lint, unit tests: under a minute
 *   npm run check -- static ui    steps and groups by name
 */
import { spawn } from 'node:child_process';
import { steps, type Step } from './check-steps.ts';

/** Steps without progress output run concurrently. */
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

function run({ command, isTest }: Step): Promise<Ended> {
  const [program, ...args] = command;
  const [file, words] =
    program === 'node' ? [process.execPath, args] : ['npx', ['--no-install', program!, ...args]];
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: isTest ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => output.push(chunk));
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

async function performAll(steps: readonly Step[], atOnce: number): Promise<void> {
  const left = [...steps];
  const lane = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) await perform(step);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const quiet = wanted.filter(({ isTest }) => isTest !== true);
const patient = wanted.filter(({ waitsMuch }) => waitsMuch === true);
const busy = wanted.filter(({ isTest, waitsMuch }) => isTest === true && waitsMuch !== true);
// Beside a test that mostly waits, the quiet steps take one core.
await Promise.all([performAll(quiet, patient.length > 0 ? 1 : stepsAtOnce), performAll(patient, 1)]);
await performAll(busy, 1);

const verdict = failed.length === 0 ? 'passed' : `failed: ${failed.join(', ')}`;
console.log(
  `check: ${wanted.length} ${wanted.length === 1 ? 'step' : 'steps'}, ${verdict} (${seconds(started)} s)`,
);
process.exit(failed.length === 0 ? 0 : 1);
