/** Site diffs with real processes: a server, a worker, and a site that changes between two releases. `SITE_PAGES` is its size. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runDpxdt, startDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';
import {
  newFolder,
  startServerProcess,
  startWorkerProcess,
  type ServerProcess,
} from '../support/running-server.ts';

const pageCount = Number(process.env['SITE_PAGES'] ?? 60);
const changedPages = [7, 42];
/** A page without links to others. */
const removedPage = Math.floor((pageCount * 3) / 4);
/** And the page that links to the one that goes. */
const differing = [...changedPages, Math.floor((removedPage - 1) / 3)];

interface Site {
  origin: string;
  /** Pages that look different from now on. */
  change(pages: readonly number[]): void;
  /** Pages that are gone from now on, with every link to them. */
  remove(pages: readonly number[]): void;
}

/** Every page links to the next ones; the first one to a few that are no pages, too. */
async function startSite(count: number): Promise<Site> {
  let changed = new Set<number>();
  let removed = new Set<number>();
  const server = createServer((request, response) => {
    const number = Number(
      /^\/site\/page(\d+)\.html$/.exec(request.url!)?.[1] ?? (request.url === '/site/' ? 0 : NaN),
    );
    if (request.url === '/site/style.css')
      return void response.writeHead(200, { 'content-type': 'text/css' }).end('p { color: navy }');
    if (!(number < count) || removed.has(number)) return void response.writeHead(404).end();
    const next = [number * 3 + 1, number * 3 + 2, number * 3 + 3].filter(
      (page) => page < count && !removed.has(page),
    );
    const extra =
      number === 0
        ? '<a href="gone.html">x</a><a href="style.css">x</a><a href="/elsewhere">x</a><a href="mailto:a@b.example">x</a>'
        : '';
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<!doctype html><link rel="stylesheet" href="style.css"><h1>Page ${number}</h1><p id="foobar">${changed.has(number) ? 'changed' : 'as ever'}</p>${next.map((page) => `<a href="page${page}.html">page</a>`).join(' ')}${extra}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    change: (pages) => (changed = new Set(pages)),
    remove: (pages) => (removed = new Set(pages)),
  };
}

interface ToolJson {
  exit_status: number;
  message: string;
  sent: number;
  release_name: string | null;
  release_number: number | null;
  results_url: string | null;
  status: string | null;
  counts: Record<string, number> | null;
  runs: { name: string; state: string; results_url: string }[] | null;
  crawl: { pages: number; failed: { url: string }[]; requests: number };
}

function siteDiff(
  server: ServerProcess,
  folder: string,
  args: string[],
): Promise<DpxdtResult & { json: ToolJson }> {
  const all = [
    'site-diff',
    '--upload_build_id=1',
    `--release_server_prefix=${server.url}/api`,
    '--json',
    ...args,
  ];
  return runDpxdt(all, { currentFolder: folder }).then((result) => {
    if (result.stdout === '') throw new Error(result.stderr);
    return { ...result, json: JSON.parse(result.stdout) as ToolJson };
  });
}

async function approve({ client }: ServerProcess, { release_name, release_number }: ToolJson): Promise<void> {
  const release = { buildId: 1, releaseName: release_name!, releaseNumber: release_number! };
  await client.reviewRelease({ ...release, decision: 'good' });
}

describe('site-diff', () => {
  it(
    `compares a site of ${pageCount} pages with the release that was approved before`,
    { timeout: 300_000 },
    async () => {
      const folder = newFolder();
      const server = await startServerProcess(folder, ['--workers', '0']);
      startWorkerProcess(folder, server.url);
      const site = await startSite(pageCount);
      const start = `${site.origin}/site/`;
      const small = ['--width', '320', '--height', '200', '--upload_release_name=Site'];

      const first = await siteDiff(server, folder, ['--wait', ...small, start]);
      expect(first.json.message).toMatch(/^Nothing was compared: no run has a baseline yet\./);
      expect(first.status).toBe(4);
      expect(first.json).toMatchObject({ release_number: 1, sent: pageCount, status: 'reviewing' });
      expect(first.json.counts).toMatchObject({ total: pageCount, new: pageCount, failed: 0 });
      expect(first.json.crawl.failed).toMatchObject([{ url: `${start}gone.html` }]);
      expect(first.stderr).toContain('/site/gone.html could not be read, a link of');
      await approve(server, first.json);

      site.change(changedPages);
      site.remove([removedPage]);
      const summary = join(folder, 'out', 'summary.md');
      const files = ['--junit', 'out/junit.xml', '--summary', 'out/summary.md'];
      const second = await siteDiff(server, folder, ['--wait', ...files, ...small, start]);
      expect(second.json.counts).toMatchObject({
        total: pageCount,
        undecided: differing.length,
        failed: 1,
        same: pageCount - differing.length - 1,
      });
      expect(second.status).toBe(3);
      const notSame = second.json.runs!.filter(({ state }) => state !== 'same').map(({ name }) => name);
      expect(notSame.toSorted()).toEqual(
        [...differing, removedPage].map((page) => `/site/page${page}.html`).toSorted(),
      );
      expect(second.stderr).toContain(
        `1 page of the baseline was not found by the crawl, first /site/page${removedPage}.html`,
      );
      expect(readFileSync(summary, 'utf8')).toContain('Crawled');
      expect(readFileSync(join(folder, 'out', 'junit.xml'), 'utf8')).toContain(
        `tests="${pageCount}" failures="3" errors="1"`,
      );
      await approve(server, second.json);

      const third = await siteDiff(server, folder, ['--wait', '--crawl_depth=0', ...small, start]);
      expect(third.json).toMatchObject({ release_number: 3, sent: 1, counts: { same: 1 } });
      expect(third.stderr).toContain('left out, because --crawl-depth is limited');
      expect(third.json.message).toContain(
        `${pageCount - 1} pages of the baseline are missing, first /site/page1.html.`,
      );
      expect(third.status).toBe(1);
      const part = ['--wait', '--crawl_depth=0', '--subset', ...small, start];
      const fourth = await siteDiff(server, folder, part);
      expect(fourth.json).toMatchObject({ sent: 1, message: 'No differences: 1 run compared.' });
      expect(fourth.status).toBe(0);
    },
  );

  it('takes the flags of the README, and every option of a capture', async () => {
    const folder = newFolder();
    const server = await startServerProcess(folder, ['--workers', '2']);
    const start = `${server.url}/static/dummy/index.html`.replace('index.html', '');
    writeFileSync(join(folder, 'cookies.json'), JSON.stringify([{ name: 'a', value: '1' }]));
    const args = ['--crawl_depth=1', '--nokeep_query_string', '--wait'];
    const first = await siteDiff(server, folder, [...args, `${start}index.html`]);
    // The start is a prefix of itself alone: the original's rule.
    expect(first.json.runs!.map(({ name }) => name)).toEqual(['/static/dummy/index.html']);
    await approve(server, first.json);
    const second = await siteDiff(server, folder, [
      ...args,
      '--inject_css=#foobar { background-color: lime }',
      "--inject_js=document.getElementById('foobar').innerText = 'bar';",
      '--cookies=cookies.json',
      `${start}index.html`,
    ]);
    expect(second.status).toBe(1);
    expect(second.json.message).toBe('1 run differs from the baseline.');
  });
});

describe('nothing compared is never a success', () => {
  it('says what was in the way, with the status of it', async () => {
    const folder = newFolder();
    const server = await startServerProcess(folder, ['--workers', '0']);
    const site = await startSite(3);

    const failing = await siteDiff(server, folder, [`${site.origin}/elsewhere`]);
    expect(failing.status).toBe(3);
    expect(failing.json.message).toBe(
      `Nothing was compared: no release was created. No page could be read: ${site.origin}/elsewhere could not be read: It returned status 404.`,
    );
    expect(failing.json.release_number).toBeNull();

    const empty = await siteDiff(server, folder, ['--wait', `${site.origin}/site/style.css`]);
    expect(empty.status).toBe(4);
    expect(empty.json.message).toContain('style.css is text/css');

    const filtered = await siteDiff(server, folder, ['--include=/none/**', `${site.origin}/site/`]);
    expect(filtered.status).toBe(4);
    expect(filtered.json.message).toContain('--include');

    expect((await server.client.listReleases({ buildId: 1 })).releases).toEqual([]);
  });

  it('is refused before anything is sent when the call is wrong', async () => {
    const folder = newFolder();
    for (const [args, message] of [
      [
        ['http://localhost/', '--crawl-depth=-2'],
        '--crawl-depth must be a whole number from -1 to 10000, got "-2".',
      ],
      [['ftp://localhost/'], "The address to crawl has the scheme 'ftp'"],
      [['nowhere'], 'The address to crawl is not an absolute URL: "nowhere".'],
      [['http://localhost/', '--exclude='], '--exclude accepts globs of 1 to 1024 characters, got 0.'],
    ] as const) {
      const { status, stderr, stdout } = await runDpxdt(['site-diff', '--upload-build-id=1', ...args], {
        currentFolder: folder,
      });
      expect(stderr).toContain(message);
      expect([status, stdout]).toEqual([2, '']);
    }
  });
});

it('marks the attempt bad when it is interrupted while it crawls', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '0']);
  const slow = createServer((request, response) => {
    if (request.url === '/')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="/hangs">x</a>');
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => slow.closeAllConnections());
  onTestFinished(() => void slow.close());
  const args = ['site-diff', '--upload-build-id=1', '--server', server.url, '--ignore-robots'];
  const running = startDpxdt([...args, `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`], {
    currentFolder: folder,
  });
  await running.untilOutput(/was created/);
  running.process.kill('SIGINT');
  expect((await running.result).status).toBe(130);
  const { releases } = await server.client.listReleases({ buildId: 1 });
  expect(releases).toMatchObject([{ release: { status: 'bad', decisionNote: 'cancelled by the client' } }]);
});

it('serves a folder until it is told to end', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'demo.html'), '<h2>dpxdt local demo</h2>');
  const running = startDpxdt(['serve', '.', '--port', '0', '--json'], { currentFolder: folder });
  const line = await running.untilOutput(/\{"url".*\}/);
  const { url } = JSON.parse(line) as { url: string };
  expect(await (await fetch(`${url}demo.html`)).text()).toContain('local demo');
  running.process.kill('SIGTERM');
  const { status, stderr } = await running.result;
  expect([status, stderr]).toEqual([0, expect.stringContaining(`Serving . at ${url} until Ctrl-C.`)]);
});
