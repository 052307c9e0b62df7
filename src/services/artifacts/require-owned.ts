import { AppError } from '../../base/errors.ts';
import { isEnding } from '../../domain/artifacts/unused-artifacts.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/**
 * Refuses digests that the build does not own: naming an artifact must never reveal another build's image.
 *
 * @param named digests by the parameter that carries them
 * @throws AppError `artifact_not_found`, the same for unknown and foreign ones
 */
export async function requireOwned(
  { clock }: Pick<Deps, 'clock'>,
  tx: Transaction,
  buildId: number,
  named: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const wanted = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (wanted.length === 0) return;
  const owned = await tx.artifacts.owned(buildId, [...new Set(wanted.map(([, digest]) => digest))]);
  const now = clock.now();
  const ending = [...owned.keys()].filter((digest) => isEnding(owned.get(digest)!, now));
  const kept = await tx.artifactUses.keep(buildId, ending, now);
  const missing = wanted.find(
    ([, digest]) => !owned.has(digest) || (ending.includes(digest) && !kept.has(digest)),
  );
  if (missing !== undefined) throw artifactNotFound(buildId, missing[1], missing[0]);
}

function artifactNotFound(buildId: number, digest: string, parameter: string): AppError {
  return new AppError(
    'artifact_not_found',
    `${parameter}: build ${buildId} has no artifact ${digest}. Upload it first.`,
    { details: { parameter } },
  );
}
