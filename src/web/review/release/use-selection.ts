import { useState } from 'react';

export interface Selection {
  ids: ReadonlySet<number>;
  /** Toggles one run; with `isRange`, adds all runs between it and the last one. */
  toggle: (id: number, isRange: boolean) => void;
  set: (ids: readonly number[]) => void;
  clear: () => void;
}

const none: ReadonlySet<number> = new Set();

/**
 * The selected runs.
 *
 * @param shown all ids in order, for range selection
 * @param maySelect whether a run can be judged at all
 */
export function useSelection(shown: readonly number[], maySelect: (id: number) => boolean): Selection {
  const [{ ids, anchor }, setState] = useState<{ ids: ReadonlySet<number>; anchor: number | null }>({
    ids: none,
    anchor: null,
  });
  return {
    ids,
    toggle: (id, isRange) => {
      if (isRange && anchor !== null) {
        const [from, to] = [shown.indexOf(anchor), shown.indexOf(id)].sort((a, b) => a - b) as [
          number,
          number,
        ];
        if (from >= 0) {
          const range = shown.slice(from, to + 1).filter(maySelect);
          setState({ ids: new Set([...ids, ...range]), anchor: id });
          return;
        }
      }
      if (!maySelect(id)) return;
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setState({ ids: next, anchor: id });
    },
    set: (wanted) => setState({ ids: new Set(wanted.filter(maySelect)), anchor }),
    clear: () => setState({ ids: none, anchor: null }),
  };
}
