import { otherSideFailed } from './tasks.ts';

/** Of the failures of a run's sides the one to be told: a side that was only canceled because of the other comes last. */
export function failureThatCounts<Failure extends { reason: string }>(
  failures: readonly (Failure | null)[],
): Failure | null {
  const known = failures.filter((failure) => failure !== null);
  return known.find(({ reason }) => reason !== otherSideFailed.reason) ?? known[0] ?? null;
}
