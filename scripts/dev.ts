/**
 * `npm run dev`: a server with the example shop, and the review UI from its sources. A change below `src/web` reloads
 * the page, any other change below `src` restarts the server; the kernel is rebuilt when its source changes.
 *
 *   npm run dev                  http://localhost:5173
 *   npm run dev -- --tests       also runs the unit tests that a change touches
 *   npm run dev -- --port 6000
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { createServer as createProbe, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { sqliteFileIn } from '../src/compose/data-folder.ts';
import { devConfig } from './dev-ui.ts';

const root = join(import.meta.dirname, '..');
const dataFolder = join(root, 'build', 'dev-data');
const { values } = parseArgs({
  options: { port: { type: 'string', default: '5173' }, tests: { type: 'boolean' } },
});

const apiPort = await freePort();
if (!existsSync(sqliteFileIn(dataFolder))) {
  console.log('dev: comparing two versions of the example shop, once');
  await ended(dpxdt('demo', '--exit', '--port', '0'));
}
const ui = await createServer(devConfig({ root, port: Number(values.port), apiPort }));
await ui.listen();
const address = `http://localhost:${(ui.httpServer!.address() as AddressInfo).port}`;
let server = startServer();
console.log(`dev: ${address}  (data: ${dataFolder}; delete the folder to begin anew)`);

let restart: NodeJS.Timeout | undefined;
watch(join(root, 'src'), { recursive: true }, (_event, file) => {
  if (file === null || !/\.ts$/.test(file) || /^web[\\/]|\.test\.ts$/.test(file)) return;
  clearTimeout(restart);
  restart = setTimeout(() => void restartServer(file), 50);
});

if (values.tests === true) run('npx', ['--no-install', 'vitest', 'watch', '--project', 'unit']);
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(program, words, { cwd: root, stdio: 'inherit', env });
}

function dpxdt(command: string, ...words: string[]): ChildProcess {
  return run(process.execPath, ['bin/dpxdt.js', command, '--data-dir', dataFolder, ...words]);
}

function startServer(): ChildProcess {
  return dpxdt(
    'server',
    '--port',
    String(apiPort),
    '--public-url',
    address,
    '--auth',
    'off',
    '--log-level',
    'warn',
  );
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('close', () => resolve()));
}

async function restartServer(file: string): Promise<void> {
  console.log(`dev: ${file} changed`);
  if (/kernel\.as\.ts$/.test(file)) await ended(run('npm', ['run', '--silent', 'build:kernel']));
  const before = server;
  before.kill('SIGTERM');
  if (before.exitCode === null) await ended(before);
  server = startServer();
  ui.ws.send({ type: 'full-reload' });
}

async function stop(): Promise<void> {
  server.kill('SIGTERM');
  await ui.close();
  process.exit(130);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createProbe().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
