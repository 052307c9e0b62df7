import { AppError, type DepictedClient } from '../client/index.ts';
import { findRelease } from './find-release.ts';

export interface ReleaseDecisionRequest {
  buildId: number;
  releaseName: string;
  /** Undefined: the newest attempt of that name. */
  releaseNumber: number | undefined;
  decision: 'good' | 'bad' | 'reopen';
  note: string | undefined;
  /** With `good`: accept rejected runs. */
  exceptRejected: boolean;
}

/** The release and the build's baseline after the decision. */
export type ReleaseDecided = Awaited<ReturnType<DepictedClient['reviewRelease']>>;

/**
 * Marks a release good or bad, or undoes that. Idempotent.
 *
 * @throws AppError `not_found` when the build has no release of that name; `conflict` when runs are rejected and
 *   `exceptRejected` is false; other errors of the server
 */
export async function decideRelease(
  client: DepictedClient,
  { exceptRejected, note, ...request }: ReleaseDecisionRequest,
): Promise<ReleaseDecided> {
  const { buildId, releaseName } = request;
  const releaseNumber =
    request.releaseNumber ?? (await findRelease(client, { buildId, releaseName })).release.number;
  try {
    return await client.reviewRelease({
      ...request,
      releaseNumber,
      ...(note !== undefined && { note }),
      ...(exceptRejected && { exceptRejected }),
    });
  } catch (error) {
    throw explainRejected(error, `Release "${releaseName}" number ${releaseNumber}`);
  }
}

/** The server's sentence names the field of its API; users of the command line need the flag. */
function explainRejected(error: unknown, named: string): unknown {
  if (!(error instanceof AppError) || error.code !== 'conflict') return error;
  const { rejected } = error.details;
  if (typeof rejected !== 'number' || rejected === 0) return error;
  const runs = rejected === 1 ? '1 rejected run' : `${rejected} rejected runs`;
  return new AppError(
    'conflict',
    `${named} has ${runs}, so it is not marked good. Approve them, or add --force --note TEXT to mark the release good ` +
      'except for the rejected runs: those pages keep their previous baseline.',
    { cause: error, details: error.details },
  );
}
