import { unpackDom } from '../adapters/dom/dom-file.ts';
import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fakeCapturer,
  fakeComparer,
  fakePage,
  realClock,
  type FakePages,
} from '../../test/support/fake-ports.ts';
import { until } from '../../test/support/until.ts';
import type { RunEvent } from './events.ts';
import { runLocal, type LocalRun, type RunOptions } from './run.ts';

/** Real bash, real processes; only pages and images are fake. */
let folder: string;
let events: RunEvent[];
let server: Server | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-suite-'));
  await mkdir(join(folder, 'tests'));
  events = [];
  server = null;
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(status: () => number): Promise<string> {
  server = createServer((_request, response) => {
    response.statusCode = status();
    response.end('hello');
  });
  await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function run(
  yaml: Record<string, unknown>,
  pages: FakePages = () => fakePage('a'),
  options: Partial<RunOptions> = {},
  signal = new AbortController().signal,
  clock = realClock,
): Promise<LocalRun> {
  // JSON is YAML.
  const tests = [{ name: 'a', url: 'file:page.html' }];
  await writeFile(join(folder, 'tests/a.yaml'), JSON.stringify({ tests, ...yaml }));
  return runLocal(
    {
      command: 'update',
      paths: ['tests'],
      currentFolder: folder,
      reportFolder: 'report',
      junitFile: null,
      choice: { filter: '', tags: [], shard: null },
      baseUrl: null,
      baselineRule: null,
      workers: 2,
      runScripts: true,
      allowNoBaseline: false,
      failOnForgiven: false,
      retries: 0,
      failUnsettled: false,
      allowUnsettled: false,
      onlyMissing: false,
      embedBytes: 0,
      templatePath: join(folder, 'no-template.html'),
      toolVersion: '0.0.0',
      platform: 'test',
      env: process.env,
      graceMs: 300,
      implicitWaitMs: 20_000,
      ...options,
    },
    {
      capturer: fakeCapturer(pages),
      comparer: fakeComparer(),
      clock,
      readDom: unpackDom,
      findPages: () => Promise.reject(new Error('No file has a sitemap or a crawl.')),
    },
    signal,
    (event) => events.push(event),
  );
}

const messages = (type: RunEvent['type']): string[] =>
  events
    .filter((event) => event.type === type)
    .map((event) => ('message' in event ? event.message : event.type));
/** Zombies do not count: a container may have no process that reaps them. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
const pidIn = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'));

describe('setup', () => {
  it('runs in the current folder before the tests, and is ended after them', async () => {
    const pages: FakePages = () => {
      expect(isAlive(pidIn('server.pid'))).toBe(true);
      return fakePage('a');
    };
    const { status } = await run(
      {
        setup: 'echo $$ > server.pid\nexec sleep 300',
        waitFor: 'until [ -s server.pid ]; do sleep 0.02; done',
      },
      pages,
    );
    expect(status).toBe(0);
    expect(isAlive(pidIn('server.pid'))).toBe(false);
    expect(messages('setup_started')).toHaveLength(1);
  });

  it('may end with 0 and leave daemons, which are ended too', async () => {
    const setup = `
      sleep 300 & echo $! > plain.pid
      set -m; sleep 300 & echo $! > own-group.pid; set +m
      setsid sleep 300 & echo $! > own-session.pid
      (trap '' TERM; while :; do sleep 0.1; done) & echo $! > stubborn.pid
    `;
    const { status } = await run({ setup }, () => {
      for (const name of ['plain', 'own-group', 'stubborn']) expect(isAlive(pidIn(`${name}.pid`))).toBe(true);
      return fakePage('a');
    });
    expect(status).toBe(0);
    for (const name of ['plain', 'own-group', 'own-session', 'stubborn']) {
      expect([name, isAlive(pidIn(`${name}.pid`))]).toEqual([name, false]);
    }
  });

  it('gives SIGTERM a chance before SIGKILL', async () => {
    const setup = `trap 'echo clean > cleaned; exit 0' TERM; touch ready; while :; do sleep 0.02; done`;
    await run({ setup, waitFor: 'until [ -e ready ]; do sleep 0.02; done' }, undefined, { graceMs: 5_000 });
    expect(existsSync(join(folder, 'cleaned'))).toBe(true);
  });

  it('that ends with another status stops the file with its output', async () => {
    const result = await run({
      setup: 'echo to stdout; echo port is taken >&2; exit 3',
      waitFor: 'sleep 20',
    });
    const { failure } = result.report.tests[0]!;
    expect(failure).toMatchObject({ reason: 'setup_failed' });
    expect(failure!.message).toMatch(/^setup ended with status 3\. It printed:\n(.*\n)?.*port is taken/);
    expect(failure!.message).toContain('to stdout');
    expect(result.status).toBe(3);
  });

  it('that fails without a waitFor stops the file too', async () => {
    const result = await run({ setup: 'sleep 0.1; exit 5' });
    expect(result.report.tests[0]!.failure!.message).toBe('setup ended with status 5. It printed nothing.');
  });

  it('that fails while tests run fails those that are not done', async () => {
    const tests = [
      { name: 'a', url: 'file:a' },
      { name: 'b', url: 'file:b' },
    ];
    const pages: FakePages = async ({ url }) => {
      if (url.endsWith('a')) return fakePage('a');
      await until(() => events.some(({ type }) => type === 'test_finished'));
      await writeFile(join(folder, 'a-finished'), '');
      return new Promise(() => undefined);
    };
    const setup = 'until [ -e a-finished ]; do sleep 0.02; done; exit 7';
    const result = await run({ setup, waitFor: 'true', tests }, pages);
    expect(result.report.tests.map((test) => test.failure?.reason ?? test.state)).toEqual([
      'updated',
      'setup_failed',
    ]);
    expect(messages('suite_failed')[0]).toContain('status 7');
  });

  it('is ended when the run is interrupted', async () => {
    const interruption = new AbortController();
    const reason = new Error('interrupted');
    const setup = 'echo $$ > server.pid; sleep 300 & echo $! > child.pid; wait';
    const work = run(
      { setup, waitFor: 'until [ -s child.pid ]; do sleep 0.02; done' },
      () => {
        interruption.abort(reason);
        return new Promise(() => undefined);
      },
      {},
      interruption.signal,
    );
    await expect(work).rejects.toBe(reason);
    expect([isAlive(pidIn('server.pid')), isAlive(pidIn('child.pid'))]).toEqual([false, false]);
  });

  it('is not run with runScripts off, and neither is a waitFor script', async () => {
    const result = await run({ setup: 'touch ran', waitFor: 'touch ran; exit 1' }, undefined, {
      runScripts: false,
    });
    expect([result.status, existsSync(join(folder, 'ran'))]).toEqual([0, false]);
  });

  it('whose server answered before it ran is warned about', async () => {
    const url = await serve(() => 200);
    await run({ setup: 'true', waitFor: { url } });
    expect(messages('warning').join()).toContain(`${url} answers before setup has run`);
  });

  it('without waitFor is waited for: until it ends where pages are files', async () => {
    const pages: FakePages = () => {
      expect(existsSync(join(folder, 'built'))).toBe(true);
      return fakePage('a');
    };
    expect((await run({ setup: 'sleep 0.2; touch built' }, pages)).status).toBe(0);
  });

  it('output is passed on line by line', async () => {
    const setup = 'echo one; echo two; touch printed';
    await run({ setup, waitFor: 'until [ -e printed ]; do sleep 0.02; done' });
    const lines = events.flatMap((event) => (event.type === 'setup_output' ? [event.line] : []));
    expect(lines).toEqual(['one', 'two']);
  });
});

describe('waitFor', () => {
  it('asks a URL until it answers with 200', async () => {
    let requests = 0;
    const url = await serve(() => (++requests < 3 ? 503 : 200));
    const result = await run({ waitFor: { url, timeout_secs: 5 } });
    expect([result.status, requests]).toEqual([0, 3]);
    expect(events).toContainEqual({ type: 'wait_succeeded', what: url, isUrl: true });
  });

  it('gives up after its time with the last answer, and the output of setup', async () => {
    let isOver = false;
    const url = await serve(() => {
      isOver = messages('setup_output').length > 0;
      return 404;
    });
    const result = await run(
      { setup: 'echo listening on another port; sleep 300', waitFor: { url, timeout_secs: 20 } },
      undefined,
      {},
      undefined,
      { ...realClock, monotonicMs: () => (isOver ? 20_000 : 0) },
    );
    const { failure } = result.report.tests[0]!;
    expect(failure).toMatchObject({ reason: 'wait_for_failed' });
    expect(failure!.message).toContain(
      `${url} did not answer with status 200 within 20 s (last: status 404)`,
    );
    expect(failure!.message).toContain('setup printed:\n  | listening on another port');
    expect(result.status).toBe(3);
  });

  it('fails with a script that fails or takes too long, and ends it', async () => {
    const failed = await run({ waitFor: 'echo not yet; exit 4' });
    expect(failed.report.tests[0]!.failure!.message).toBe(
      'The waitFor script ended with status 4. It printed:\n  | not yet',
    );
    const slow = await run(
      { waitFor: { script: 'echo $$ > slow.pid; touch begun; sleep 300', timeout_secs: 20 } },
      undefined,
      {},
      undefined,
      { ...realClock, sleep: () => until(() => existsSync(join(folder, 'begun'))) },
    );
    expect(slow.report.tests[0]!.failure!.message).toContain('did not end within 20 s');
    expect(isAlive(pidIn('slow.pid'))).toBe(false);
  });
});
