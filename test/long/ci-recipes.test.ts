/** The recipes for CI systems: their own steps, run as the systems would run them. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DepictedClient } from '../../src/client/index.ts';
import { servePages } from '../support/page-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const binary = join(root, 'bin/dpxdt.js');
const sha = '0123456789abcdef0123456789abcdef01234567';

interface GithubWorkflow {
  jobs: Record<string, { env: Record<string, unknown>; steps: { run?: string }[] }>;
}
type GitlabPipeline = Record<string, { variables: Record<string, string>; script: string[] }>;

const github = parse(read('examples/ci/github-actions.yml')) as GithubWorkflow;
const gitlab = parse(read('examples/ci/gitlab-ci.yml')) as GitlabPipeline;

/** The commands of a job that are about Depicted. */
const depicted = (scripts: readonly (string | undefined)[]) =>
  scripts.filter((script) => script?.startsWith('npx --no dpxdt ')).map((script) => script!);

it.each([
  'github-actions.yml',
  'github-decision.yml',
  'github-action.yml',
  'github-forks-images.yml',
  'github-forks-send.yml',
  'gitlab-ci.yml',
  'gitlab-component.yml',
])('docs/ci.md shows %s as it is', (file) => {
  expect(read('docs/ci.md')).toContain(read(`examples/ci/${file}`).trimEnd());
});

/** A server that wants keys, one of build 1, and a folder to run a job in. */
async function openProject() {
  const folder = newFolder();
  const admin = async (...args: string[]) => {
    const { stdout } = await runDpxdt(['admin', ...args, '--json'], { currentFolder: folder });
    return JSON.parse(stdout) as { key_id: string; secret: string };
  };
  await admin('create-build', '--name', 'Shop');
  const key = await admin('create-key', '--build', '1');
  const server = await startServerProcess(folder, ['--workers', '2', '--auth', 'on']);
  const credentials = { keyId: key.key_id, keySecret: key.secret };
  const project = join(folder, 'project');
  mkdirSync(join(project, 'screenshots'), { recursive: true });
  const client = new DepictedClient({ server: server.url, ...credentials });
  const variables = {
    DPXDT_SERVER: server.url,
    DPXDT_BUILD_ID: '1',
    DPXDT_CLIENT_ID: credentials.keyId,
    DPXDT_CLIENT_SECRET: credentials.keySecret,
  };
  /** Runs a line of a job as its shell would; `npx --no dpxdt` is the command of this repository. */
  const runLine = (line: string, env: Record<string, string>) => {
    const { PATH = '', HOME = '', DPXDT_BROWSER_PATH } = process.env;
    const browser = DPXDT_BROWSER_PATH === undefined ? {} : { DPXDT_BROWSER_PATH };
    const command = line.replace('npx --no dpxdt', `"${process.execPath}" "${binary}"`);
    const options = { cwd: project, env: { PATH, HOME, CI: 'true', ...browser, ...variables, ...env } };
    return new Promise<{ status: number; text: string }>((resolve) => {
      execFile('bash', ['-e', '-c', command], options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), text: stdout + stderr }),
      );
    });
  };
  const markNewestGood = async () => {
    const { release } = (await client.listReleases({ buildId: 1 })).releases[0]!;
    const { name: releaseName, number: releaseNumber } = release;
    await client.reviewRelease({ buildId: 1, releaseName, releaseNumber, decision: 'good' });
    return release;
  };
  const paint = async (name: string, background: string) => {
    const create = { width: 64, height: 48, channels: 3, background } as const;
    writeFileSync(join(project, 'screenshots', name), await sharp({ create }).png().toBuffer());
  };
  return { project, client, runLine, markNewestGood, paint };
}

