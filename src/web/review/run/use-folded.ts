import { useMemo } from 'react';
import { familiesOf, foldVariants, unfolded, type Folded } from '../runs/variants.ts';
import type { ViewSection } from '../runs/release-view.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import { useReleaseState } from '../visit/visit.ts';

/** The list beside an open run, with one row for all variants of a page; that of the open run shows it. */
export function useFolded(
  store: ReleaseStore,
  sections: readonly ViewSection[],
  current: number | null,
): Folded & { shown: readonly number[] } {
  const { order } = useReleaseState(store);
  const families = useMemo(() => familiesOf(order, (id) => store.row(id)), [order, store]);
  const base = current === null ? undefined : families.get(current)?.base;
  // Without variants, another open run is no other list.
  const chosen = base === undefined ? null : current;
  const folded = useMemo(
    () =>
      foldVariants(
        sections,
        families,
        new Map(base === undefined || chosen === null ? [] : [[base, chosen]]),
      ),
    [sections, families, base, chosen],
  );
  const listed = useMemo(() => unfolded(foldVariants(sections, families, new Map())), [sections, families]);
  return { ...folded, shown: listed };
}
