import { useMemo } from 'react';
import type { ReleaseSearch } from '../address/addresses.ts';
import { readFilters, readGrouping, type ViewRequest, type ViewSection } from '../runs/release-view.ts';
import { useReleaseState, type Visit } from './visit.ts';

/** The filter and grouping in an address. */
export function viewRequestOf({ show, q, group }: Pick<ReleaseSearch, 'show' | 'q' | 'group'>): ViewRequest {
  return { filters: readFilters(show), text: q ?? '', grouping: readGrouping(group) };
}

/** The sections of runs, shared by the list and the run page, so that both have the same order. */
export function useSections(visit: Visit, request: ViewRequest): readonly ViewSection[] {
  const state = useReleaseState(visit.store);
  return visit.view.sections(state, (id) => visit.store.row(id), request);
}

/** All ids that are shown, in order. */
export function useShownIds(sections: readonly ViewSection[]): readonly number[] {
  return useMemo(() => sections.flatMap((section) => section.ids), [sections]);
}
