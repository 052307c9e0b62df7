import { useMemo, useState } from 'react';
import { familiesOf, foldVariants, type Folded } from '../runs/variants.ts';
import type { ViewSection } from '../runs/release-view.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import { useReleaseState } from '../visit/visit.ts';

export interface Variants extends Folded {
  /** The runs that a row stands for: one, or all variants of its page that are listed. */
  membersOf: (id: number) => readonly number[];
  /** Shows the next variant in its row. @returns its run; the same without variants */
  next: (id: number) => number;
}

/** The sections with one row for all variants of a page. */
export function useVariants(store: ReleaseStore, sections: readonly ViewSection[]): Variants {
  const { order } = useReleaseState(store);
  const [chosen, setChosen] = useState<ReadonlyMap<string, number>>(() => new Map());
  const families = useMemo(() => familiesOf(order, (id) => store.row(id)), [order, store]);
  const folded = useMemo(() => foldVariants(sections, families, chosen), [sections, families, chosen]);
  return {
    ...folded,
    membersOf: (id) => folded.members.get(id) ?? [id],
    next: (id) => {
      const ids = folded.members.get(id);
      const family = families.get(id);
      if (ids === undefined || family === undefined) return id;
      const next = ids[(ids.indexOf(id) + 1) % ids.length]!;
      setChosen(new Map([...chosen, [family.base, next]]));
      return next;
    },
  };
}
