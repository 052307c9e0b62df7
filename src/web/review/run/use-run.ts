import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isPending } from '../../../domain/runs/run-status.ts';
import type { ViewerImages } from '../../viewer/view-model.ts';
import type { RunKey } from '../address/addresses.ts';
import type { Answer } from '../api/api.ts';
import { queries } from '../api/queries.ts';
import type { Run } from '../api/shapes.ts';
import { imagesOf, runImages } from '../images/run-images.ts';
import type { RunRow } from '../runs/run-row.ts';

export type RunDetail = Answer<'runDetail'>;

/** How often the workers' latest message is polled. */
const waitingMs = 2_000;

/** A run as on screen, and what has arrived since. */
export interface OpenRun {
  /** Null until the first answer. */
  detail: RunDetail | null;
  /** The same run with newer images, shown on request. */
  newer: RunDetail | null;
  showNewer: () => void;
  error: unknown;
  retry: () => void;
}

/**
 * One run, kept up to date, except for its images: those on screen stay until the user requests the new ones.
 *
 * @param row the run in the list: signals when there is something new
 */
export function useRun(key: RunKey, row: RunRow | undefined): OpenRun {
  const client = useQueryClient();
  const options = queries.run(key);
  const { data, error, refetch } = useQuery({
    ...options,
    refetchInterval: ({ state }) => {
      const run = state.data?.run;
      return run !== undefined && isPending(run.status) ? waitingMs : false;
    },
  });
  const [pinned, setPinned] = useState<RunDetail | null>(null);

  let shown = pinned !== null && isOf(pinned, key) ? pinned : null;
  if (data !== undefined && data !== shown && (shown === null || !replacesImages(shown.run, data.run))) {
    shown = data;
    setPinned(data);
  }

  const isStale =
    data !== undefined &&
    row !== undefined &&
    (row.factsVersion > data.run.factsVersion || row.status !== statusAside(data.run, row));
  useEffect(() => {
    if (isStale) void client.invalidateQueries({ queryKey: options.queryKey });
    // The key changes with every render; the row's version triggers the reload.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, isStale, row?.version]);

  return {
    detail: shown,
    newer: data !== undefined && data !== shown ? data : null,
    showNewer: () => setPinned(data ?? null),
    error: shown === null ? error : null,
    retry: () => void refetch(),
  };
}

function isOf({ run, release }: RunDetail, key: RunKey): boolean {
  return (
    run.name === key.runName &&
    run.buildId === key.buildId &&
    release.name === key.releaseName &&
    release.number === key.releaseNumber
  );
}

/**
 * Whether new images would replace any that are compared on screen; one that joins those that stay replaces none. A failed
 * run has nothing to compare: its panel says what the list says.
 */
function replacesImages(shown: Run, next: Run): boolean {
  if (shown.status === 'failed') return false;
  const [from, to] = [imagesOf(shown), imagesOf(next)];
  // Of two that are the same file, only `after` is there.
  const before = to.before ?? to.after;
  return (
    (from.before !== null && from.before !== before) ||
    (['after', 'diff', 'aligned'] as const).some((image) => from[image] !== null && from[image] !== to[image])
  );
}

/** The run's status with the row's verdict applied: a verdict alone requires no reload. */
function statusAside({ status }: Run, row: RunRow): Run['status'] {
  const isDifference = status === 'diff_found' || status === 'diff_approved';
  const rowDiffers = row.status === 'diff_found' || row.status === 'diff_approved';
  return isDifference && rowDiffers ? row.status : status;
}

/** A run's images for fetching ahead. @throws AppError */
export async function fetchRunImages(client: QueryClient, key: RunKey): Promise<ViewerImages | null> {
  return runImages(await client.fetchQuery({ ...queries.run(key), staleTime: 60_000 }));
}