describe('GitHub Actions', () => {
  it('images: a first release, a decision, the same again, a difference', async () => {
    const { project, runLine, markNewestGood, paint } = await openProject();
    const [line] = depicted(github.jobs.images!.steps.map(({ run }) => run));
    const event = join(project, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { head: { sha } } }));
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: event,
      GITHUB_HEAD_REF: 'feature/x',
      GITHUB_SHA: 'f'.repeat(40),
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_RUN_ID: '7',
      GITHUB_STEP_SUMMARY: join(project, 'summary.md'),
    };
    await paint('home.png', 'teal');
    const first = await runLine(line!, env);
    expect(first.status, first.text).toBe(4);
    expect(await markNewestGood()).toMatchObject({
      name: 'feature/x 01234567',
      branch: 'feature/x',
      commit: env.GITHUB_SHA,
      headCommit: sha,
      ciUrl: 'https://github.com/shop/web/actions/runs/7',
    });
    expect(await runLine(line!, env)).toMatchObject({ status: 0 });
    await paint('home.png', 'tomato');
    const different = await runLine(line!, env);
    expect(different.status, different.text).toBe(1);
    expect(readFileSync(join(project, 'summary.md'), 'utf8').match(/^### /gm)).toHaveLength(3);
    expect(readFileSync(join(project, 'dpxdt.xml'), 'utf8')).toContain('<failure type="differs"');
  });

  it('pages: the pages of a preview, found by their links', async () => {
    const { runLine, markNewestGood } = await openProject();
    let cart = 'Cart';
    const site = await servePages({
      '/': '<!doctype html><h1>Shop</h1><a href="/cart">Cart</a>',
      '/cart': (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><h1>${cart}</h1>`),
    });
    const [line] = depicted(github.jobs.pages!.steps.map(({ run }) => run));
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_REF_NAME: 'main',
      GITHUB_SHA: sha,
      PREVIEW_URL: site.url('/'),
    };
    const first = await runLine(line!, env);
    expect(first.status, first.text).toBe(4);
    expect(await markNewestGood()).toMatchObject({ name: 'main 01234567', url: site.url('/') });
    cart = 'Basket';
    const second = await runLine(line!, env);
    expect(second.status, second.text).toBe(1);
    expect(second.text).toMatch(/\/cart +differs/);
    await site.close();
  });
});

it('GitHub Actions: a job that waits for people, and is run again without a new capture', async () => {
  const { jobs } = parse(read('examples/ci/github-decision.yml')) as GithubWorkflow;
  const { runLine, markNewestGood, paint, client } = await openProject();
  const [send] = depicted(jobs.images!.steps.map(({ run }) => run));
  const [wait] = depicted(jobs.decision!.steps.map(({ run }) => run));
  const env = { GITHUB_ACTIONS: 'true', DPXDT_RELEASE_NAME: `feature/x ${sha}` };
  await paint('home.png', 'teal');
  expect(await runLine(send!, env)).toMatchObject({ status: 0 });
  const late = await runLine(`${wait!} --timeout 1`, env);
  expect(late.status, late.text).toBe(6);
  expect(late.text).toContain(`dpxdt wait --build 1 --release 'feature/x ${sha}' --number 1`);
  await markNewestGood();
  const decided = await runLine(wait!, env);
  expect(decided.status, decided.text).toBe(0);
  expect(decided.text).toMatch(/The release was marked good by .+\./);
  expect(await client.listReleases({ buildId: 1 })).toMatchObject({ total: 1 });
});

it('GitHub Actions: a trusted workflow sends the images of a fork, as what the forge says they are', async () => {
  const { jobs } = parse(read('examples/ci/github-forks-send.yml')) as GithubWorkflow;
  const images = parse(read('examples/ci/github-forks-images.yml')) as GithubWorkflow;
  expect(JSON.stringify(images)).not.toMatch(/secrets\.|DPXDT/);
  const { project, runLine, client } = await openProject();
  const asks = jobs.send!.steps.find(({ run }) => run?.includes('gh api'))!.run!;
  const [send] = depicted(jobs.send!.steps.map(({ run }) => run));
  mkdirSync(join(project, 'fork-screenshots'));
  mkdirSync(join(project, 'bin'));
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  writeFileSync(join(project, 'fork-screenshots', 'home.png'), png);
  // Answers as the forge would, after its filter.
  writeFileSync(join(project, 'bin', 'gh'), '#!/bin/sh\necho "$ANSWER"\n', { mode: 0o755 });
  const event = join(project, 'event.json');
  const head = { head_sha: sha, head_branch: 'main', head_repository: { full_name: 'fork/web' }, id: 5 };
  writeFileSync(
    event,
    JSON.stringify({ workflow_run: { ...head, event: 'pull_request', pull_requests: [] } }),
  );
  const github = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'workflow_run',
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: 'shop/web',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ENV: join(project, 'env'),
    PATH: `${join(project, 'bin')}:${process.env['PATH']}`,
    HEAD: 'fork:main',
    HEAD_SHA: sha,
  };
  expect(await runLine(asks, { ...github, ANSWER: 'null null' })).toMatchObject({ status: 1 });
  expect(await runLine(asks, { ...github, ANSWER: '12 main' })).toMatchObject({ status: 0 });
  const named = readFileSync(github.GITHUB_ENV, 'utf8').trim().split('\n');
  const sent = await runLine(send!, {
    ...github,
    ...Object.fromEntries(named.map((line) => line.split('=') as [string, string])),
  });
  expect(sent.status, sent.text).toBe(4);
  const { release } = (await client.listReleases({ buildId: 1 })).releases[0]!;
  expect(release).toMatchObject({
    headCommit: sha,
    pullRequest: 12,
    baseBranch: 'main',
    headRepository: 'github.com/fork/web',
  });
});

describe('GitLab CI', () => {
  const env = { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'main', CI_COMMIT_SHA: sha };

  it('images: with a summary and JUnit', async () => {
    const { project, runLine, markNewestGood, paint } = await openProject();
    const [line] = depicted(gitlab.images!.script);
    await paint('home.png', 'teal');
    expect(await runLine(line!, env)).toMatchObject({ status: 4 });
    await markNewestGood();
    const second = await runLine(line!, env);
    expect(second.status, second.text).toBe(0);
    expect(readFileSync(join(project, 'dpxdt.md'), 'utf8')).toContain('No differences: 1 run compared.');
    expect(readFileSync(join(project, 'dpxdt.xml'), 'utf8')).toContain('tests="1" failures="0"');
  });

  it('pages: production against a review app', async () => {
    const { project, runLine } = await openProject();
    const production = await servePages({ '/': '<h1>Shop</h1>', '/cart': '<h1>Cart</h1>' });
    const preview = await servePages({ '/': '<h1>Shop</h1>', '/cart': '<h1>Basket</h1>' });
    writeFileSync(join(project, 'paths.txt'), '/\n/cart\n');
    const [line] = depicted(gitlab.pages!.script);
    const { status, text } = await runLine(line!, {
      ...env,
      PRODUCTION_URL: production.origin,
      PREVIEW_URL: preview.origin,
    });
    expect(status, text).toBe(1);
    expect(text).toContain('2 runs: 1 differ, 1 same.');
    await Promise.all([production.close(), preview.close()]);
  });
});
