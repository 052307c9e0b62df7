import type { Verdict } from '../runs/verdict.ts';
import { unexplained } from './decided-changes.ts';
import type { ChangeDecision, ChangeSet } from './decided-changes.ts';

type OwnDecision = Omit<ChangeDecision, 'id'>;

/**
 * A verdict on a run as a whole, as decisions on each of its changes that count for this run only: approving one page says
 * nothing about others.
 */
export function ownDecisions(
  set: ChangeSet,
  verdict: Verdict,
  act: Pick<OwnDecision, 'actor' | 'at' | 'operationId'>,
  originOf?: OriginOf,
): OwnDecision[] {
  if (set.fingerprints.length === 0) return [];
  return decisionsOnParts(set, verdict, act, originOf);
}

type OriginOf = (fingerprint: string) => Pick<OwnDecision, 'originDecisionId' | 'originRunId'>;

/** The same, also for a run without known changes: then on the whole alone. */
export function decisionsOnParts(
  { runId, fingerprints, isComplete }: ChangeSet,
  verdict: Verdict,
  act: Pick<OwnDecision, 'actor' | 'at' | 'operationId'>,
  originOf: OriginOf = () => ({ originDecisionId: null, originRunId: null }),
): OwnDecision[] {
  const parts = isComplete ? fingerprints : [...fingerprints, unexplained];
  return parts.map((fingerprint) => ({ ...act, runId, fingerprint, verdict, ...originOf(fingerprint) }));
}
