import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReleaseSearch } from '../address/addresses.ts';
import type { Grouping, RunFilter } from './release-view.ts';

/** How the address says what is shown. Typing is shown at once and written into the address when it pauses. */
export function useViewAddress(search: ReleaseSearch) {
  const navigate = useNavigate();
  const [text, setText] = useState(search.q ?? '');
  const writing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const change = (next: Partial<ReleaseSearch>) =>
    void navigate({
      to: '/release',
      search: { ...search, ...next },
      replace: true,
      resetScroll: false,
    });
  useEffect(() => () => clearTimeout(writing.current), []);
  const { id, name, number, show, q, group, layout } = search;
  const written = useMemo(
    () => ({
      id,
      name,
      number,
      ...(show !== undefined && { show }),
      ...(q !== undefined && { q }),
      ...(group !== undefined && { group }),
      ...(layout !== undefined && { layout }),
    }),
    [id, name, number, show, q, group, layout],
  );
  const view = useMemo(() => ({ ...written, q: text }), [written, text]);
  const write = (q: string) => {
    setText(q);
    clearTimeout(writing.current);
    writing.current = setTimeout(() => change({ q }), 300);
  };
  return {
    text,
    /** With what is being typed. */
    view,
    /** As it stands in the address bar. */
    written,
    layout: layout === 'grid' ? ('card' as const) : ('row' as const),
    setText: write,
    setFilters: (filters: readonly RunFilter[]) => change({ show: filters.join(',') }),
    setGrouping: (grouping: Grouping) => change({ group: grouping === 'none' ? '' : grouping }),
    setLayout: (next: 'row' | 'card') => change({ layout: next === 'card' ? 'grid' : '' }),
    clear: () => {
      clearTimeout(writing.current);
      setText('');
      change({ q: '', show: '' });
    },
  };
}
