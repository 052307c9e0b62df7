/** The visible runs and their sections. Pure; one pass over the runs. */

import type { MissingPage } from './missing-pages.ts';
import { isCarried, isDifference, isForgiven, stateOf, type RunRow } from './run-row.ts';

export const runFilters = [
  'differs',
  'undecided',
  'approved',
  'rejected',
  'failed',
  'new',
  'waiting',
  'same',
  'forgiven',
  'carried',
  'missing',
] as const;
export type RunFilter = (typeof runFilters)[number];

export const groupings = ['none', 'prefix', 'places'] as const;
export type Grouping = (typeof groupings)[number];

export interface ViewRequest {
  /** Runs that match any of these; empty: all. */
  filters: readonly RunFilter[];
  /** Part of a name, in any letter case. */
  text: string;
  grouping: Grouping;
}

export interface ViewSection {
  key: string;
  title: string;
  ids: readonly number[];
  /** The runs that its rows stand for, where one row is several variants. */
  count?: number;
}

interface Order {
  order: readonly number[];
  /** How many at the front had failed, and how many then differed, when the order was computed. */
  failedCount: number;
  differenceCount: number;
}

/** The non-empty sections for a request, in fixed order. */
export function buildView(
  { order, failedCount, differenceCount }: Order,
  rowOf: (id: number) => RunRow | undefined,
  request: ViewRequest,
): ViewSection[] {
  const text = request.text.trim().toLowerCase();
  const sections = new Map<string, { key: string; title: string; ids: number[] }>();
  const places = request.grouping === 'places' ? countPlaces(order, rowOf) : null;
  const partAt = (index: number) =>
    index < failedCount ? 'failed' : index < failedCount + differenceCount ? 'differences' : restKey;
  order.forEach((id, index) => {
    const row = rowOf(id);
    if (row === undefined) return;
    if (request.filters.length > 0 && !request.filters.some((filter) => fits(row, filter))) return;
    if (text !== '' && !row.nameLower.includes(text)) return;
    const { key, title } = sectionOf(row, partAt(index), request.grouping, places);
    const section = sections.get(key);
    if (section === undefined) sections.set(key, { key, title, ids: [id] });
    else section.ids.push(id);
  });
  const found = [...sections.values()];
  if (places === null) return found;
  const rank = ({ key }: ViewSection) => lastKeys.indexOf(key);
  return found.sort((a, b) => rank(a) - rank(b));
}

const restKey = 'rest';
const aloneKey = 'alone';
/** With groups by changes, everything else is before these; what failed stays first, as it is in the order. */
const lastKeys: readonly string[] = [aloneKey, restKey];
const titles = { failed: 'Failed', differences: 'Differences', rest: 'Everything else' };

function sectionOf(
  row: RunRow,
  part: keyof typeof titles,
  grouping: Grouping,
  places: ReadonlyMap<string, number> | null,
): { key: string; title: string } {
  if (grouping === 'prefix') {
    const prefix = namePrefix(row.name);
    return { key: `prefix ${prefix}`, title: prefix };
  }
  if (places !== null && part === 'differences') {
    const count = row.changeSet === null ? 1 : (places.get(row.changeSet) ?? 1);
    return count > 1
      ? { key: `places ${row.changeSet}`, title: 'Exactly the same changes' }
      : { key: aloneKey, title: 'Other changes' };
  }
  return { key: part, title: titles[part] };
}

function countPlaces(
  order: readonly number[],
  rowOf: (id: number) => RunRow | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of order) {
    const key = rowOf(id)?.changeSet ?? null;
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The prefix of a name: the first part of a path (`/checkout/`), or the text up to the first separator. */
export function namePrefix(name: string): string {
  const path = /^\/[^/?#]*/.exec(name)?.[0];
  if (path !== undefined) return path;
  return /^[^\s/:?#@_.-]+/.exec(name)?.[0] ?? name;
}

/** Whether a run is among those that a filter shows. */
export function fits(row: RunRow, filter: RunFilter): boolean {
  const state = stateOf(row);
  switch (filter) {
    case 'differs':
      return isDifference(row);
    case 'undecided':
      return state === 'differs';
    case 'failed':
      return row.status === 'failed';
    case 'forgiven':
      return isForgiven(row);
    case 'carried':
      return isCarried(row);
    case 'missing':
      return false;
    case 'waiting':
      return state === 'waiting' || state === 'comparing';
    default:
      return state === filter;
  }
}

export const missingKey = 'missing';
export const renamedKey = 'renamed';

/**
 * The sections with the renamed and the missing pages that match the request, after the differences. A renamed page is
 * one row: its new run has no other.
 */
export function withMissing(
  sections: readonly ViewSection[],
  pages: readonly MissingPage[],
  { filters, text }: ViewRequest,
): readonly ViewSection[] {
  if (filters.length > 0 && !filters.includes('missing')) return sections;
  const wanted = text.trim().toLowerCase();
  const found = pages.filter(
    ({ nameLower, renamed }) =>
      nameLower.includes(wanted) || renamed?.name.toLowerCase().includes(wanted) === true,
  );
  if (found.length === 0) return sections;
  const section = (key: string, title: string, isRenamed: boolean) => ({
    key,
    title,
    ids: found.filter(({ renamed }) => (renamed !== null) === isRenamed).map(({ id }) => id),
  });
  const shown = new Set(found.flatMap(({ renamed }) => renamed?.runId ?? []));
  const runs = sections.map((each) => ({ ...each, ids: each.ids.filter((id) => !shown.has(id)) }));
  const rest = runs.findIndex(({ key }) => key === restKey);
  return runs
    .toSpliced(
      rest < 0 ? runs.length : rest,
      0,
      section(renamedKey, 'Renamed', true),
      section(missingKey, 'Missing', false),
    )
    .filter(({ ids }) => ids.length > 0);
}

/** Parses filters from an address: `failed,new`. Unknown ones are ignored. */
export function readFilters(text: string | undefined): RunFilter[] {
  const wanted = new Set((text ?? '').split(','));
  return runFilters.filter((filter) => wanted.has(filter));
}

export function readGrouping(text: string | undefined): Grouping {
  return groupings.find((grouping) => grouping === text) ?? 'none';
}

/**
 * The visible runs do not change until the user asks for it, even if the runs do: a decided run
 * stays under the *Undecided* filter, marked, until the filter is applied again.
 */
export class ViewKeeper {
  #key = '';
  #sections: readonly ViewSection[] = [];

  /** The sections for a request; unchanged until the request or the order changes. */
  sections(
    order: Order & { orderVersion: number },
    rowOf: (id: number) => RunRow | undefined,
    request: ViewRequest,
  ): readonly ViewSection[] {
    const key = JSON.stringify([order.orderVersion, request]);
    if (key !== this.#key) {
      this.#key = key;
      this.#sections = buildView(order, rowOf, request);
    }
    return this.#sections;
  }
}
