/**
 * A child process for crash tests: works on a data folder as fast as it can and prints a line for every answer that a
 * client would have received. Its parent kills it without warning.
 */

import { noTracer } from '../../src/ports/tracer.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { createImageCheck } from '../../src/adapters/pixels/image-check.ts';
import { ensureFirstBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { upload } from '../../src/services/artifacts/upload.ts';

const [folder, life] = process.argv.slice(2) as [string, string];
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const deps: Deps = {
  store: await openSqliteStore({ file: join(folder, 'dpxdt.db') }),
  blobs: await openFileBlobs(join(folder, 'blobs')),
  imageCheck: createImageCheck(),
  clock: systemClock,
  ids: nodeIds(),
  notifier: inProcessNotifier(),
  feed: inProcessFeed(logger),
  vault: createAesVault('a secret that only tests know, and nobody else'),
  logger,
  tracer: noTracer,
  settings: { ...defaultServiceSettings, publicUrl: 'http://dpxdt.test' },
};
const root = { kind: 'local' } as const;

/** Large enough to need several writes. */
const sizeBytes = 300_000;

async function* slowly(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100_000) {
    yield content.subarray(at, at + 100_000);
    await sleep(1);
  }
}

const build = await ensureFirstBuild(deps);
const release = await createRelease(deps, root, { buildId: build.id, releaseName: `life ${life}` });
const place = { buildId: build.id, releaseName: release.name, releaseNumber: release.number };

async function client(number: number): Promise<never> {
  for (let index = 0; ; index++) {
    const name = `${life}/${number}/${index}`;
    const content = Buffer.alloc(sizeBytes, `${name} `);
    const { sha1sum } = await upload(deps, root, {
      buildId: build.id,
      fileName: 'a.txt',
      content: slowly(content),
    });
    await say({ uploaded: sha1sum });
    await reportRun(deps, root, { ...place, runName: name, image: sha1sum });
    await say({ reported: name, release: release.name, number: release.number, image: sha1sum });
    await requestRun(deps, root, { ...place, url: `http://shop.test/${name}` });
    await say({ requested: `/${name}`, release: release.name, number: release.number });
  }
}

/** Written before anything else begins, like an answer on the wire. */
function say(answer: object): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()));
}

await say({ ready: true });
await Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));
