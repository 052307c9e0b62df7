import { describe, expect, it } from 'vitest';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { chosenAtOnce } from '../../src/services/baselines/choose-again.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Deps } from '../../src/services/deps.ts';
import {
  named,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const base = 'a'.repeat(40);
const pages = Array.from({ length: chosenAtOnce * 2 + 3 }, (_, at) => `/page ${at}`);

async function mainRelease(world: World, name: string): Promise<Release> {
  return createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    branch: 'main',
    commit: base,
    history: [],
    historyNote: 'full',
  });
}

async function pullRelease(world: World, name = 'pull'): Promise<Release> {
  return createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    branch: 'feature',
    commit: 'b'.repeat(40),
    history: [{ commit: base }],
    historyNote: 'full',
  });
}

async function fill(world: World, release: Release, image: string, names: readonly string[] = pages) {
  for (const name of names) await report(world, release, name, { image, choosesBaseline: true });
}

/** Main, still receiving, and a branch whose runs wait for it; they will be new, as main has none of their pages. */
async function waitingRuns(world: World) {
  const image = await uploadImage(world, 'image');
  const main = await mainRelease(world, 'main');
  const pull = await pullRelease(world);
  await fill(world, pull, image);
  await fill(world, main, image, ['/']);
  await runsDone(world.deps, root, named(pull));
  return { main, pull };
}

/** A server that is killed in its nth transaction. */
function dying(deps: Deps, steps: number): Deps {
  let left = steps;
  const { store } = deps;
  return {
    ...deps,
    store: {
      transaction: (work) => {
        if (left-- > 0) return store.transaction(work);
        return store.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed');
        });
      },
      read: (work) => store.read(work),
      readLatest: (work) => store.readLatest(work),
      health: () => store.health(),
      close: () => store.close(),
    },
  };
}

/** Runs that wait no more. */
const countOf = (world: World, release: Release) =>
  world.store.read(async (tx) => {
    const runs = await tx.runs.rows(release.id);
    return runs.filter(({ status }) => status === 'no_diff_needed').length;
  });

const isOver = (world: World) =>
  world.store.transaction(async (tx) => (await tx.followUps.lockNext(0)) === null);

describe.each(storeKinds)('what follows from a change of a release, on %s', (kind) => {
  it('is done a few runs at a time, and goes on where a killed server left it', async () => {
    const world = await openWorld(kind);
    const { main, pull } = await waitingRuns(world);
    await runsDone(world.deps, root, named(main));
    expect((await releaseNow(world, main)).status).toBe('good');
    expect(await countOf(world, pull)).toBe(0);

    await followUp(dying(world.deps, 1)).catch(() => undefined);
    expect(await countOf(world, pull)).toBe(chosenAtOnce);
    expect((await releaseNow(world, pull)).status).toBe('processing');
    await followUp(dying(world.deps, 1)).catch(() => undefined);
    expect(await countOf(world, pull)).toBe(chosenAtOnce * 2);

    await followUp(world.deps);
    expect(await countOf(world, pull)).toBe(pages.length);
    expect((await releaseNow(world, pull)).status).toBe('reviewing');
    expect(await isOver(world)).toBe(true);
  });

  it('settles a release once, after the last of its runs', async () => {
    const world = await openWorld(kind);
    const { main, pull } = await waitingRuns(world);
    await runsDone(world.deps, root, named(main));
    const seen: string[] = [];
    while (!(await isOver(world))) {
      await followUp(dying(world.deps, 1)).catch(() => undefined);
      seen.push((await releaseNow(world, pull)).status);
    }
    expect(new Set(seen.slice(0, 3))).toEqual(new Set(['processing']));
    expect(seen.at(-1)).toBe('reviewing');
  });

  it('chooses again for all runs of a release whose baseline was marked bad', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'image');
    const older = await mainRelease(world, 'older');
    await fill(world, older, image);
    await runsDone(world.deps, root, named(older));
    const newer = await mainRelease(world, 'newer');
    await fill(world, newer, image);
    await runsDone(world.deps, root, named(newer));
    await followUp(world.deps);
    const pull = await pullRelease(world);
    await fill(world, pull, image);
    expect((await runNow(world, pull, pages[0]!)).baselineChoice?.release?.id).toBe(newer.id);
    for (const decision of ['reopen', 'bad'] as const) {
      await reviewRelease(world.deps, root, { ...named(newer), decision });
    }
    await followUp(world.deps);
    for (const name of [pages[0]!, pages.at(-1)!]) {
      expect((await runNow(world, pull, name)).baselineChoice?.release?.id).toBe(older.id);
    }
    expect(await isOver(world)).toBe(true);
  });

  it('chooses again for the runs compared with one that is rejected, and for no others', async () => {
    const world = await openWorld(kind);
    const [one, two] = [await uploadImage(world, 'one'), await uploadImage(world, 'two')];
    const older = await mainRelease(world, 'older');
    await fill(world, older, one, ['/a', '/b']);
    await runsDone(world.deps, root, named(older));
    const newer = await createRelease(world.deps, root, {
      buildId: world.build.id,
      releaseName: 'newer',
      branch: 'main',
      commit: 'c'.repeat(40),
      history: [{ commit: base }],
      historyNote: 'full',
    });
    for (const name of ['/a', '/b']) {
      await report(world, newer, name, { image: two, choosesBaseline: true });
      await report(world, newer, name, { diffImage: await uploadImage(world, 'diff'), distortion: 0.5 });
    }
    await runsDone(world.deps, root, named(newer));
    const pull = await createRelease(world.deps, root, {
      buildId: world.build.id,
      releaseName: 'pull',
      branch: 'feature',
      commit: 'b'.repeat(40),
      history: [{ commit: 'c'.repeat(40) }, { commit: base }],
      historyNote: 'full',
    });
    await fill(world, pull, two, ['/a', '/b']);
    const { id: runId } = await runNow(world, newer, '/a');
    await reviewRun(world.deps, root, { ...named(newer), runId, verdict: 'rejected', operationId: 'o' });
    await followUp(world.deps);
    expect((await runNow(world, pull, '/a')).baselineChoice?.release?.id).toBe(older.id);
    expect((await runNow(world, pull, '/b')).baselineChoice?.release?.id).toBe(newer.id);
  });

  it('is kept and logged where it cannot be done, and does not hold up other notes', async () => {
    const world = await openWorld(kind);
    const { main, pull } = await waitingRuns(world);
    const noted = await mainRelease(world, 'noted');
    await reviewRelease(world.deps, root, { ...named(noted), decision: 'bad' });
    await runsDone(world.deps, root, named(main));
    const { store } = world.deps;
    const failing: Deps = {
      ...world.deps,
      store: {
        transaction: (work) =>
          store.transaction((tx) =>
            work({
              ...tx,
              followUps: {
                ...tx.followUps,
                awaiting: (releaseId, ...rest) => {
                  if (releaseId === noted.id) throw new Error('a fault');
                  return tx.followUps.awaiting(releaseId, ...rest);
                },
              },
            }),
          ),
        read: (work) => store.read(work),
        readLatest: (work) => store.readLatest(work),
        health: () => store.health(),
        close: () => store.close(),
      },
    };
    await followUp(failing);
    expect((await releaseNow(world, pull)).status).toBe('reviewing');
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'error' }));
    expect(await isOver(world)).toBe(false);
    await followUp(world.deps);
    expect(await isOver(world)).toBe(true);
  });
});
