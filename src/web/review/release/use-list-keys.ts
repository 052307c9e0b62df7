import type { RefObject } from 'react';
import { useShortcuts } from '../keyboard/registry.ts';
import type { Shortcut } from '../keyboard/registry.ts';
import { isMissingId } from '../runs/missing-pages.ts';
import { isUndecided } from '../runs/run-row.ts';
import type { Selection } from './use-selection.ts';
import type { Visit } from '../visit/visit.ts';

interface ListKeys {
  visit: Visit;
  /** All ids on the page, in order. */
  shown: readonly number[];
  /** Cards per line; 1 in a list. */
  columns: number;
  current: number | null;
  selection: Selection;
  mayReview: boolean;
  setCurrent: (id: number | null) => void;
  open: (id: number) => void;
  askSameChanges: (id: number) => void;
  /** Asks for the reason to accept that a run failed. */
  askAccept: (ids: readonly number[]) => void;
  /** The runs that a row stands for: all variants of its page. */
  membersOf: (id: number) => readonly number[];
  nextVariant: (id: number) => void;
  judgeSelected: (verdict: 'approved' | 'rejected') => void;
  searchField: RefObject<HTMLInputElement | null>;
  clear: () => void;
  toggleLayout: () => void;
  /** Whether the runs are shown; the changes have other keys. */
  isActive: boolean;
}

/** Keys of the release page. */
export function useListKeys(keys: ListKeys): void {
  const { visit, shown, columns, current, selection, isActive } = keys;
  const mayReview = keys.mayReview && isActive;
  const { store, decisions } = visit;
  const at = current === null ? -1 : shown.indexOf(current);
  const needsDecision = (id: number) => {
    if (isMissingId(id)) return store.missing.page(id)?.verdict === 'undecided';
    return keys.membersOf(id).some((each) => {
      const row = store.row(each);
      return row !== undefined && isUndecided(row);
    });
  };
  const go = (by: number) => () => {
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by));
    if (shown[next] !== undefined) keys.setCurrent(shown[next]);
  };
  const nextUndecided = (from: number, by: 1 | -1): number | undefined =>
    by === 1
      ? (shown.slice(from + 1).find(needsDecision) ?? shown.slice(0, Math.max(0, from)).find(needsDecision))
      : (shown.slice(0, Math.max(0, from)).findLast(needsDecision) ??
        shown.slice(from + 1).findLast(needsDecision));
  const goUndecided = (by: 1 | -1) => () => {
    const next = nextUndecided(at, by);
    if (next !== undefined) keys.setCurrent(next);
  };
  const openCurrent = () => {
    if (current !== null) keys.open(current);
  };
  const judge = (verdict: 'approved' | 'rejected') => () => {
    if (selection.ids.size > 0) return keys.judgeSelected(verdict);
    if (current === null) return;
    const row = store.row(current);
    const members = keys.membersOf(current);
    if (verdict === 'approved' && row?.status === 'failed' && row.verdict === 'none') {
      return keys.askAccept(members.filter((id) => store.row(id)?.status === 'failed'));
    }
    const { ids } = isMissingId(current)
      ? decisions.judgePages([current], verdict === 'approved' ? 'confirmed' : 'rejected')
      : decisions.judge(members, verdict);
    const next = nextUndecided(at, 1);
    if (ids.length > 0 && next !== undefined) keys.setCurrent(next);
  };
  const select = (isRange: boolean) => () => {
    if (current !== null) selection.toggle(current, isRange);
  };
  const escape = () => {
    if (document.activeElement === keys.searchField.current) keys.searchField.current?.blur();
    if (selection.ids.size > 0) selection.clear();
    else keys.clear();
  };

  const undo = () => {
    const undone = decisions.undo();
    const [only] = undone?.runIds.length === 1 ? undone.runIds : [];
    if (only !== undefined && shown.includes(only)) keys.setCurrent(only);
  };

  const moves: Shortcut[] = [
    { keys: ['j', 'ArrowDown'], does: 'next run', run: go(1) },
    { keys: ['k', 'ArrowUp'], does: 'previous run', run: go(-1) },
    ...(columns > 1
      ? [
          { keys: ['ArrowRight'], does: 'next card', run: go(1) },
          { keys: ['ArrowLeft'], does: 'previous card', run: go(-1) },
        ]
      : []),
    { keys: ['Shift+J'], does: 'next run that needs a decision', run: goUndecided(1) },
    { keys: ['Shift+K'], does: 'previous run that needs a decision', run: goUndecided(-1) },
    { keys: ['o', 'Enter'], does: 'open the run', run: openCurrent },
  ];
  const looks: Shortcut[] = [
    { keys: ['/'], does: 'search names', run: () => keys.searchField.current?.select() },
    {
      keys: ['v'],
      does: 'next variant of a page: viewport, color scheme or browser',
      run: () => {
        if (current !== null) keys.nextVariant(current);
      },
    },
    { keys: ['g'], does: 'list or grid', run: keys.toggleLayout },
    { keys: ['Escape'], does: 'clear selection, then filter', run: escape },
  ];
  useShortcuts('Move', isActive ? moves : []);
  useShortcuts('Look', isActive ? looks : []);
  useShortcuts(
    'Decide',
    mayReview
      ? [
          {
            keys: ['y'],
            does: 'approve, confirm a removal or accept a failure, and go to the next undecided',
            run: judge('approved'),
          },
          { keys: ['n'], does: 'reject and go to the next undecided', run: judge('rejected') },
          { keys: ['x'], does: 'select', run: select(false) },
          { keys: ['Shift+X'], does: 'select through this run', run: select(true) },
          {
            keys: ['e'],
            does: 'approve all runs with the same changes',
            run: () => {
              if (current !== null && !isMissingId(current)) keys.askSameChanges(current);
            },
          },
          { keys: ['Ctrl+Z'], shown: 'Ctrl or ⌘ Z', does: 'undo the last decision', run: undo },
        ]
      : [],
  );
}
