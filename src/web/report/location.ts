/** The shareable state of the view, in the address after `#`. */

import { useSyncExternalStore } from 'react';
import type { Transform } from '../viewer/transform.ts';
import { viewNames, type ViewName } from '../viewer/view-model.ts';
import type { FilterName } from './report-model.ts';
import { filterWords } from './words.ts';

export interface ReportLocation {
  /** Name of the open test, or null for the list. */
  test: string | null;
  view: ViewName | null;
  /** From 1. */
  region: number | null;
  /** Place and zoom in the image. */
  at: Transform | null;
  /** Whether what moved is aligned; null: as the user last chose. */
  aligned: boolean | null;
  states: readonly FilterName[];
  text: string;
  /** What the summary lists. */
  list: 'tests' | 'changes';
  /** ID of the change that the tests must have; null: any. */
  change: string | null;
}

export function parseLocation(hash: string): ReportLocation {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const states = (values.get('show') ?? '').split(',');
  const region = Number(values.get('region') ?? NaN);
  const [x, y, scale] = (values.get('at') ?? '').split(',').map(Number);
  const aligned = values.get('aligned');
  const hasPlace =
    [x, y, scale].every((value) => value !== undefined && Number.isFinite(value)) && scale! > 0;
  return {
    test: values.get('test'),
    view: viewNames.find((view) => view === values.get('view')) ?? null,
    region: Number.isInteger(region) && region >= 1 ? region : null,
    at: hasPlace ? { x: x!, y: y!, scale: scale! } : null,
    aligned: aligned === 'on' || aligned === 'off' ? aligned === 'on' : null,
    states: (Object.keys(filterWords) as FilterName[]).filter((state) => states.includes(state)),
    text: values.get('q') ?? '',
    list: values.get('list') === 'changes' ? 'changes' : 'tests',
    change: values.get('change'),
  };
}

export function formatLocation(location: ReportLocation): string {
  const parts: [string, string][] = [];
  if (location.test !== null) parts.push(['test', location.test]);
  if (location.view !== null && location.view !== 'side') parts.push(['view', location.view]);
  if (location.region !== null) parts.push(['region', String(location.region)]);
  if (location.at !== null) {
    const { x, y, scale } = location.at;
    parts.push(['at', `${Math.round(x)},${Math.round(y)},${Number(scale.toFixed(3))}`]);
  }
  if (location.aligned !== null) parts.push(['aligned', location.aligned ? 'on' : 'off']);
  if (location.states.length > 0) parts.push(['show', location.states.join(',')]);
  if (location.text !== '') parts.push(['q', location.text]);
  if (location.list === 'changes') parts.push(['list', location.list]);
  if (location.change !== null) parts.push(['change', location.change]);
  return parts.length === 0
    ? ''
    : `#${parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}

const listeners = new Set<() => void>();
let cached: { hash: string; location: ReportLocation } = { hash: '', location: parseLocation('') };

export function currentLocation(): ReportLocation {
  const { hash } = window.location;
  if (hash !== cached.hash) {
    const location = parseLocation(hash);
    const { states } = cached.location;
    cached = {
      hash,
      location: states.join() === location.states.join() ? { ...location, states } : location,
    };
  }
  return cached.location;
}

/** Changes parts of the address; `push` adds a step to the browser's history. */
export function navigate(change: Partial<ReportLocation>, how: 'push' | 'replace'): void {
  const hash = formatLocation({ ...currentLocation(), ...change });
  if (hash === window.location.hash) return;
  const url = hash === '' ? window.location.pathname + window.location.search : hash;
  try {
    if (how === 'push') window.history.pushState(null, '', url);
    else window.history.replaceState(null, '', url);
  } catch {
    window.location.hash = hash;
  }
  for (const listener of listeners) listener();
}

/** One value of the address; the component re-renders only when that value changes. */
export function useLocation<T>(select: (location: ReportLocation) => T): T {
  return useSyncExternalStore(subscribe, () => select(currentLocation()));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('hashchange', listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('hashchange', listener);
    window.removeEventListener('popstate', listener);
  };
}
