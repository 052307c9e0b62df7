/** The package as a user gets it: packed, installed into an empty folder, run with npx. */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPackages, installBudget, megabytesOf } from '../../scripts/production-packages.ts';
import { Visitor } from '../api/support/visitor.ts';
import { startDpxdt } from '../support/run-dpxdt.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-package-'));
const app = join(folder, 'an app');

interface Answer {
  status: number | null;
  stdout: string;
  /** Both outputs. */
  text: string;
}

/** Away from this thread: the test runner must stay reachable while npm works. */
function run(cwd: string, program: string, ...args: string[]): Promise<Answer> {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
  const answer: Answer = { status: null, stdout: '', text: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer.stdout += text;
    answer.text += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (answer.text += text));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (status) => done({ ...answer, status }));
  });
}

async function must(promise: Promise<Answer>): Promise<Answer> {
  const answer = await promise;
  if (answer.status !== 0) throw new Error(answer.text);
  return answer;
}

const npx = (...args: string[]) => run(app, 'npx', '--no-install', 'dpxdt', ...args);

let packed: string[] = [];

beforeAll(async () => {
  // `prepack` would also rebuild what other tests are reading meanwhile; up.sh has built it.
  await must(run(root, process.execPath, 'scripts/build-js.ts'));
  const pack = await must(run(root, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder));
  const tarball = join(folder, pack.stdout.trim().split('\n').at(-1)!);
  const list = await must(run(folder, 'tar', '-tzf', tarball));
  packed = list.stdout.trim().split('\n');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true }');
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev'];
  await must(run(app, 'npm', 'install', ...flags, tarball));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds what the product needs and nothing else', () => {
    const allowed =
      /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|(bin|dist|build|docs|examples)\/.+)$/;
    expect(packed.filter((path) => !allowed.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.test\.|\.as\.|\.demo|node_modules|\.map$/.test(path))).toEqual([]);
    for (const path of [
      'bin/dpxdt.js',
      'dist/cli/main.js',
      'build/kernel.wasm',
      'build/report.html',
      'build/web/review.html',
    ]) {
      expect(packed).toContain(`package/${path}`);
    }
  });

  it('names no path of the machine that packed it', () => {
    const installed = join(app, 'node_modules', 'dpxdt');
    const files = globSync('**/*.{js,ts,json,md,html,yaml,svg,wasm}', { cwd: installed });
    expect(files.length).toBeGreaterThan(20);
    const naming = files.filter((file) => readFileSync(join(installed, file)).includes(`${root}/`));
    expect(naming).toEqual([]);
  });
});

describe('what is built in', () => {
  const installed = join(app, 'node_modules', 'dpxdt');
  const read = (path: string) => readFileSync(join(installed, path), 'utf8');

  it('P130: comes with the licenses of all its parts, those of the pages too', () => {
    const logins = read('dist/bundled/LICENSES.md');
    for (const name of ['better-auth', '@better-auth/core', 'better-call'])
      expect(logins).toMatch(new RegExp(`^## ${name} - \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'));
    expect(logins).toContain('Permission is hereby granted');
    const pages = read('build/web/LICENSES.md');
    for (const name of ['preact', '@tanstack/react-router']) expect(pages).toContain(`## ${name} - `);
  });

  it('P130: is not installed, and a person signs in without it', async () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
    for (const name of bundledPackages) {
      expect(Object.keys(dependencies)).not.toContain(name);
      expect(existsSync(join(app, 'node_modules', name)), name).toBe(false);
    }
    const server = startDpxdt(['server', '--auth', 'on', '--port', '0', '--workers', '0', '--json'], {
      currentFolder: app,
      binary: join(installed, 'bin', 'dpxdt.js'),
    });
    try {
      const { setup_link: link } = JSON.parse(await server.untilOutput(/\{"url".*\}/)) as {
        setup_link: string;
      };
      const ada = new Visitor({ url: new URL(link).origin });
      const account = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
      await ada.call('POST', '/api/v1/set_up', { token: new URL(link).hash.slice(1), ...account });
      expect(await ada.session()).toMatchObject({ person: { email: account.email } });
    } finally {
      server.process.kill('SIGTERM');
      await server.result;
    }
  });
});

describe('installed', () => {
  it('is light: within the budgets of packages and megabytes', () => {
    const lock = JSON.parse(readFileSync(join(app, 'node_modules', '.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    expect(Object.keys(lock.packages).length).toBeLessThanOrEqual(installBudget.packages);
    expect(megabytesOf(join(app, 'node_modules'))).toBeLessThanOrEqual(installBudget.megabytes);
    // Firefox, forges, steps and comments took 2 of these; the budget above is for all packages. What is built in was a separate package.
    const own = join(app, 'node_modules', 'dpxdt');
    expect(megabytesOf(own) - megabytesOf(join(own, 'dist', 'bundled'))).toBeLessThanOrEqual(10);
  });

  it('says its version', async () => {
    expect(await npx('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it('writes a first config, captures, passes, and finds a changed word', async () => {
    expect((await npx('init')).status).toBe(0);
    const updated = await npx('update', 'tests');
    expect(updated.text).toContain('example');
    expect(updated.status).toBe(0);
    expect(existsSync(join(app, 'tests', 'example.png'))).toBe(true);

    const same = await npx('test', 'tests');
    expect(same.text).toContain('All tests passed!');
    expect(same.status).toBe(0);

    const page = join(app, 'tests', 'example.html');
    const changed = readFileSync(page, 'utf8').replace('An example page', 'An exemplary page');
    writeFileSync(page, changed);
    const differs = await npx('test', 'tests');
    expect(differs.text).toContain('1 test(s) failed.');
    expect(differs.status).toBe(1);
    expect(readFileSync(join(app, 'dpxdt-report', 'index.html'), 'utf8')).toContain('example');

    expect((await npx('approve', 'tests')).status).toBe(0);
    expect((await npx('test', 'tests')).status).toBe(0);
  });

  it('tells an old Node what to do, without a stack trace', async () => {
    const pretend = join(folder, 'old-node.cjs');
    writeFileSync(
      pretend,
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } });',
    );
    const program = join(app, 'node_modules', 'dpxdt', 'bin', 'dpxdt.js');
    const { status, text } = await run(app, process.execPath, '--require', pretend, program, '--version');
    expect(text).toMatch(/^dpxdt needs Node 24 or newer; this is Node 20\.11\.0\. [^\n]+\n$/);
    expect(status).toBe(2);
  });
});
