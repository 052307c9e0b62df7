import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import { useMayReview } from './use-may-review.ts';
import { useReleaseState, type Visit } from './visit.ts';

/** How often an open page looks for a newer attempt, in milliseconds. */
const lookMs = 15_000;

/** Whether the visitor wants to decide although a newer attempt is there; until the page is loaded again. */
const insisting = new WeakSet<Visit>();
const listeners = new Set<() => void>();

function insist(visit: Visit): void {
  insisting.add(visit);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The attempts of a release's name, newest first. */
export function useAttempts({ buildId, releaseName }: Visit['key']) {
  const { data } = useQuery({
    ...queries.releases({ buildId, releaseName, pageSize: 50 }),
    refetchInterval: lookMs,
  });
  return data?.releases ?? [];
}

export interface Attempt {
  /** A later attempt of the same name; null: this is the newest. */
  newer: Release | null;
  /** Nothing can be decided in it: a newer one is there, and the visitor did not insist. */
  isReadOnly: boolean;
  insist: () => void;
}

/** What a newer attempt means for this one. One that was skipped shows nothing, so it replaces nothing. */
export function useAttempt(visit: Visit): Attempt {
  const { release } = useReleaseState(visit.store);
  const newest = useAttempts(visit.key).find(({ release: { skipReason } }) => skipReason === null)?.release;
  const insists = useSyncExternalStore(subscribe, () => insisting.has(visit));
  const newer = release !== null && newest !== undefined && newest.number > release.number ? newest : null;
  return { newer, isReadOnly: newer !== null && !insists, insist: () => insist(visit) };
}

/** Whether the visitor may decide here now; undefined while unknown. */
export function useMayDecide(visit: Visit): boolean | undefined {
  const mayReview = useMayReview(visit.key.buildId);
  const { isReadOnly } = useAttempt(visit);
  return mayReview === true ? !isReadOnly : mayReview;
}
