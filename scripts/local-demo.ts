/**
 * `npm run local-demo`: the example shop in two versions, captured and compared by the real command line.
 *   node scripts/local-demo.ts [--work FOLDER] [--report FOLDER]
 * Exits 0 although it finds differences: they are the purpose.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { findBrowser } from '../src/adapters/browser/find-browser.ts';
import { startDemoServer, type DemoServer } from './demo-server.ts';

const root = resolve(import.meta.dirname, '..');
const defaultPort = 8000;

const { values: options } = parseArgs({
  options: {
    /** Folder for the tests and their baselines; emptied first. */
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
  const server = await startDemoServer(defaultPort);
  if (server.port !== defaultPort) {
    say(`\nPort ${defaultPort} is taken by another program, so the shop is served on port ${server.port}.`);
  }
  try {
    return await compareVersions(server, work, report);
  } finally {
    await server.close();
  }
}

async function compareVersions(server: DemoServer, work: string, report: string): Promise<number> {
  const folder = fromHere(work);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'shop.yaml'), testsFor(server.port));

  step(1, `Capture version 1: these images become the baselines in ${folder}.`);
  server.show(join(root, 'examples', 'demo-site', 'before'));
  const updated = await dpxdt('update', folder, '--report', join(folder, 'report-of-update'));
  if (updated !== 0) return explain('The baselines could not be captured', updated);

  step(2, 'Capture version 2 and compare it with them. Here tests that fail are what we look for.');
  server.show(join(root, 'examples', 'demo-site', 'after'));
  const tested = await dpxdt('test', folder, '--report', fromHere(report));
  if (tested === 0) {
    say('Version 2 looks like version 1: has examples/demo-site been changed?');
    return 1;
  }
  if (tested !== 1) return explain('Version 2 could not be compared', tested);

  step(3, 'Review the differences in a browser. This file needs no server and no network:');
  say(`  ${pathToFileURL(join(report, 'index.html')).href}`);
  say('\nWhat next?');
  const hints = [
    [`node bin/dpxdt.js approve ${folder}`, 'make version 2 the baselines, as after a review'],
    ['node bin/dpxdt.js init tests', 'write a starter config for your own pages'],
    ['docs/local.md', 'read the tutorial'],
  ] as const;
  const width = Math.max(...hints.map(([command]) => command.length));
  for (const [command, meaning] of hints) say(`  ${command.padEnd(width)}   ${meaning}`);
  await offerToOpen(report);
  return 0;
}

/** The example's tests for a shop that this script serves: without `setup`, with its port. */
function testsFor(port: number): string {
  const tests = parseDocument(readFileSync(join(root, 'examples', 'local', 'shop.yaml'), 'utf8'));
  tests.delete('setup');
  tests.commentBefore = ' A copy of examples/local/shop.yaml, written by `npm run local-demo`.';
  return tests.toString({ lineWidth: 0 }).replaceAll(`:${defaultPort}/`, `:${port}/`);
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

/** Runs the command line like a user; resolves to its exit status. */
function dpxdt(...words: string[]): Promise<number> {
  say(`  $ node bin/dpxdt.js ${words.join(' ')}`);
  return run(words);
}

function run(words: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'bin', 'dpxdt.js'), ...words], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGTERM', forward);
  return new Promise((done) => {
    child.once('close', (code) => {
      process.off('SIGTERM', forward);
      done(code ?? 130);
    });
  });
}

/** Only on a desktop, never in CI. */
async function offerToOpen(report: string): Promise<void> {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const hasDesktop =
    process.platform === 'darwin' || process.platform === 'win32' || DISPLAY || WAYLAND_DISPLAY;
  if (CI || !hasDesktop || !process.stdin.isTTY || !process.stdout.isTTY || isInterrupted) return;
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await reader.question('\nOpen the report now? [Y/n] ');
  reader.close();
  if (!/^n/i.test(answer.trim())) await run(['report', '--report', report]);
}
