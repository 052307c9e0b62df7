import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import type { Visit } from '../visit/visit.ts';

export interface Baseline {
  /** The baseline of the first compared run, which the others usually share. */
  baseline: Release | null;
  /** Why it was chosen, as a sentence, and by which rule; null where it is not known. */
  reason: string | null;
  rule: string | null;
  isKnown: boolean;
  /** Whether both images come with the run: `captured` from two addresses, or `uploaded`. */
  own: 'captured' | 'uploaded' | null;
  /** No run has a baseline. */
  hasNone: boolean;
}

/** What the release is compared with. */
export function useBaseline({ key, store }: Visit): Baseline {
  const compared = firstCompared(store.rows());
  const { data } = useQuery({
    ...queries.run({ ...key, runName: compared ?? '' }),
    enabled: compared !== null,
    staleTime: Infinity,
  });
  return {
    baseline: data?.baselineRelease ?? null,
    reason: data?.baseline?.reason ?? null,
    rule: data?.baseline?.rule ?? null,
    own: data === undefined ? null : data.run.ref.url === null ? 'uploaded' : 'captured',
    isKnown: data !== undefined,
    hasNone: compared === null && store.size > 0,
  };
}

function firstCompared(rows: Iterable<{ name: string; hasRef: boolean }>): string | null {
  for (const { name, hasRef } of rows) if (hasRef) return name;
  return null;
}
