/** Clients of every kind that work against a server until it dies, and remember its answers. */

import type { DepictedClient } from '../../src/client/index.ts';
import { AppError } from '../../src/base/errors.ts';

export interface ReleasePlace {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** What the server acknowledged. */
export class Acknowledged {
  uploads = new Set<string>();
  releases: ReleasePlace[] = [];
  /** By run name; names are used once in all lives. */
  reported = new Map<string, ReleasePlace & { image: string }>();
  requested = new Map<string, ReleasePlace>();
  runsDone: ReleasePlace[] = [];
  decided: (ReleasePlace & { decision: 'good' | 'bad' })[] = [];
  /** Ids of capture tasks. */
  finished = new Set<string>();
  count = 0;
}

export interface LoadOptions {
  client: DepictedClient;
  random: () => number;
  /** Makes the names of this life unique. */
  life: string;
  acknowledged: Acknowledged;
  /** Called after every answer, including to requests that are not remembered. */
  onAnswer: () => void;
  hasEnded: () => boolean;
  /**
   * People confirm that the pages that a release does not have are gone before they mark it good. Otherwise every later
   * release expects all pages of all good ones, since no name of a run comes twice: answers cost more the longer it runs.
   */
  confirmsRemovals?: boolean;
  /** Called with every refusal. */
  onRefused?: (error: AppError) => void;
}

/** The build that a fresh server has. */
export const buildId = 1;
export const queues = ['capture', 'run-pdiff'] as const;

/**
 * Six clients that fill releases, and three workers, until the server has ended. A dying server may fail
 * any request; what it acknowledged is remembered.
 */
export async function loadUntilDead(options: LoadOptions): Promise<void> {
  const { hasEnded } = options;
  const clients = Array.from({ length: 6 }, (_, index) => fillReleases(options, `${options.life}-${index}`));
  const workers = [0, 1, 2].map(async (index) => {
    while (!hasEnded()) await workOnce(options, queues[index % 2]!).catch(refused(options));
  });
  await Promise.all([...clients, ...workers]);
}

async function fillReleases(options: LoadOptions, name: string): Promise<void> {
  const { client, random, acknowledged, hasEnded, onAnswer } = options;
  const answered = <T>(value: T): T => {
    acknowledged.count++;
    onAnswer();
    return value;
  };
  for (let number = 0; !hasEnded(); number++) {
    // Some are attempts of the same name, which end the previous attempt.
    const releaseName = random() < 0.4 ? name : `${name} ${number}`;
    try {
      const { releaseNumber } = await client.createRelease({ buildId, releaseName });
      const place = { buildId, releaseName, releaseNumber };
      acknowledged.releases.push(place);
      answered(place);
      for (let index = 0; index < 4; index++) {
        const runName = `${name}/${number}/${index}`;
        const image = await uploadSome(options, runName);
        answered(acknowledged.uploads.add(image));
        if (random() < 0.4) {
          await client.requestRun({ ...place, runName, url: `http://shop.test/${runName}` });
          answered(acknowledged.requested.set(runName, place));
        } else {
          const refImage = random() < 0.5 ? await uploadSome(options, `${runName} before`) : undefined;
          await client.reportRun({ ...place, runName, image, ...(refImage && { refImage }) });
          answered(acknowledged.reported.set(runName, { ...place, image }));
        }
      }
      await client.runsDone(place);
      answered(acknowledged.runsDone.push(place));
      if (random() < 0.3) {
        const decision = random() < 0.5 ? 'good' : 'bad';
        if (decision === 'good' && options.confirmsRemovals === true) await confirmRemovals(client, place);
        await client.reviewRelease({ ...place, decision });
        answered(acknowledged.decided.push({ ...place, decision }));
      }
    } catch (error) {
      await refused(options)(error);
    }
  }
}

async function confirmRemovals(client: DepictedClient, place: ReleasePlace): Promise<void> {
  const { missing } = await client.listMissing(place);
  const names = missing.map(({ name }) => name);
  if (names.length > 0) await client.reviewMissing({ ...place, names, verdict: 'confirmed' });
}

async function uploadSome({ client, random }: LoadOptions, text: string): Promise<string> {
  const content = new Uint8Array(1_000 + Math.floor(random() * 60_000));
  content.set(new TextEncoder().encode(`${text}\n`));
  return (await client.upload({ buildId, fileName: 'a.bin', content })).sha1sum;
}

/** Leases, reports and finishes as a worker does. @returns how many tasks there were */
export async function workOnce(options: LoadOptions, queueName: (typeof queues)[number]): Promise<number> {
  const { client, acknowledged, onAnswer } = options;
  const { tasks } = await client.leaseTasks({ queueName, count: 3, timeout: 5, waitSeconds: 1 });
  for (const { taskId, leaseId, payload } of tasks) {
    const lease = { queueName, taskId, leaseId: leaseId! };
    const run = payload as Record<string, string>;
    const place = {
      buildId,
      releaseName: run['release_name']!,
      releaseNumber: Number(run['release_number']),
      runName: run['run_name']!,
      leaseId: leaseId!,
    };
    await client.heartbeat({ ...lease, message: 'At work.', index: 1 });
    const artifact = await uploadSome(options, `${queueName} ${taskId}`);
    await client.reportRun(
      queueName === 'capture'
        ? { ...place, image: artifact }
        : { ...place, diffImage: artifact, distortion: 0.25 },
    );
    await client.finishTask(lease);
    if (queueName === 'capture') acknowledged.finished.add(taskId);
    acknowledged.count++;
    onAnswer();
  }
  return tasks.length;
}

/** The server refused or did not answer. */
const refused =
  ({ onRefused }: LoadOptions) =>
  async (error: unknown): Promise<void> => {
    if (!(error instanceof AppError)) throw error;
    onRefused?.(error);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
