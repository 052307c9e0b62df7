import { randomUUID } from 'node:crypto';
import { didYouMean } from '../base/suggest.ts';
import { AppError, type Answer, type DepictedClient } from '../client/index.ts';
import { findRelease } from './find-release.ts';

export interface RunJudgement {
  buildId: number;
  releaseName: string;
  /** Undefined: the newest attempt of that name. */
  releaseNumber: number | undefined;
  /** Names of runs. */
  names: readonly string[];
  verdict: 'approved' | 'rejected' | 'none';
  note: string | undefined;
}

export interface RunsJudged {
  release: Answer<'reviewRuns'>['release'];
  /** In the order of the names. */
  results: (Answer<'reviewRuns'>['results'][number] & { name: string })[];
}

/**
 * Approves or rejects runs of a release, or undoes their verdicts, all as one operation. What happened to each is in its result.
 *
 * @throws AppError `not_found` when there is no such release, or no run of one of the names: then nothing is judged
 */
export async function judgeRuns(
  client: DepictedClient,
  { buildId, releaseName, names, verdict, note, ...request }: RunJudgement,
): Promise<RunsJudged> {
  const releaseNumber =
    request.releaseNumber ?? (await findRelease(client, { buildId, releaseName })).release.number;
  const key = { buildId, releaseName, releaseNumber };
  const { runs } = await client.listRuns(key);
  const places = new Map(runs.name.map((name, at) => [name, at]));
  const wanted = [...new Set(names)].map((name) => {
    const at = places.get(name);
    if (at === undefined)
      throw new AppError(
        'not_found',
        `Release "${releaseName}" number ${releaseNumber} has no run "${name}".${didYouMean(name, places.keys())}`,
      );
    return { name, runId: runs.id[at]!, version: runs.version[at]! };
  });
  const { release, results } = await client.reviewRuns({
    ...key,
    runs: wanted.map(({ runId, version }) => ({ runId, verdict, version })),
    operationId: `cli-${randomUUID()}`,
    ...(note !== undefined && { note }),
  });
  const resultOf = new Map(results.map((result) => [result.runId, result]));
  return { release, results: wanted.map(({ name, runId }) => ({ ...resultOf.get(runId)!, name })) };
}
