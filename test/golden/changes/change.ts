/** Visible changes, as vector drawings: a cell before and after. */

/** A drawing of a cell: SVG elements, in CSS pixels from the cell's top left. */
export interface Change {
  /** The kind of change, e.g. `glyph`. */
  family: string;
  /** The change itself, unique in its family. */
  name: string;
  before: string;
  after: string;
  /** Background of both drawings. */
  background: string;
}

/** Every cell is this large, in CSS pixels, and shows nothing of its neighbors. */
export const cell = { width: 64, height: 48 } as const;

/** Foreground and background: full, usual and faint contrast, light on dark, and colors of similar brightness. */
export const inks = [
  ['#000000', '#ffffff'],
  ['#333333', '#ffffff'],
  ['#767676', '#ffffff'],
  ['#b4b4b4', '#ffffff'],
  ['#e2e2e2', '#ffffff'],
  ['#ffffff', '#000000'],
  ['#ffffff', '#1b4f72'],
  ['#e6edf3', '#0d1117'],
  ['#8b949e', '#0d1117'],
  ['#d93025', '#ffffff'],
  ['#1a73e8', '#ffffff'],
  ['#0a7d4f', '#eaf7f1'],
  ['#f5c518', '#ffffff'],
  ['#c0392b', '#27774a'],
] as const;

/** Deals from a list in turn, so that every case gets some of everything without all combinations. */
export function dealer<T>(values: readonly T[], step = 1): () => T {
  let index = 0;
  return () => values[(index += step) % values.length]!;
}

/** The color with one channel one step further, towards the middle. */
export function oneStep(colour: string, channel: 0 | 1 | 2): string {
  const at = 1 + channel * 2;
  const value = Number.parseInt(colour.slice(at, at + 2), 16);
  const next = value > 127 ? value - 1 : value + 1;
  return `${colour.slice(0, at)}${next.toString(16).padStart(2, '0')}${colour.slice(at + 2)}`;
}

/** All three channels one step further. */
export function oneStepAll(colour: string): string {
  return oneStep(oneStep(oneStep(colour, 0), 1), 2);
}

export function moved(drawing: string, x: number, y: number): string {
  return `<g transform="translate(${x} ${y})">${drawing}</g>`;
}
