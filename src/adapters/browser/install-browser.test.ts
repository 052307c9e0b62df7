import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { browserCacheFolder, pinnedBuild } from './browser-cache.ts';
import { applicationPaths, findBrowser } from './find-browser.ts';
import { installBrowser } from './install-browser.ts';

async function serve(status: number, body: Buffer): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-length': body.length });
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`, asked };
}

/** What Google's archive holds, with a script for a browser. */
function archiveIn(folder: string): Buffer {
  const place = join(folder, 'chrome-headless-shell-linux64');
  mkdirSync(place);
  writeFileSync(join(place, 'chrome-headless-shell'), '#!/bin/sh\n');
  chmodSync(join(place, 'chrome-headless-shell'), 0o755);
  const pack = `import sys, zipfile, os
z = zipfile.ZipFile(sys.argv[1], 'w')
i = zipfile.ZipInfo('chrome-headless-shell-linux64/chrome-headless-shell')
i.external_attr = 0o100755 << 16
z.writestr(i, open(sys.argv[2]).read())
z.close()`;
  const zip = join(folder, 'browser.zip');
  execFileSync('python3', ['-c', pack, zip, join(place, 'chrome-headless-shell')]);
  return readFileSync(zip);
}

it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'brings the pinned browser once, and captures use it',
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-browser-'));
    const cache = join(folder.path, 'cache');
    const { url, asked } = await serve(200, archiveIn(folder.path));
    const first = await installBrowser({ from: url, folder: cache });
    expect(first).toMatchObject({ buildId: pinnedBuild, isNew: true });
    expect(relative(cache, first.path)).toMatch(/^chrome-headless-shell.*chrome-headless-shell$/);
    expect(asked.at(-1)).toBe(`GET /mirror/${pinnedBuild}/linux64/chrome-headless-shell-linux64.zip`);
    const requests = asked.length;
    expect(await installBrowser({ from: url, folder: cache })).toEqual({ ...first, isNew: false });
    expect(asked).toHaveLength(requests);
    process.env.DPXDT_BROWSER_CACHE = cache;
    onTestFinished(() => void delete process.env.DPXDT_BROWSER_CACHE);
    expect(await findBrowser('')).toEqual({ path: first.path, kind: 'headless-shell' });
  },
);

it('asks through the proxy of the environment', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-browser-'));
  const { url, asked } = await serve(404, Buffer.from('no'));
  process.env.http_proxy = new URL(url).origin;
  onTestFinished(() => void delete process.env.http_proxy);
  const from = 'http://mirror.invalid/builds';
  await expect(installBrowser({ from, folder: folder.path })).rejects.toThrow('404');
  expect(asked.at(-1)).toContain(`GET ${from}/${pinnedBuild}/`);
});

it('says in one sentence why it cannot be had', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-browser-'));
  const { url } = await serve(404, Buffer.from('no'));
  await expect(installBrowser({ from: url, folder: folder.path })).rejects.toThrow(
    /^The browser \S+ could not be installed: [^\n]*404[^\n]*Check the network/,
  );
});

it('knows where each system keeps browsers', () => {
  const windows = { LOCALAPPDATA: 'C:\\Users\\mia\\AppData\\Local', ProgramFiles: 'C:\\Program Files' };
  expect(applicationPaths('win32', windows, 'C:\\Users\\mia')).toContain(
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  );
  expect(applicationPaths('darwin', {}, '/Users/mia')).toContain(
    '/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  );
  expect(browserCacheFolder({}, 'darwin', '/Users/mia')).toBe('/Users/mia/Library/Caches/dpxdt/browsers');
  expect(browserCacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/mia')).toBe('/x/dpxdt/browsers');
});
