import type { KeyboardEvent, RefObject } from 'react';
import { useShortcuts } from './registry.ts';

/**
 * Keys for a list of rows: J and K move through the links marked `data-row`, as do arrow keys when one has the focus; O opens
 * it (as Enter does natively).
 *
 * @returns props for the element around the rows
 */
export function useRowKeys(list: RefObject<HTMLElement | null>): {
  onKeyDown: (event: KeyboardEvent) => void;
} {
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const current = () => {
    const active = document.activeElement;
    const item = active?.closest('li, tr');
    return rows().findIndex(
      (row) => row === active || (item !== null && item !== undefined && item.contains(row)),
    );
  };
  const move = (by: 1 | -1) => {
    const all = rows();
    const at = current();
    const to = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    to?.focus();
    to?.scrollIntoView({ block: 'nearest' });
  };
  useShortcuts('Move', [
    { keys: ['j'], does: 'next row', run: () => move(1) },
    { keys: ['k'], does: 'previous row', run: () => move(-1) },
    { keys: ['o'], shown: 'O or Enter', does: 'open the row', run: () => rows()[current()]?.click() },
  ]);
  return {
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || current() < 0) return;
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    },
  };
}
