/** The image, built and run: a server, a worker and tools from it, each as in deploy/compose/compose.yaml; a release is reviewed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { deployFolder } from '../support/deploy-files.ts';
import { freePort } from '../support/free-port.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { servePages } from '../support/page-server.ts';
import { newFolder } from '../support/running-server.ts';
import { buildImage, image, run, runtime, whatIsMissing } from './build-image.ts';

const user = 10_001;

interface ImageConfig {
  User: string;
  Entrypoint: string[];
  Healthcheck: { Test: string[] };
}

/** A container; its isolation is the runtime's, as with Docker, but it shares the machine's network. */
class Container {
  readonly #name: string;
  readonly #options: string[];
  readonly #config = (
    JSON.parse(run('buildah', 'inspect', '--type', 'image', image)) as { Docker: { config: ImageConfig } }
  ).Docker.config;

  constructor(env: Record<string, string>, volume: string | null) {
    const seccomp = `seccomp=${join(deployFolder, 'compose/seccomp-worker.json')}`;
    this.#name = run(
      'buildah',
      'from',
      '--pull=never',
      '--cap-drop',
      'all',
      '--security-opt',
      seccomp,
      image,
    ).trim();
    onTestFinished(() => void run('buildah', 'rm', this.#name));
    this.#options = [
      ...['--isolation', 'oci', '--runtime', runtime(), '--network', 'host'],
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...(volume === null ? [] : ['--volume', `${volume}:/var/lib/dpxdt`]),
    ];
  }

  /** Runs `dpxdt …args`; the process ends with the test. */
  start(...args: string[]): ChildProcess {
    return this.#spawn([...this.#config.Entrypoint, ...args]);
  }

  async call(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    return this.#ended(this.start(...args));
  }

  async isHealthy(): Promise<boolean> {
    const [, ...command] = this.#config.Healthcheck.Test;
    return (await this.#ended(this.#spawn(command))).status === 0;
  }

  #spawn(command: string[]): ChildProcess {
    const child = spawn('buildah', ['run', ...this.#options, this.#name, '--', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    return child;
  }

  async #ended(child: ChildProcess): Promise<{ status: number; stdout: string; stderr: string }> {
    let [stdout, stderr] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [status] = (await once(child, 'close')) as [number];
    return { status, stdout, stderr };
  }
}

async function created(tools: Container, ...args: string[]): Promise<Record<string, string>> {
  const { status, stdout, stderr } = await tools.call('admin', ...args, '--json');
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, string>;
}

it('one image is server, worker and tools, unprivileged and with the browser’s sandbox; a release is reviewed in it', async (context) => {
  const missing = whatIsMissing();
  if (missing !== null) return context.skip(missing);
  const size = buildImage();
  console.log(`The image has ${size} MB.`);
  expect(size).toBeLessThan(800);

  const data = join(newFolder(), 'data');
  mkdirSync(data);
  chownSync(data, user, user);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const allow = { DPXDT_CAPTURE_ALLOW: '127.0.0.1,localhost' };
  const admin = new Container({}, data);
  await created(admin, 'create-build', '--name', 'Shop');
  const [ci, worker] = [
    await created(admin, 'create-key', '--build', '1', '--purpose', 'CI'),
    await created(admin, 'create-key', '--worker', '--purpose', 'worker'),
  ];

  const publicUrl = `http://depicted.test:${port}`;
  const env = { DPXDT_PORT: String(port), DPXDT_PUBLIC_URL: publicUrl, DPXDT_SERVER_WORKERS: '0', ...allow };
  const server = new Container(env, data);
  server.start('server');
  const isReady = () =>
    fetch(`${address}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) await sleep(200);
  expect(await server.isHealthy()).toBe(true);
  expect((await fetch(`${address}/metrics`)).status, 'it needs credentials').toBe(401);

  const credentials = { DPXDT_CLIENT_ID: worker['key_id']!, DPXDT_CLIENT_SECRET: worker['secret']! };
  new Container({ DPXDT_SERVER: address, DPXDT_BROWSER_SANDBOX: 'on', ...credentials, ...allow }, null).start(
    'worker',
    '--workers',
    '2',
  );

  let price = '10 €';
  const site = await servePages({
    '/': (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><title>Shop</title><h1 style="font:40px sans-serif">Only ${price} 😀 你好</h1>`),
  });
  const receiver = await startOtlpReceiver();
  const tools = new Container(
    {
      DPXDT_SERVER: address,
      DPXDT_CLIENT_ID: ci['key_id']!,
      DPXDT_CLIENT_SECRET: ci['secret']!,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    },
    null,
  );
  const siteDiff = () =>
    tools.call(
      'site-diff',
      '--upload-build-id',
      '1',
      '--upload-release-name',
      'shop',
      '--no-git',
      '--wait',
      site.url('/'),
    );
  const client = new DepictedClient({ server: address, keyId: ci['key_id']!, keySecret: ci['secret']! });
  const first = await siteDiff();
  expect([0, 1, 4], first.stderr + first.stdout).toContain(first.status);
  await client.reviewRelease({ buildId: 1, releaseName: 'shop', releaseNumber: 1, decision: 'good' });
  price = '12 €';
  const second = await siteDiff();
  expect(second.status, second.stderr + second.stdout).toBe(1);
  const names = receiver.spans.map(({ name }) => name);
  expect(names, 'it has the packages for traces').toContain('dpxdt site-diff');
  const release = { buildId: 1, releaseName: 'shop', releaseNumber: 2 };
  const { runs } = await client.listRuns(release);
  expect(runs.status).toEqual(['diff_found']);
  const { run: changed } = await client.runDetail({ ...release, runName: runs.name[0]! });
  await client.reviewRun({ ...release, runId: changed.id, verdict: 'approved', operationId: 'image' });
  const { release: reviewed } = await client.reviewRelease({ ...release, decision: 'good' });
  expect(reviewed.status).toBe('good');
});
