/** P97: a secret of a build reaches the field that it is for, and nothing else shows it. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { unpackDom } from '../../src/adapters/dom/dom-file.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type PageServer } from '../support/page-server.ts';
import {
  openWorkerWorld,
  requestRelease,
  runOf,
  settled,
  withoutWaits,
  type RequestedRelease,
} from '../support/worker-world.ts';

const value = 'open "sesame" & more';
/** As configs, forms, JSON and HTML write it; base64 as tables keep bytes. */
const forms = [
  value,
  encodeURIComponent(value),
  'open+%22sesame%22+%26+more',
  JSON.stringify(value).slice(1, -1),
  Buffer.from(value).toString('base64'),
];

const form = (script = ''): string => `<!doctype html><meta charset="utf-8">
  <style>body{margin:0}input{display:block;width:100px;height:20px;border:0;padding:0}</style>
  <form action="/enter"><input name="password"><button>go</button></form><p id="late" hidden>late</p>
  <script>
    document.querySelector('input').addEventListener('input', (event) => {
      console.log('typed: ' + event.target.value);
      if (${JSON.stringify(script)} === 'throw') throw new Error('typed ' + event.target.value);
    });
  </script>`;

let arrived: string[] = [];
let server: PageServer;
let capturer: Capturer;
beforeAll(async () => {
  server = await servePages({
    '/': form('throw'),
    '/enter': (request, response) => {
      const given = new URL(request.url!, 'http://shop').searchParams.get('password') ?? '';
      arrived.push(given);
      const script = `console.log(${JSON.stringify(given)}); fetch('/missing?q=' + encodeURIComponent(${JSON.stringify(given)}))`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(
        // The answer shows the field again, as after a mistake.
        form().replace('<input', `<input value="${given.replaceAll('"', '&quot;')}"`) +
          `<script>${script}</script>`,
      );
    },
  });
  capturer = createCapturer({ concurrency: 2 });
});
afterAll(async () => {
  await capturer.close();
  await server.close();
});

const config = {
  viewportSize: { width: 200, height: 100 },
  stepTimeoutMs: 500,
  steps: [
    { fill: { selector: 'input', value: '${secret:PASSWORD}' } },
    { shot: 'filled' },
    { click: 'button' },
    { waitFor: { url: '**/enter*' } },
  ],
};

/** Everything in a folder, as text. */
function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

test('arrives, and is in no log, image, recorded page, config, answer, file or row', async () => {
  const world = await openWorkerWorld(() => ({}), true);
  const { client, buildId } = world;
  await client.setBuildSecret({ buildId, name: 'PASSWORD', value, origins: [server.origin] });
  world.work({ capturer });
  const request = async (releaseName: string, git: object = {}, more: object = {}) => {
    const { releaseNumber } = await client.createRelease({ buildId, releaseName, ...git });
    const release = { buildId, releaseName, releaseNumber };
    await client.requestRun({
      ...release,
      runName: 'home',
      url: server.url('/'),
      config: { ...config, ...more },
    });
    await client.runsDone(release);
    return { release, status: await settled(world, release) };
  };
  const bytesOf = async (sha1sum: string) => (await client.download({ buildId, sha1sum })).bytes();
  const shown: string[] = [];
  const maskAt = async (sha1sum: string) => (await decodeImage(await bytesOf(sha1sum))).colour(50, 10);
  const look = async (release: RequestedRelease, runName: string) => {
    const run = await runOf(world, release, runName);
    shown.push(JSON.stringify(run));
    const { log, image, config: sha1 } = run.current;
    for (const text of [log, sha1])
      if (text !== null) shown.push(Buffer.from(await bytesOf(text)).toString());
    return { ...run.current, mask: image === null ? null : await maskAt(image) };
  };

  const good = await request('good');
  expect(good.status).toEqual({ home: 'no_diff_needed', 'home/filled': 'no_diff_needed' });
  expect(arrived).toEqual([value]);
  for (const name of ['home', 'home/filled'])
    expect(await look(good.release, name)).toMatchObject({ mask: '#ff00ff' });

  const failing = await request(
    'failing',
    {},
    {
      steps: [config.steps[0], { evaluate: `throw new Error(document.querySelector('input').value)` }],
    },
  );
  expect(await look(failing.release, 'home')).toMatchObject({ failure: { reason: 'script_error' } });
  const late = [config.steps[0], { waitFor: { url: '**/x' } }];
  const stuck = requestRelease(
    world,
    { home: { url: server.url('/'), config: { ...config, steps: late } } },
    'stuck',
  );
  const { result } = await withoutWaits(
    world,
    stuck.then((release) => settled(world, release).then(() => release)),
  );
  const { failure: stuckFailure } = await look(result, 'home');
  expect(stuckFailure).toMatchObject({ reason: 'step_failed' });
  expect(await maskAt(stuckFailure!.image!)).toBe('#ff00ff');

  arrived = [];
  const fork = { repository: 'github.com/acme/shop', headRepository: 'github.com/eve/shop' };
  const forked = await request('fork', fork);
  const { failure } = await look(forked.release, 'home');
  expect(failure).toMatchObject({
    reason: 'secret_missing',
    message: 'The release is from a fork, which gets no secrets of the build, so "PASSWORD" is not known.',
  });
  const unknown = await request(
    'unknown',
    {},
    {
      steps: [{ fill: { selector: 'input', value: '${secret:NONE}' } }],
    },
  );
  expect((await look(unknown.release, 'home')).failure!.message).toContain('The build has no secret "NONE".');
  expect(arrived).toEqual([]);

  const { tasks } = await client.listTasks({ queueName: 'capture' });
  shown.push(JSON.stringify([tasks, await client.listActivity({ buildId }), world.world.log]));
  const folder = world.world.blobFolder;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const recorded = files.flatMap((file) => {
    const dom = unpackDom(readFileSync(join(file.parentPath, file.name)));
    return dom === null ? [] : [JSON.stringify(dom)];
  });
  expect(recorded.length).toBeGreaterThan(0);
  shown.push(...recorded, textsIn(join(folder, '..')));
  for (const text of shown)
    for (const one of forms) expect(text.includes(one), `${one} in ${text.slice(0, 300)}`).toBe(false);
  expect(shown.join()).toContain('typed: •••');
});
