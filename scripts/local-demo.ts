/**
 * `npm start`: the example shop in two versions, captured and compared by the real command line.
 *   node scripts/local-demo.ts [--work FOLDER] [--report FOLDER]
 * Ends with 0 although differences were found: they are the point.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findBrowser } from '../src/adapters/browser/find-browser.ts';

const root = resolve(import.meta.dirname, '..');
const defaultPort = 8000;

const { values: options } = parseArgs({
  options: {
    /** Gets the tests and their references; emptied first. */
    work: { type: 'string', default: join(root, '.demo') },
    report: { type: 'string', default: join(root, 'dpxdt-report') },
  },
});

let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (isInterrupted = true));

const { work, report } = { work: resolve(options.work), report: resolve(options.report) };
process.chdir(root);
process.exitCode = await demo(work, report);

async function demo(work: string, report: string): Promise<number> {
  try {
    await findBrowser();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }

  say('The example shop exists in two versions, before and after a release. What did the release change?');
  say('');
  const port = await freePort(defaultPort);
  if (port !== defaultPort) {
    say(`Port ${defaultPort} is taken by another program, so the shop is served on port ${port}.`);
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const tests = readFileSync(join(root, 'examples', 'local', 'shop.yaml'), 'utf8');
  writeFileSync(join(work, 'shop.yaml'), tests.replaceAll(String(defaultPort), String(port)));
  const folder = fromHere(work);

  step(1, `Capture version 1: these pictures become the references in ${folder}.`);
  const updated = await dpxdt('before', 'update', folder, '--report', join(folder, 'report-of-update'));
  if (updated !== 0) return explain('The references could not be captured', updated);

  step(2, 'Capture version 2 and compare it with them. Here tests that fail are what we look for.');
  const tested = await dpxdt('after', 'test', folder, '--report', fromHere(report));
  if (tested === 0) {
    say('Version 2 looks like version 1: has examples/demo-site been changed?');
    return 1;
  }
  if (tested !== 1) return explain('Version 2 could not be compared', tested);

  const page = join(report, 'index.html');
  step(3, 'Look at the differences in a browser. This file needs no server and no network:');
  say(`  ${pathToFileURL(page).href}`);
  say('');
  say('What next?');
  const hints = [
    [`node bin/dpxdt.js approve ${folder}`, 'make version 2 the references, as after a review'],
    ['node bin/dpxdt.js init tests', 'write a first config for your own pages'],
    ['docs/local.md', 'read the tutorial'],
  ] as const;
  const width = Math.max(...hints.map(([command]) => command.length));
  for (const [command, meaning] of hints) say(`  ${command.padEnd(width)}   ${meaning}`);
  await offerToOpen(report);
  return 0;
}

function say(line: string): void {
  console.log(line);
}

function step(number: number, text: string): void {
  say(`\n[${number}/3] ${text}`);
}

function fromHere(path: string): string {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
}

function explain(what: string, status: number): number {
  if (isInterrupted) return 130;
  say(`\n${what} (exit status ${status}); the lines above say why.`);
  say('"node bin/dpxdt.js doctor" checks the browser, fonts and permissions.');
  return status;
}

/** Runs the command line as a user would, with a version of the shop for the test file's `setup`. */
function dpxdt(site: 'before' | 'after', ...words: string[]): Promise<number> {
  say(`  $ SITE=${site} node bin/dpxdt.js ${words.join(' ')}`);
  return run(words, { SITE: site });
}

function run(words: string[], env: Record<string, string>): Promise<number> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(process.execPath, [join(root, 'bin', 'dpxdt.js'), ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: path },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGTERM', forward);
  return new Promise((done) => {
    child.once('close', (code) => {
      process.off('SIGTERM', forward);
      done(code ?? 130);
    });
  });
}

/** The wanted port if it is free on loopback, else the next free one. */
async function freePort(wanted: number): Promise<number> {
  let port = wanted;
  while (!(await canListen(port))) port++;
  return port;
}

function canListen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** Only to a person at a desktop; never in CI. */
async function offerToOpen(report: string): Promise<void> {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const hasDesktop =
    process.platform === 'darwin' || process.platform === 'win32' || DISPLAY || WAYLAND_DISPLAY;
  if (CI || !hasDesktop || !process.stdin.isTTY || !process.stdout.isTTY || isInterrupted) return;
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await reader.question('\nOpen the report now? [Y/n] ');
  reader.close();
  if (!/^n/i.test(answer.trim())) await run(['report', '--report', report], {});
}
