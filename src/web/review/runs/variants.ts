/** Runs of one page that differ by viewport, color scheme or browser: one row with a switch. Pure. */

import type { RunRow } from './run-row.ts';
import type { ViewSection } from './release-view.ts';

/** The runs of one page, in the order of the list. */
export interface Family {
  base: string;
  ids: readonly number[];
}

export type Families = ReadonlyMap<number, Family>;

/**
 * The page and the variant of a run's name: `checkout` and `phone@dark` of `checkout@phone@dark`. Null for a name without
 * a variant; an `@` inside a path, as in `/@scope/page`, begins none.
 */
export function splitVariant(name: string): { base: string; variant: string } | null {
  const tail = name.slice(name.lastIndexOf('/') + 1);
  const at = tail.indexOf('@');
  const start = name.length - tail.length + at;
  if (at < 0 || start === 0 || tail.length === at + 1 || tail.endsWith('@')) return null;
  // Not `/@name`, nor an address with `@` in its query.
  if (at === 0 || /[?#=]/.test(tail.slice(at))) return null;
  return { base: name.slice(0, start), variant: name.slice(start + 1) };
}

/** What a variant is called beside the others of its page. */
export function variantLabel(name: string): string {
  return splitVariant(name)?.variant.replaceAll('@', ' · ') ?? 'default';
}

/** The families with at least two of these runs, by run. */
export function familiesOf(
  order: readonly number[],
  rowOf: (id: number) => Pick<RunRow, 'name'> | undefined,
): Families {
  const byBase = new Map<string, number[]>();
  for (const id of order) {
    const split = splitVariant(rowOf(id)?.name ?? '');
    if (split === null) continue;
    const ids = byBase.get(split.base);
    if (ids === undefined) byBase.set(split.base, [id]);
    else ids.push(id);
  }
  if (byBase.size === 0) return new Map();
  // A page without a variant belongs to those with one.
  for (const id of order) byBase.get(rowOf(id)?.name ?? '')?.unshift(id);
  const families = new Map<number, Family>();
  for (const [base, ids] of byBase) {
    if (ids.length < 2) continue;
    for (const id of ids) families.set(id, { base, ids });
  }
  return families;
}

export interface Folded {
  sections: readonly ViewSection[];
  /** The runs that a shown one stands for, itself included; only of rows with several. */
  members: ReadonlyMap<number, readonly number[]>;
}

/** Each family becomes one row, where its first run is. @param chosen the run to show, by the family's base */
export function foldVariants(
  sections: readonly ViewSection[],
  families: Families,
  chosen: ReadonlyMap<string, number>,
): Folded {
  if (families.size === 0) return { sections, members: new Map() };
  const listed = new Set(sections.flatMap(({ ids }) => ids));
  const members = new Map<number, readonly number[]>();
  const seen = new Set<string>();
  const folded = sections.map((section) => {
    const ids: number[] = [];
    for (const id of section.ids) {
      const family = families.get(id);
      if (family === undefined) {
        ids.push(id);
        continue;
      }
      if (seen.has(family.base)) continue;
      seen.add(family.base);
      const own = family.ids.filter((each) => listed.has(each));
      const wanted = chosen.get(family.base);
      const shown = wanted !== undefined && own.includes(wanted) ? wanted : id;
      ids.push(shown);
      if (own.length > 1) members.set(shown, own);
    }
    return { ...section, ids, count: section.ids.length };
  });
  return { sections: folded.filter(({ ids }) => ids.length > 0), members };
}

/** All runs of folded sections, the variants of a page one after another. */
export function unfolded({ sections, members }: Folded): readonly number[] {
  return sections.flatMap(({ ids }) => ids.flatMap((id) => members.get(id) ?? [id]));
}
