import { useQuery } from '@tanstack/react-query';
import type { WorkerAbsence } from '../../../domain/tasks/worker-absence.ts';
import { queries } from '../api/queries.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';

const lookMs = 5_000;

/** Polls while runs wait: a missing worker is not a change that the server can push. */
export function useWorkerAbsence({ key, store }: Visit): WorkerAbsence | null {
  const { counts, release } = useReleaseState(store);
  const mayWait = counts.waiting > 0 && (release?.status === 'receiving' || release?.status === 'processing');
  const { data } = useQuery({
    ...queries.workerAbsence(key, release?.version ?? 0),
    enabled: mayWait,
    refetchInterval: lookMs,
  });
  return mayWait ? (data ?? null) : null;
}
