/**
 * How long choosing baselines takes: a release of 5,000 runs with a history of 500 commits, 100,000 runs stored (20
 * releases of 5,000 along the history), on SQLite. Also measures `create_release` with 500 history entries.
 *
 *   node bench/baselines/run.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { chooseForRun } from '../../src/services/baselines/choose-for-run.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { newRun } from '../../src/domain/runs/run-request.ts';
import type { Release } from '../../src/domain/model.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';

const runs = 5_000;
const stored = 20;
const local = { kind: 'local' } as const;
const commitOf = (index: number) => index.toString(16).padStart(40, '0');
const nameOf = (index: number) => `/products/${index}`;

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-'));
const store = await openSqliteStore({ file: join(folder, 'dpxdt.sqlite'), durability: 'relaxed' });
try {
  await measure(depsOf(store));
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(deps: Deps): Promise<void> {
  const build = await createBuild(deps, local, { name: 'Shop' });
  const history = Array.from({ length: 500 }, (_, at) => ({
    commit: commitOf(at),
    tree: commitOf(10_000 + at),
  }));
  for (let index = stored - 1; index >= 0; index--) {
    const release = await createRelease(deps, local, {
      buildId: build.id,
      releaseName: `main ${index}`,
      branch: 'main',
      commit: commitOf(index * 25),
      history: [],
      historyNote: 'full',
    });
    await fill(deps, release);
  }
  let began = performance.now();
  let pull: Release;
  for (let attempt = 0; attempt < 20; attempt++) {
    pull = await createRelease(deps, local, {
      buildId: build.id,
      releaseName: 'pull',
      branch: 'feature',
      commit: commitOf(99_999),
      history,
      own: [],
      historyNote: 'full',
    });
  }
  tell('create_release with 500 history entries', (performance.now() - began) / 20);
  await deps.store.read(async (tx) => {
    for (const [what, prefix] of [
      ['pages that the nearest release has', ''],
      ['pages that no release has', '/no'],
    ] as const) {
      began = performance.now();
      for (let index = 0; index < runs; index++) {
        await chooseForRun(deps, tx, pull, [`${prefix}${nameOf(index)}`]);
      }
      tell(`choosing, a run: ${what}`, (performance.now() - began) / runs);
    }
  });
  began = performance.now();
  const asked = 2_000;
  for (let index = 0; index < asked; index += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        requestRun(deps, local, {
          buildId: build.id,
          releaseName: pull.name,
          releaseNumber: pull.number,
          url: `http://shop.test${nameOf(index + at)}`,
        }),
      ),
    );
  }
  console.log(
    `request_run with history: ${Math.round((asked * 1000) / (performance.now() - began))} a second`,
  );
}

/** Finished runs, inserted directly. */
async function fill(deps: Deps, release: Release): Promise<void> {
  await deps.store.transaction(async (tx: Transaction) => {
    for (let index = 0; index < runs; index++) {
      const run = newRun({ buildId: release.buildId, releaseId: release.id, name: nameOf(index), now: 1 });
      const current = { ...run.current, state: 'done' as const, image: commitOf(index) };
      await tx.runs.insert({ ...run, current, status: 'no_diff_needed' });
    }
    await tx.releases.update({ ...release, status: 'reviewing' });
  });
}

function depsOf(store: Store): Deps {
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const blobs = {
    stage: () => Promise.reject(new Error('no file is stored here')),
  } as unknown as Deps['blobs'];
  return {
    store,
    blobs,
    imageCheck: {
      check: () => Promise.reject(new Error('no file is checked here')),
      close: () => Promise.resolve(),
    },
    clock: { now: () => Date.now(), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() },
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: createAesVault('a secret that only this bench knows'),
    logger,
    settings: { ...defaultServiceSettings, publicUrl: 'http://dpxdt.test' },
  };
}

function tell(what: string, ms: number): void {
  console.log(`${what}: ${ms.toFixed(3)} ms`);
}
