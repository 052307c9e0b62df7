/** P97: secrets from the environment and of a build, with the real command: they arrive, and nothing shows them. */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LocalReport } from '../../src/contract/files/local-report.ts';
import { servePages, type PageServer } from '../support/page-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const value = 'open-sesame-of-ci';

interface Shop {
  server: PageServer;
  logins: number;
}

/** A page behind a login with a password. */
async function openShop(): Promise<Shop> {
  const html = (body: string) => `<!doctype html><meta charset="utf-8"><style>body{margin:0}</style>${body}`;
  const shop = { logins: 0 } as Shop;
  const sessions = new Set<string>();
  shop.server = await servePages({
    '/login': html(
      `<form action="/enter"><input name="password" type="password" style="width:100px"><button>go</button></form>`,
    ),
    '/enter': (request, response) => {
      if (new URL(request.url!, 'http://shop').searchParams.get('password') !== value)
        return void response.writeHead(403).end();
      const session = `session-${++shop.logins}-of-this-shop`;
      sessions.add(session);
      response
        .writeHead(200, { 'set-cookie': `session=${session}; HttpOnly`, 'content-type': 'text/html' })
        .end(html(`<p id="in">in</p><script>console.log('hello')</script>`));
    },
    '/account': (request, response) => {
      const session = /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
      if (session === undefined || !sessions.has(session))
        return void response.writeHead(302, { location: '/login' }).end();
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          html('<p style="background:#008000">Mia</p><input type="password"><p id="more" hidden>more</p>'),
        );
    },
  });
  onTestFinished(() => shop.server.close());
  return shop;
}

const login = {
  url: '/login',
  steps: [
    { fill: { selector: 'input', value: '${secret:SHOP_PASSWORD}' } },
    { click: 'button' },
    { waitFor: '#in' },
  ],
};
const viewportSize = { width: 200, height: 100 };
/** The window shows the filled field when it fails. */
const stuck = [{ fill: { selector: 'input', value: '${secret:SHOP_PASSWORD}' } }, { waitFor: '#more' }];

function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

test('a local run logs in once with a secret of the environment, and keeps it out of everything', async () => {
  const shop = await openShop();
  const folder = newFolder();
  const config = { viewportSize, login, storageState: 'auth.json', stepTimeoutMs: 500 };
  const page = shop.server.url('/account');
  const file = (tests: object[]) => writeFileSync(join(folder, 'shop.yaml'), JSON.stringify({ tests }));
  const run = async (env: Record<string, string> = {}) => {
    const result = await runDpxdt(['update', 'shop.yaml'], { currentFolder: folder, env });
    const report = JSON.parse(readFileSync(join(folder, 'dpxdt-report/results.json'), 'utf8')) as LocalReport;
    return { ...result, tests: report.tests };
  };
  file([
    { name: 'account', url: page, config },
    { name: 'again', url: page, config },
    { name: 'stuck', url: page, config: { ...config, steps: stuck } },
  ]);
  const first = await run({ SHOP_PASSWORD: value });
  expect(
    first.tests.map(({ name, failure }) => [name, failure?.reason]),
    first.stdout,
  ).toEqual([
    ['account', undefined],
    ['again', undefined],
    ['stuck', 'step_failed'],
  ]);
  expect(shop.logins).toBe(1);
  const { failureImage } = first.tests[2]!;
  expect(readFileSync(join(folder, 'dpxdt-report', failureImage!.path)).length).toBeGreaterThan(100);
  const state = readFileSync(join(folder, 'auth.json'), 'utf8');
  expect(JSON.parse(state)).toMatchObject({ cookies: [{ name: 'session', domain: '127.0.0.1' }] });
  expect(first.stdout + first.stderr + textsIn(folder)).not.toContain(value);

  // What it left is enough, as Playwright's file and as BackstopJS's list of cookies; then the secret is not needed.
  const { cookies } = JSON.parse(state) as { cookies: { name: string; value: string; path: string }[] };
  const backstop = cookies.map((cookie) => ({ ...cookie, domain: shop.server.origin, expirationDate: 4e9 }));
  writeFileSync(join(folder, 'backstop.json'), JSON.stringify(backstop));
  file(
    ['auth.json', 'backstop.json'].map((storageState) => ({
      name: storageState,
      url: page,
      config: { viewportSize, storageState },
    })),
  );
  const second = await run();
  expect(
    second.tests.map(({ failure }) => failure?.reason),
    second.stdout,
  ).toEqual([undefined, undefined]);
  expect(shop.logins).toBe(1);

  // With a login, the file is tried first; an old one leads to one more login, which writes it again.
  file([{ name: 'account', url: page, config }]);
  expect((await run({ SHOP_PASSWORD: value })).tests[0]!.failure).toBeNull();
  expect(shop.logins).toBe(1);
  writeFileSync(join(folder, 'auth.json'), state.replaceAll('session-1', 'session-0'));
  expect((await run({ SHOP_PASSWORD: value })).tests[0]!.failure).toBeNull();
  expect(shop.logins).toBe(2);
  expect(readFileSync(join(folder, 'auth.json'), 'utf8')).toContain('session-2');

  file([{ name: 'account', url: page, config: { viewportSize, login } }]);
  const [test] = (await run()).tests;
  expect(test!.failure).toMatchObject({ reason: 'secret_missing' });
});

test('a server fills in secrets that dpxdt admin set, and those of the tool, once per build', async () => {
  const shop = await openShop();
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '2']);
  const { client } = server;
  const { build } = await client.createBuild({ name: 'Shop' });
  const { build: other } = await client.createBuild({ name: 'Other' });
  const set = ['secrets', 'set', 'SHOP_PASSWORD', '--build', String(build.id), '--from-env', 'FROM_CI'];
  const admin = await runDpxdt(['admin', ...set, '--origin', shop.server.origin, '--server', server.url], {
    currentFolder: folder,
    env: { FROM_CI: value },
  });
  expect(admin.stderr + admin.stdout).toContain(
    `SHOP_PASSWORD is set. It is filled in on ${shop.server.origin}.`,
  );
  writeFileSync(
    join(folder, 'urls.json'),
    JSON.stringify(
      ['a', 'b', 'c'].map((name) => ({
        name,
        run_url: shop.server.url('/account'),
        run_config: { viewportSize, login },
      })),
    ),
  );
  const release = async (buildId: number, env: Record<string, string>) => {
    const tool = ['diff-my-urls', '--tests-json-path', 'urls.json', '--upload-build-id', String(buildId)];
    return runDpxdt(
      [
        ...tool,
        '--no-git',
        '--release-server-prefix',
        server.url,
        '--wait',
        '--json',
        '--upload-release-name',
        'r',
      ],
      { currentFolder: folder, env },
    );
  };
  const own = await release(build.id, {});
  expect(own.stdout + own.stderr).not.toContain('secret_missing');
  expect(shop.logins).toBe(1);
  const others = await release(other.id, {});
  expect(others.stdout).toContain('The build has no secret');
  const tools = await release(other.id, { SHOP_PASSWORD: value });
  expect(shop.logins).toBe(2);

  const outputs = [own, others, tools, admin].map(({ stdout, stderr }) => stdout + stderr).join();
  const list = await runDpxdt(
    ['admin', 'secrets', 'list', '--build', String(build.id), '--server', server.url],
    {
      currentFolder: folder,
    },
  );
  expect(list.stdout + list.stderr).toContain(`SHOP_PASSWORD: ${shop.server.origin}`);
  expect(outputs + list.stdout + list.stderr + textsIn(folder)).not.toContain(value);
});
