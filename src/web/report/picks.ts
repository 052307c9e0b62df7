/** Tests picked for approval. A report cannot approve; it collects names for one command. */

import { useSyncExternalStore } from 'react';
import type { LocalReport } from '../../contract/files/local-report.ts';

const undoDepth = 50;

let key = '';
let picked: ReadonlySet<string> = new Set();
let history: ReadonlySet<string>[] = [];
const listeners = new Set<() => void>();

/** Restores the picks of the same report after a reload. */
export function openPicks(report: LocalReport): void {
  key = `dpxdt.picks.${report.startedAt}.${report.folder}`;
  const names = new Set(report.tests.map((test) => test.name));
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '[]') as string[];
    picked = new Set(kept.filter((name) => names.has(name)));
  } catch {
    picked = new Set();
  }
}

function publish(next: ReadonlySet<string>): void {
  picked = next;
  try {
    sessionStorage.setItem(key, JSON.stringify([...next]));
  } catch {
    // Without storage, the picks last until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function setPicked(names: readonly string[], on: boolean): void {
  const next = new Set(picked);
  for (const name of names) {
    if (on) next.add(name);
    else next.delete(name);
  }
  if (next.size === picked.size && names.every((name) => next.has(name) === picked.has(name))) return;
  history = [...history.slice(1 - undoDepth), picked];
  publish(next);
}

/** @returns whether there was anything to undo */
export function undoPick(): boolean {
  const last = history.at(-1);
  if (last === undefined) return false;
  history = history.slice(0, -1);
  publish(last);
  return true;
}

export function usePicks(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => picked,
  );
}

export function isPicked(name: string): boolean {
  return picked.has(name);
}
