/** How long artifacts that no run uses are kept, and which artifacts a run uses. */

import type { Run } from '../runs/run.ts';

/**
 * From an artifact's upload, or from the deletion of the last run that used it, until its row may go. Long enough
 * for a client that uploads now and reports later.
 */
export const unusedKeptMs = 86_400_000;

/** An artifact found with less time left is kept for the full time again; with more, its row need not be written. */
export const refreshedBelowMs = unusedKeptMs / 2;

/** Whether an artifact that is about to be used may go soon. */
export function isEnding(checkAt: number | null, now: number): boolean {
  return checkAt !== null && checkAt < now + refreshedBelowMs;
}

/** The digests of everything that a run shows. */
export function artifactsOf({ current, ref, diff }: Pick<Run, 'current' | 'ref' | 'diff'>): Set<string> {
  const named = [
    current.image,
    current.log,
    current.config,
    current.details?.dom ?? null,
    current.failure?.image ?? null,
    ref.image,
    ref.log,
    ref.config,
    ref.details?.dom ?? null,
    ref.failure?.image ?? null,
    diff.image,
    diff.log,
    diff.forgivenMask,
    diff.alignedMask,
  ];
  return new Set(named.filter((digest) => digest !== null));
}
