/** Pages that the server captures, requested by the real commands. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { servePages } from '../support/page-server.ts';
import { runDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const testdata = new URL('../../tests/testdata', import.meta.url).pathname;
const page = (text: string): string =>
  `<!doctype html><title>Shop</title><body style="margin:40px;font:20px sans-serif"><h1>${text}</h1></body>`;

async function open() {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '3']);
  const env = { DPXDT_SERVER: server.url, DPXDT_BUILD_ID: '1' };
  const run = (...args: string[]): Promise<DpxdtResult> => runDpxdt(args, { currentFolder: folder, env });
  return { folder, server, run };
}

it('diff-my-urls: a list of pages twice, with a decision in between, in several viewports', async () => {
  const { folder, server, run } = await open();
  let news = 'Monday';
  const site = await servePages({
    '/': page('Shop'),
    '/news': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page(news)),
  });
  writeFileSync(
    join(folder, 'urls.yaml'),
    `
x-quick: &quick { quietTimeoutMs: 0 }
tests:
  - run_url: ${site.url('/')}
    run_config: *quick
    viewports:
      - { width: 320, height: 240, name: phone }
      - { width: 640, height: 480 }
  - { name: news, run_url: "${site.url('/news')}", run_config: *quick }
`,
  );
  const call = () =>
    run('diff-my-urls', '--tests_json_path=urls.yaml', '--upload_release_name=shop', '--wait', '--json');
  const first = await call();
  expect(first, first.stderr).toMatchObject({ status: 4 });
  await server.client.reviewRelease({
    buildId: 1,
    releaseName: 'shop',
    releaseNumber: 1,
    decision: 'good',
  });
  expect(await call()).toMatchObject({ status: 0 });
  news = 'Tuesday';
  const third = await call();
  expect(third, third.stderr).toMatchObject({ status: 1 });
  const { runs } = JSON.parse(third.stdout) as { runs: { name: string; state: string }[] };
  expect(runs.map(({ name, state }) => [name, state])).toEqual([
    ['news', 'differs'],
    ['/@640x480', 'same'],
    ['/@phone', 'same'],
  ]);
  await site.close();
});

it("diff-my-urls: runs the original's example", async () => {
  const { folder, server, run } = await open();
  const text = readFileSync(join(testdata, 'my_url_tests.json'), 'utf8');
  writeFileSync(join(folder, 'my_url_tests.json'), text.replaceAll('http://localhost:5000', server.url));
  const result = await run(
    'diff-my-urls',
    '--upload_build_id=1',
    '--upload_release_name=My release name',
    '--release_cut_url=http://example.com/path/to/my/release/tool/for/this/cut',
    '--tests_json_path=my_url_tests.json',
    '--wait',
  );
  expect(result, result.stderr).toMatchObject({ status: 1 });
  expect(result.stdout).toMatch(/My homepage +differs/);
});

it('pair-diff: one pair, many paths, many pairs', async () => {
  const { folder, server, run } = await open();
  const links = '<a href="/cart">Cart</a> <a href="/about">About</a>';
  const pages = { '/': page(`Shop ${links}`), '/cart': page('Cart'), '/about': page('About') };
  const before = await servePages(pages);
  const after = await servePages({ ...pages, '/cart': page('Basket') });
  const small = ['--width=320', '--height=240', '--wait', '--json'];
  const states = ({ stdout }: DpxdtResult) =>
    (JSON.parse(stdout) as { runs: { name: string; state: string }[] }).runs.map(({ name, state }) => [
      name,
      state,
    ]);

  const one = await run('pair-diff', before.url('/cart'), after.url('/cart?a=b'), ...small);
  expect(one, one.stderr).toMatchObject({ status: 1 });
  expect(states(one)).toEqual([['/cart?a=b', 'differs']]);
  const { release } = (await server.client.listReleases({ buildId: 1 })).releases[0]!;
  expect(release.url).toBe(after.url('/cart?a=b'));

  writeFileSync(join(folder, 'paths.txt'), '# of the shop\n/\n/cart\n\nabout\n');
  const many = await run('pair-diff', before.origin, after.origin, '--paths', 'paths.txt', ...small);
  expect(states(many)).toEqual([
    ['/cart', 'differs'],
    ['/', 'same'],
    ['/about', 'same'],
  ]);

  const crawled = await run('pair-diff', '--crawl', `${before.origin}/`, after.origin, ...small);
  expect(states(crawled), crawled.stderr).toEqual(states(many));

  writeFileSync(join(folder, 'pairs.txt'), `${before.url('/')} ${after.url('/about')}\n`);
  writeFileSync(join(folder, 'dpxdt.yaml'), 'releaseName: from the file\nwait: true\n');
  const listed = await run('pair-diff', '--pairs', 'pairs.txt', '--config', 'dpxdt.yaml', '--json');
  expect(listed, listed.stderr).toMatchObject({ status: 1 });
  expect(JSON.parse(listed.stdout)).toMatchObject({
    release_name: 'from the file',
    runs: [{ name: '/about', state: 'differs' }],
  });
  await Promise.all([before.close(), after.close()]);
});

it('--max-pixels reaches the capture of every tool, and what did not arrive is told', async () => {
  const { folder, run } = await open();
  const site = await servePages({ '/': `${page('Shop')}<img src="/logo.png">` });
  writeFileSync(
    join(folder, 'urls.yaml'),
    `tests: [{ name: home, run_url: "${site.url('/')}", run_config: { quietTimeoutMs: 0, maxPixels: 2000 } }]`,
  );
  const small = ['--width=320', '--height=240', '--wait', '--json', '--allow-no-baseline'];
  const calls = [
    ['site-diff', ...small, '--crawl_depth=0', site.url('/')],
    ['pair-diff', ...small, site.url('/'), site.url('/')],
    ['diff-my-urls', '--tests_json_path=urls.yaml', '--wait', '--json', '--allow-no-baseline'],
  ];
  for (const [tool, ...args] of calls) {
    const refused = await run(tool!, ...args, '--max-pixels', '1000', '--upload_release_name=refused');
    expect(refused.stdout, refused.stderr).toMatch(/page_too_large/);
    expect(refused.stdout).toMatch(/Raise maxPixels to \d+ or more .*--max-pixels/);
    expect(refused.status).toBe(3);
    const taken = await run(
      tool!,
      ...args,
      '--max_pixels=3000000',
      '--upload_release_name=taken',
      '--junit',
      'out.xml',
    );
    expect(taken.status, taken.stdout + taken.stderr).toBe(0);
    const { runs } = JSON.parse(taken.stdout) as {
      runs: { incomplete: unknown[]; incomplete_count: number }[];
    };
    const logo = { url: site.url('/logo.png'), why: 'status 404' };
    expect(runs[0]).toMatchObject({ incomplete: [logo], incomplete_count: tool === 'pair-diff' ? 2 : 1 });
    expect(taken.stderr).toMatch(
      /parts? of the page did not load, first: |1 part of the page did not load: /,
    );
    expect(readFileSync(join(folder, 'out.xml'), 'utf8')).toContain('<property name="incomplete_count"');
  }
  const wrong = await run('diff-my-urls', '--tests_json_path=urls.yaml', '--max-pixels', 'all');
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr).toContain('--max-pixels must be a number from 1 to 500000000');
  const shown = await run(
    'diff-my-urls',
    '--tests_json_path=urls.yaml',
    '--release-cut-url',
    'javascript:alert(1)',
  );
  expect(shown).toMatchObject({ status: 2, stdout: '' });
  expect(shown.stderr).toContain('must be an http or https URL');
  await site.close();
});
