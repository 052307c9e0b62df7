import { useMemo } from 'react';
import type { ReleaseSearch } from '../address/addresses.ts';
import {
  readFilters,
  readGrouping,
  withMissing,
  type ViewRequest,
  type ViewSection,
} from '../runs/release-view.ts';
import { useMissing, useReleaseState, type Visit } from './visit.ts';

/** The filter and grouping in an address. */
export function viewRequestOf({ show, q, group }: Pick<ReleaseSearch, 'show' | 'q' | 'group'>): ViewRequest {
  return { filters: readFilters(show), text: q ?? '', grouping: readGrouping(group) };
}

/** The sections of runs, shared by the list and the run page, so that both have the same order. */
export function useSections(visit: Visit, request: ViewRequest): readonly ViewSection[] {
  const state = useReleaseState(visit.store);
  return visit.view.sections(state, (id) => visit.store.row(id), request);
}

/** The sections of the release page: runs, and the pages that are missing. */
export function useSectionsWithMissing(visit: Visit, request: ViewRequest): readonly ViewSection[] {
  const sections = useSections(visit, request);
  const { missing } = visit.store;
  const { order } = useMissing(visit.store);
  return useMemo(
    () =>
      withMissing(
        sections,
        order.flatMap((id) => missing.page(id) ?? []),
        request,
      ),
    [sections, missing, order, request],
  );
}

/** All ids that are shown, in order. */
export function useShownIds(sections: readonly ViewSection[]): readonly number[] {
  return useMemo(() => sections.flatMap((section) => section.ids), [sections]);
}
