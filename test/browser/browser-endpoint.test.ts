/** Captures with browsers that run elsewhere: a real Chromium with a debugging port, and one behind a Playwright server. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neededSwitches } from '../../src/adapters/browser/browser-flags.ts';
import { createCapturer, type CapturerOptions } from '../../src/adapters/browser/capturer.ts';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { openPlaywrightWire } from '../../src/adapters/browser/playwright-wire.ts';
import { startEgressProxy } from '../../src/adapters/egress/egress-proxy.ts';
import { createEgressPolicy } from '../../src/domain/network/egress-policy.ts';
import { servePages } from '../support/page-server.ts';

interface Remote {
  endpoint: string;
  stop(): Promise<void>;
}

/** A second Chromium with a debugging port, ended with the test. */
async function startBrowser(switches: readonly string[] = neededSwitches): Promise<Remote> {
  const { path } = await findBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-endpoint-'));
  const child = spawn(
    path,
    ['--headless', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...switches],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const socket = await new Promise<URL>((resolve) => {
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const found = /ws:\/\/\S+\/devtools\/browser\/[\w-]+/.exec((output += chunk.toString()));
      if (found !== null) resolve(new URL(found[0]));
    });
  });
  return { endpoint: `http://${socket.host}`, stop };
}

function capturerWith(options: CapturerOptions) {
  const notices: string[] = [];
  const capturer = createCapturer({ ...options, onNotice: (sentence) => notices.push(sentence) });
  onTestFinished(() => capturer.close());
  return { capturer, notices };
}

const body = '<!doctype html><body style="margin:0;background:#1d4ed8"><h1>Shop</h1>';
const config = { viewportSize: { width: 300, height: 200 } };

async function startPages(): Promise<string> {
  const pages = await servePages({ '/': body });
  onTestFinished(() => pages.close());
  return pages.url('/');
}

it('gives the same bytes as a browser of this machine, from every endpoint', async () => {
  const url = await startPages();
  const [first, second] = [await startBrowser(), await startBrowser()];
  const here = await capturerWith({}).capturer.capture({ url, config });
  const { capturer } = capturerWith({ endpoints: [first.endpoint, second.endpoint], concurrency: 4 });
  const there = await Promise.all(Array.from({ length: 4 }, () => capturer.capture({ url, config })));
  for (const outcome of there) {
    expect(outcome.ok && here.ok && Buffer.from(outcome.image).equals(Buffer.from(here.image))).toBe(true);
  }
});

it('continues with the others when a browser ends, and says so in one sentence', async () => {
  const url = await startPages();
  const [first, second] = [await startBrowser(), await startBrowser()];
  const { capturer, notices } = capturerWith({ endpoints: [first.endpoint, second.endpoint] });
  await capturer.start?.();
  await first.stop();
  for (let page = 0; page < 3; page++) expect((await capturer.capture({ url, config })).ok).toBe(true);
  expect(notices).toEqual([
    expect.stringMatching(/^The browser at http:\/\/127\.0\.0\.1:\d+ cannot be used: .*\.$/),
  ]);
  await second.stop();
  await expect(capturer.capture({ url, config })).rejects.toMatchObject({ code: 'browser_missing' });
});

it('keeps captures apart: cookies of one are not seen by the next', async () => {
  const seen: string[] = [];
  const pages = await servePages({
    '/': (request, response) => {
      seen.push(request.headers.cookie ?? '');
      response.setHeader('set-cookie', 'visited=1');
      response.end(body);
    },
  });
  onTestFinished(() => pages.close());
  const { endpoint } = await startBrowser();
  const { capturer } = capturerWith({ endpoints: [endpoint] });
  for (let page = 0; page < 2; page++) await capturer.capture({ url: pages.url('/'), config });
  expect(seen.filter((cookie) => cookie.includes('visited'))).toEqual([]);
});

it("lets pages reach the network only through the worker's egress proxy", async () => {
  const url = await startPages();
  const { endpoint } = await startBrowser();
  const egress = await startEgressProxy({
    policy: async () => createEgressPolicy({ allowPrivate: false, allow: [] }),
    never: [],
  });
  onTestFinished(() => egress.close());
  const { capturer } = capturerWith({ endpoints: [endpoint], egress });
  const outcome = await capturer.capture({ url, config });
  expect(outcome).toMatchObject({ ok: false, failure: { reason: 'egress_blocked' } });
});

it('refuses a browser on another machine, unless its network is trusted', async () => {
  const egress = { address: '127.0.0.1:1', problemOf: () => undefined };
  const { capturer } = capturerWith({ endpoints: ['wss://key@browsers.example/secret?token=1'], egress });
  await expect(capturer.start!()).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringMatching(
      /^The browser at wss:\/\/browsers\.example is on another machine .* add --trust-browser-endpoint\.$/,
    ) as string,
  });
});

