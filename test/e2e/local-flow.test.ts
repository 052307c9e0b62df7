import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalReport } from '../../src/contract/files/local-report.ts';
import { freePort } from '../support/free-port.ts';
import { runDpxdt, startDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';

/** The whole local tool: real processes, a real server started by `setup`, a real browser, a real comparison. */
let folder: string;
let port: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-flow-'));
  // The browser may run as another user than this process.
  await chmod(folder, 0o755);
  port = await freePort();
  await mkdir(join(folder, 'tests'));
  await mkdir(join(folder, 'tmp'));
  await writeFile(join(folder, 'server.mjs'), serverSource);
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const serverSource = `
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => {
  try {
    const body = readFileSync('site' + new URL(request.url, 'http://x').pathname);
    response.setHeader('content-type', 'text/html');
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end('not here');
  }
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

async function writeSite(pages: Record<string, string>): Promise<void> {
  await mkdir(join(folder, 'site'), { recursive: true });
  for (const [name, body] of Object.entries(pages)) {
    await writeFile(join(folder, 'site', name), `<!doctype html><title>${name}</title>${body}`);
  }
}

const setup = (): string => `exec ${JSON.stringify(process.execPath)} server.mjs ${port}`;
const url = (page: string): string => `http://127.0.0.1:${port}/${page}`;
const writeConfig = (config: Record<string, unknown>): Promise<void> =>
  writeFile(join(folder, 'tests/site.yaml'), JSON.stringify(config, null, 2));
/** Temporary files of the tool and its browser go where the test can count them. */
/** Without the warning of a machine that has no user namespaces, a container for example. */
const withoutSandboxWarning = (stderr: string): string =>
  stderr.replace(/^Warning: The browser runs (as root and )?without its sandbox [^\n]*\n/m, '');
const run = async (...args: string[]): Promise<DpxdtResult> => {
  const result = await runDpxdt(args, { currentFolder: folder, env: { TMPDIR: join(folder, 'tmp') } });
  return { ...result, stderr: withoutSandboxWarning(result.stderr) };
};
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;

/** Processes, zombies aside, that were started in or for this test's folder. */
function leftovers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${name}/stat`, 'latin1'))) return [];
        const text =
          readFileSync(`/proc/${name}/cmdline`, 'latin1') + readFileSync(`/proc/${name}/environ`, 'latin1');
        return text.includes(folder) ? [text.slice(0, 200)] : [];
      } catch {
        return [];
      }
    });
}

describe('a site that changes', () => {
  it('goes from update to test, to a difference, to approve, and passes again', async () => {
    await writeSite({ home: '<h1>Welcome</h1><p>One word', about: '<h1>About us</h1>' });
    await writeConfig({
      setup: setup(),
      waitFor: { url: url('home'), timeout_secs: 20 },
      'x-shared': { includeAA: true },
      tests: [
        {
          name: 'home',
          url: url('home'),
          viewports: [
            { width: 800, height: 600 },
            { width: 390, height: 844, name: 'phone' },
          ],
        },
        { name: 'about/us?', url: url('about'), config: { viewportSize: { width: 400, height: 300 } } },
      ],
    });

    const missing = await run('test', 'tests');
    expect(missing.status).toBe(3);
    expect(missing.stdout).toContain('reference_missing');
    expect(lastLine(missing.stdout)).toBe('3 test(s) failed.');

    const update = await run('update', 'tests');
    expect([update.status, update.stderr]).toEqual([0, '']);
    expect(update.stdout).toContain(`Request for ${url('home')} succeeded, continuing with tests...`);
    expect(update.stdout).toContain('home@phone: Running webpage capture process');
    expect(update.stdout).toContain('home@phone: Updated tests/home@phone.png');
    const baselines = (await readdir(join(folder, 'tests'))).filter((name) => name.endsWith('.png')).sort();
    expect(baselines).toEqual([
      expect.stringMatching(/^about-us-[0-9a-f]{10}\.png$/),
      'home@800x600.png',
      'home@phone.png',
    ]);

    const same = await run('test', 'tests', '--junit', 'out/junit.xml');
    expect([same.status, lastLine(same.stdout)]).toEqual([0, 'All tests passed!']);
    expect(await readFile(join(folder, 'out/junit.xml'), 'utf8')).toContain(
      'tests="3" failures="0" errors="0"',
    );

    await writeSite({ home: '<h1>Welcome</h1><p>Other word' });
    const baseline1 = await readFile(join(folder, 'tests/home@phone.png'));
    const differs = await run('test', 'tests', '--json');
    expect(differs.status).toBe(1);
    expect(lastLine(differs.stderr)).toBe('2 test(s) failed.');
    const report = JSON.parse(differs.stdout) as LocalReport;
    expect(report.tests.map(({ name, state }) => [name, state])).toEqual([
      ['home@800x600', 'differs'],
      ['home@phone', 'differs'],
      ['about/us?', 'same'],
    ]);
    const [desktop] = report.tests;
    expect(desktop!.comparison!.changedPixels).toBeGreaterThan(50);
    expect(desktop!.comparison!.regionCount).toBeGreaterThan(0);
    expect(differs.stderr).toContain(`diff: ${join('dpxdt-report', desktop!.diffPath!)}`);
    expect(JSON.parse(await readFile(join(folder, 'dpxdt-report/results.json'), 'utf8'))).toEqual(report);
    for (const path of [
      desktop!.before!.path,
      desktop!.after!.path,
      desktop!.mask!.path,
      desktop!.diffPath!,
    ]) {
      expect(existsSync(join(folder, 'dpxdt-report', path))).toBe(true);
    }
    expect(await readFile(join(folder, 'tests/home@phone.png'))).toEqual(baseline1);
    const html = await readFile(join(folder, 'dpxdt-report/index.html'), 'utf8');
    expect(html).toContain(`id="image-${desktop!.after!.sha1sum}"`);

    const approved = await run('approve', 'tests', 'home@*');
    expect([approved.status, lastLine(approved.stdout)]).toEqual([0, '2 baseline(s) approved.']);
    const again = await run('test', 'tests');
    expect([again.status, lastLine(again.stdout)]).toEqual([0, 'All tests passed!']);
    const unchanged = await run('update', 'tests');
    expect(lastLine(unchanged.stdout)).toBe('All baselines are up to date.');

    const shown = await run('report', '--no-open');
    expect([shown.status, shown.stdout]).toEqual([
      0,
      expect.stringContaining(join(folder, 'dpxdt-report/index.html')),
    ]);
    expect(leftovers()).toEqual([]);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('reports pages that fail beside those that do not', async () => {
    await writeSite({ home: '<h1>Home</h1>' });
    await writeConfig({
      setup: setup(),
      waitFor: { url: url('home'), timeout_secs: 20 },
      tests: [
        { name: 'gone', url: url('gone') },
        { name: 'home', url: url('home') },
        { name: 'slow selector', url: url('home'), config: { waitForSelector: '#never', timeoutMs: 1_500 } },
      ],
    });
    const { status, stdout } = await run('update', 'tests');
    expect(status).toBe(3);
    expect(stdout).toMatch(/gone: Update failed\. http_status: .*404/);
    expect(stdout).toContain('home: Updated tests/home.png');
    expect(stdout).toMatch(/slow selector: Update failed\. /);
    expect(lastLine(stdout)).toBe('1 baseline(s) updated, 2 test(s) failed.');
  });
});

describe('what setup starts', () => {
  it('is ended after the run, also when it leaves daemons behind and ends', async () => {
    await writeSite({ home: '<h1>Home</h1>' });
    await writeConfig({
      setup: `${JSON.stringify(process.execPath)} server.mjs ${port} > server.log 2>&1 &\nsetsid sleep 300 &`,
      waitFor: { url: url('home'), timeout_secs: 20 },
      tests: [{ name: 'home', url: url('home') }],
    });
    const { status, stdout } = await run('update', 'tests');
    expect([status, stdout]).toEqual([0, expect.stringContaining('Running setup:')]);
    expect(leftovers()).toEqual([]);
  });

  it('fails the file with its output when it dies early', async () => {
    await writeConfig({
      setup: 'echo the port is taken >&2; exit 9',
      waitFor: { url: url('home'), timeout_secs: 20 },
      tests: [{ name: 'home', url: url('home') }],
    });
    const { status, stdout, stderr } = await run('test', 'tests');
    expect(status).toBe(3);
    expect(stderr).toContain(
      'tests/site.yaml: setup ended with status 9. It printed:\n  | the port is taken',
    );
    expect(lastLine(stdout)).toBe('1 test(s) failed.');
  });

  it('is ended by Ctrl-C, with status 130, no stray files and the earlier report untouched', async () => {
    await writeSite({ home: '<h1>Home</h1>', slow: '<script>while (true);</script>' });
    const config = (page: string) => ({
      setup: `sleep 300 & ${setup()}`,
      waitFor: { url: url('home'), timeout_secs: 20 },
      tests: [{ name: 'page', url: url(page) }],
    });
    await writeConfig(config('home'));
    expect((await run('update', 'tests')).status).toBe(0);
    const before = await readFile(join(folder, 'dpxdt-report/results.json'));

    await writeConfig(config('slow'));
    const running = startDpxdt(['test', 'tests'], {
      currentFolder: folder,
      env: { TMPDIR: join(folder, 'tmp') },
    });
    await running.untilOutput(/page: Running webpage capture process/);
    running.process.kill('SIGINT');
    const { status, stderr } = await running.result;
    expect([status, withoutSandboxWarning(stderr)]).toEqual([
      130,
      expect.stringMatching(/^Interrupted; cleaning up[^\n]*\n$/),
    ]);
    expect(leftovers()).toEqual([]);
    expect(await readFile(join(folder, 'dpxdt-report/results.json'))).toEqual(before);
    expect((await readdir(join(folder, 'dpxdt-report'))).sort()).toEqual([
      'images',
      'index.html',
      'results.json',
    ]);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('a machine that is not ready', () => {
  it('is told so in one sentence, and by doctor', async () => {
    await writeConfig({ tests: [{ name: 'home', url: 'file:site/home' }] });
    const { status, stderr } = await run('test', 'tests', '--browser-path', '/nowhere/chromium');
    expect([status, stderr]).toEqual([
      3,
      'dpxdt: The browser "/nowhere/chromium" does not exist or is not executable.\n',
    ]);
    const doctor = await run('doctor', '--browser-path', '/nowhere/chromium', '--json');
    expect(doctor.status).toBe(3);
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      subject: 'browser',
      state: 'problem',
      message: 'The browser "/nowhere/chromium" does not exist or is not executable.',
    });
    const healthy = await run('doctor');
    expect([healthy.status, lastLine(healthy.stdout)]).toEqual([0, 'Local tests can run here.']);
  });
});
