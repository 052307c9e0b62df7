/** Positions of headings, rows and cards. Heights are fixed, so the scroll bar is correct from the first frame. Pure. */

import type { ViewSection } from '../runs/release-view.ts';

export interface Line {
  height: number;
  /** Index of the section. */
  section: number;
  /** Index in the section of its first run; null for a heading. */
  first: number | null;
  /** How many runs are side by side. */
  count: number;
}

export interface Measures {
  headingHeight: number;
  /** Height of a row, or of a card with the gap below it. */
  itemHeight: number;
  /** Cards per line; 1 in a list. */
  columns: number;
}

/** One line per heading, row, or row of cards. */
export function layOut(
  sections: readonly ViewSection[],
  { headingHeight, itemHeight, columns }: Measures,
): Line[] {
  return sections.flatMap(({ ids }, section): Line[] => [
    { height: headingHeight, section, first: null, count: 0 },
    ...Array.from({ length: Math.ceil(ids.length / columns) }, (_, line) => ({
      height: itemHeight,
      section,
      first: line * columns,
      count: Math.min(columns, ids.length - line * columns),
    })),
  ]);
}

/** Index of the line with a run; -1 if not shown. */
export function lineOf(sections: readonly ViewSection[], lines: readonly Line[], id: number): number {
  const section = sections.findIndex(({ ids }) => ids.includes(id));
  if (section < 0) return -1;
  const index = sections[section]!.ids.indexOf(id);
  return lines.findIndex(
    (line) => line.section === section && line.first !== null && index < line.first + line.count,
  );
}
