/** Jobs that send a release together, against the core of a server. */

import type { Release } from '../../src/domain/releases/release.ts';
import { parseShard } from '../../src/domain/releases/shards.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { named, releaseNow, report, root, runNow, uploadImage, type World } from './server-world.ts';

export const hash = (name: string) => name.padEnd(40, '0');

interface Told {
  name?: string;
  id?: string;
  branch?: string;
  commit?: string;
  history?: { commit: string }[];
}

export async function start(world: World, shard: string, told: Told = {}): Promise<Release> {
  const { name = 'main 4f2c1aa', id = 'run:7', branch = 'main', commit = hash('c1'), history = [] } = told;
  return createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    shard: parseShard(shard)!,
    shardId: id,
    branch,
    commit,
    history,
    historyNote: 'full',
  });
}

export async function send(world: World, release: Release, shard: string, name: string, content = name) {
  const image = await uploadImage(world, content);
  return report(world, release, name, { image, choosesBaseline: true, shard: parseShard(shard)! });
}

export async function done(world: World, release: Release, shard: string): Promise<Release> {
  return (await runsDone(world.deps, root, { ...named(release), shard: parseShard(shard)! })).release;
}

/** A whole shard: it begins, sends its pages, and ends. */
export async function whole(
  world: World,
  shard: string,
  pages: readonly string[],
  told: Told = {},
): Promise<Release> {
  const release = await start(world, shard, told);
  for (const page of pages) {
    const [name, content] = page.split('=');
    await send(world, release, shard, name!, content);
  }
  return done(world, release, shard);
}

export async function names(world: World, release: Release): Promise<string[]> {
  const rows = await world.store.read((tx) => tx.runs.rows(release.id));
  return rows.map(({ name }) => name).sort();
}

export const judge = async (world: World, release: Release, name: string) => {
  const { id: runId } = await runNow(world, release, name);
  const operationId = `${release.id} ${name}`;
  await reviewRun(world.deps, root, { ...named(release), runId, verdict: 'approved', operationId });
};

/** Main with two shards, good by itself; and a branch of it, of two shards, with one difference. */
export async function branchInReview(world: World): Promise<Release> {
  await whole(world, '1/2', ['/a', '/b']);
  await whole(world, '2/2', ['/c']);
  const told = {
    name: 'x 5d',
    id: 'run:8',
    branch: 'x',
    commit: hash('c2'),
    history: [{ commit: hash('c1') }],
  };
  await whole(world, '1/2', ['/a', '/b=changed'], told);
  const release = await whole(world, '2/2', ['/c'], told);
  await report(world, release, '/b', { diffImage: await uploadImage(world, 'diff'), distortion: 0.5 });
  return releaseNow(world, release);
}

export const branchTold = { name: 'x 5d', id: 'run:8', branch: 'x', commit: hash('c2') };
