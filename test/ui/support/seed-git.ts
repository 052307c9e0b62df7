/** Releases that follow git, as tools and workers would make them: the server chooses every baseline. */

import { alignmentOf } from '../../support/aligned.ts';
import type { DepictedClient } from '../../../src/client/index.ts';
import type { Parameters } from '../../../src/client/methods.ts';
import { comparePngs } from '../../support/sample-compare.ts';
import type { SeededRelease } from './seed.ts';

export interface GitRelease extends Omit<Parameters<'createRelease'>, 'buildId' | 'releaseName'> {
  name: string;
  /** Images by page; null: it is not captured yet. */
  pages: Record<string, Buffer | null>;
  /** Former names by page. */
  previousNames?: Record<string, string>;
  /** False: more may come. */
  done?: boolean;
}

/** A commit hash that is easy to tell in a test: `commit('4f2c1aa')`. */
export function commit(start: string): string {
  return start.padEnd(40, '0');
}

export async function seedGitRelease(
  client: DepictedClient,
  buildId: number,
  { name, pages, previousNames = {}, done = true, ...place }: GitRelease,
): Promise<SeededRelease> {
  const { releaseNumber } = await client.createRelease({
    buildId,
    releaseName: name,
    historyNote: 'full',
    ...place,
  });
  const release = { buildId, releaseName: name, releaseNumber };
  for (const [runName, image] of Object.entries(pages)) {
    const previousName = previousNames[runName];
    const url = `https://shop.example${encodeURI(runName)}`;
    await client.requestRun({
      ...release,
      runName,
      url,
      ...(previousName !== undefined && { previousName: [previousName] }),
    });
    if (image !== null) await capture(client, { ...release, runName }, image);
  }
  await compareAll(client);
  if (done) await client.runsDone(release);
  await compareAll(client);
  const query = { id: String(buildId), name, number: String(releaseNumber) };
  return {
    ...release,
    address: `/release?${new URLSearchParams(query).toString()}`,
    runAddress: (test) => `/run?${new URLSearchParams({ ...query, test }).toString()}`,
  };
}

interface RunName {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
  runName: string;
}

/** A task's payload, as far as it is needed here. */
interface Payload {
  build_id: number;
  release_name: string;
  release_number: number;
  run_name: string;
  run_sha1sum: string;
  reference_sha1sum: string;
}

async function capture(client: DepictedClient, run: RunName, bytes: Buffer): Promise<void> {
  const task = await leaseCapture(client, run);
  const { sha1sum } = await client.upload({
    buildId: run.buildId,
    content: new Uint8Array(bytes),
    fileName: 'page.png',
  });
  const { leaseId, taskId } = task;
  await client.reportRun({ ...run, image: sha1sum, leaseId: leaseId! });
  await client.finishTask({ queueName: 'capture', taskId, leaseId: leaseId! });
}

/** The task of a run; those that other tests of the file left are passed by. */
async function leaseCapture(client: DepictedClient, { buildId, runName }: RunName) {
  for (;;) {
    const { tasks } = await client.leaseTasks({ queueName: 'capture', owner: 'seed', timeout: 60 });
    const [task] = tasks;
    if (task === undefined) throw new Error(`No capture of ${runName} was requested.`);
    const payload = task.payload as Payload;
    if (payload.build_id === buildId && payload.run_name === runName) return task;
  }
}

/** Does what a worker does with every comparison that is requested. */
async function compareAll(client: DepictedClient): Promise<void> {
  for (;;) {
    const { tasks } = await client.leaseTasks({ queueName: 'run-pdiff', owner: 'seed', timeout: 60 });
    const [task] = tasks;
    if (task === undefined) return;
    const payload = task.payload as Payload;
    const buildId = payload.build_id;
    const [before, after] = await Promise.all(
      [payload.reference_sha1sum, payload.run_sha1sum].map(async (sha1sum) =>
        Buffer.from(await (await client.download({ buildId, sha1sum })).bytes()),
      ),
    );
    const comparison = await comparePngs(before!, after!);
    const { canvas, changedPixels, regions, distortion } = comparison;
    const diff = await client.upload({
      buildId,
      content: new Uint8Array(comparison.mask),
      fileName: 'diff.png',
    });
    const { leaseId, taskId } = task;
    await client.reportRun({
      buildId,
      releaseName: payload.release_name,
      releaseNumber: payload.release_number,
      runName: payload.run_name,
      leaseId: leaseId!,
      ...(changedPixels > 0 && { diffImage: diff.sha1sum }),
      distortion,
      comparison: {
        changedPixels,
        diffRatio: changedPixels / (canvas.width * canvas.height),
        regions,
        regionCount: regions.length,
        canvas,
        metric: { name: 'dpxdt', version: 1 },
        ...alignmentOf(comparison),
      },
    });
    await client.finishTask({ queueName: 'run-pdiff', taskId, leaseId: leaseId! });
  }
}
