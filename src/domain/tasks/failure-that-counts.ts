import { otherSideFailed } from './tasks.ts';

/** The most relevant failure of a run's sides: one canceled only because of the other comes last. */
export function failureThatCounts<Failure extends { reason: string }>(
  failures: readonly (Failure | null)[],
): Failure | null {
  const known = failures.filter((failure) => failure !== null);
  return known.find(({ reason }) => reason !== otherSideFailed.reason) ?? known[0] ?? null;
}