it('refuses a browser without the switches that captures need, and names them', async () => {
  const { endpoint } = await startBrowser(neededSwitches.filter((text) => text !== '--disable-quic'));
  await expect(capturerWith({ endpoints: [endpoint] }).capturer.start!()).rejects.toThrow(
    'it was started without --disable-quic. Start it with the switches that "dpxdt worker --print-browser-switches" prints.',
  );
});

it('names three of many missing switches', async () => {
  const { endpoint } = await startBrowser(neededSwitches.slice(5));
  await expect(capturerWith({ endpoints: [endpoint] }).capturer.start!()).rejects.toThrow(
    `it was started without ${neededSwitches.slice(0, 3).join(' ')} and 2 more switches. Start it with`,
  );
});

describe('a Playwright server', () => {
  async function startServer(): Promise<string> {
    const { path } = await findBrowser();
    const server = await chromium.launchServer({
      executablePath: path,
      args: ['--no-sandbox', ...neededSwitches],
    });
    onTestFinished(() => server.close());
    return server.wsEndpoint();
  }

  it('gives the same bytes as a browser of this machine, by the address of its socket and of its port', async () => {
    const pages = await servePages({ '/': `${body}<style>@media print { h1 { color: white } }</style>` });
    onTestFinished(() => pages.close());
    const [url, printed] = [pages.url('/'), { ...config, media: 'print' as const }];
    const socket = await startServer();
    const here = await capturerWith({}).capturer.capture({ url, config: printed });
    const { host } = new URL(socket);
    for (const endpoint of [socket, `http://${host}`]) {
      const { capturer } = capturerWith({ endpoints: [endpoint], concurrency: 2 });
      for (const there of await Promise.all([1, 2].map(() => capturer.capture({ url, config: printed })))) {
        expect(there.ok && here.ok && Buffer.from(there.image).equals(Buffer.from(here.image))).toBe(true);
      }
    }
  });

  it('is told apart from no server, and one that has no browser is quoted', async () => {
    const { child, address } = await runServer(['--unsafe']);
    const { capturer } = capturerWith({ endpoints: [address] });
    const refused = await capturer.start!().catch((error: Error) => error.message);
    expect(refused).toMatch(/its Playwright server says: .*Executable doesn't exist at \S+\.$/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(capturerWith({ endpoints: [address] }).capturer.start!()).rejects.toThrow(
      /cannot be used: it accepts no connection\.$/,
    );
  });

  it('is not asked for a browser after the time for that is over', async () => {
    const address = new URL(await startServer());
    const opened = openPlaywrightWire(address, AbortSignal.abort(new Error('too late')));
    await expect(opened).rejects.toThrow('too late');
  });

  it('starts a browser with the needed switches where it may, and is refused where it may not', async () => {
    const url = await startPages();
    const browsers = mkdtempSync(join(tmpdir(), 'dpxdt-browsers-'));
    onTestFinished(() => rmSync(browsers, { recursive: true, force: true }));
    const { address } = await runServer(['--unsafe'], browsers);
    const missing = await capturerWith({ endpoints: [address] }).capturer.start!().catch(String);
    const [, executable] = /doesn't exist at (\S+)\./.exec(missing as string)!;
    mkdirSync(dirname(executable!), { recursive: true });
    symlinkSync((await findBrowser()).path, executable!);
    const { capturer } = capturerWith({ endpoints: [address] });
    expect(await capturer.capture({ url, config })).toMatchObject({ ok: true });
    const careful = await runServer([], browsers);
    await expect(capturerWith({ endpoints: [careful.address] }).capturer.start!()).rejects.toThrow(
      /it was started without .* or the Playwright server with "run-server --unsafe"\.$/,
    );
  });

  it('reports downloads, and does not wait for a shared worker that began before it was watched', async () => {
    const script = 'onconnect = ({ ports: [port] }) => port.postMessage(1);';
    const pages = await servePages({
      '/': `${body}<script>new SharedWorker('/shared.js').port.start()</script>`,
      '/shared.js': (_request, response) => {
        response.setHeader('content-type', 'text/javascript');
        response.end(script);
      },
      '/file': (_request, response) => {
        response.setHeader('content-disposition', 'attachment; filename="report.bin"');
        response.end('bytes');
      },
    });
    onTestFinished(() => pages.close());
    const { capturer } = capturerWith({ endpoints: [await startServer()] });
    expect(await capturer.capture({ url: pages.url('/file'), config })).toMatchObject({
      ok: false,
      failure: { reason: 'page_is_a_download' },
    });
    for (let page = 0; page < 5; page++) {
      const outcome = await capturer.capture({ url: pages.url('/'), config });
      expect(outcome.ok && outcome.log).not.toContain('more than');
    }
  });
});

/** Playwright's server, which starts a browser for each connection. */
async function runServer(options: readonly string[], browsers = '/nonexistent') {
  const installed = createRequire(import.meta.url).resolve('playwright-core/package.json');
  const script = join(dirname(installed), 'cli.js');
  const child = spawn(process.execPath, [script, 'run-server', '--port', '0', ...options], {
    env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: browsers },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, address: /ws:\/\/\S+/.exec(line)![0].replace('localhost', '127.0.0.1') };
}
