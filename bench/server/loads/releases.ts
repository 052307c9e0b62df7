import { readFile } from 'node:fs/promises';
import { Connection, type Answer } from '../connection.ts';
import { form, formType, summarise, type Stats, type Target } from './clients.ts';
import { digestOf, sendFile } from './upload.ts';

function poster(connection: Connection, times: number[], statuses: Record<number, number>) {
  const timed = async (call: () => Promise<Answer>): Promise<Answer> => {
    const begin = performance.now();
    const answer = await call();
    times.push(performance.now() - begin);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    return answer;
  };
  return {
    timed,
    post: (operation: string, fields: Record<string, string | number>) =>
      timed(() =>
        connection.request({
          method: 'POST',
          path: `/api/${operation}`,
          contentType: formType,
          body: form(fields),
        }),
      ),
  };
}

type ReleaseStats = Omit<Stats, 'bytes'>;

function statsOf(times: number[], statuses: Record<number, number>, startedAt: number): ReleaseStats {
  const seconds = (performance.now() - startedAt) / 1_000;
  return { ...summarise(times), seconds, rate: times.length / seconds, statuses };
}

export interface ParallelReleasesInput {
  target: Target;
  buildId: number;
  releases: number;
  runs: number;
}

/**
 * CI jobs that start at the same time: each creates a release, uploads images, reports its runs and marks them as
 * done.
 */
export async function parallelReleases(input: ParallelReleasesInput): Promise<ReleaseStats> {
  const { target, buildId, releases, runs } = input;
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: releases }, async (_, index) => {
      const connection = new Connection(target.url, target.key);
      const { post, timed } = poster(connection, times, statuses);
      const place = { build_id: buildId, release_name: `job-${index}`, release_number: 1 };
      await post('create_release', { build_id: buildId, release_name: place.release_name });
      for (let run = 0; run < runs; run++) {
        const bytes = Buffer.from(`A log line of job ${index}, run ${run}.\n`.repeat(50));
        const stored = await timed(() => sendFile(connection, buildId, 'run.log', bytes));
        await post('report_run', { ...place, run_name: `/page/${run}`, image: digestOf(stored) });
      }
      await post('runs_done', place);
      connection.close();
    }),
  );
  return statsOf(times, statuses, startedAt);
}

export interface UploadReleaseInput {
  target: Target;
  buildId: number;
  releaseName: string;
  clients: number;
  /** PNG files; each run is named by the position of its file. */
  files: readonly string[];
  /** Asks for each run's baseline and reports it as the baseline. */
  withBaseline: boolean;
}

/** The calls of a client that uploads its own images, from creating a release to `runs_done`. */
export async function uploadRelease(input: UploadReleaseInput): Promise<ReleaseStats> {
  const { target, buildId, releaseName, clients, files, withBaseline } = input;
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const startedAt = performance.now();
  const connections = Array.from({ length: clients }, () => new Connection(target.url, target.key));
  const first = poster(connections[0]!, times, statuses);
  const place = { build_id: buildId, release_name: releaseName, release_number: 1 };
  await first.post('create_release', { build_id: buildId, release_name: releaseName });
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      const { post, timed } = poster(connection, times, statuses);
      while (next < files.length) {
        const index = next++;
        const runName = `/page/${index}`;
        const found = withBaseline ? await post('find_run', { build_id: buildId, run_name: runName }) : null;
        const ref = found === null ? null : (JSON.parse(found.body.toString()) as { image: string }).image;
        const bytes = await readFile(files[index]!);
        const image = digestOf(await timed(() => sendFile(connection, buildId, `${index}.png`, bytes)));
        await post('report_run', {
          ...place,
          run_name: runName,
          image,
          ...(ref !== null && { ref_image: ref }),
        });
      }
    }),
  );
  await first.post('runs_done', place);
  for (const connection of connections) connection.close();
  return statsOf(times, statuses, startedAt);
}
