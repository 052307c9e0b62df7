import type { Generator } from '../generator-process.ts';
import type { DatabaseKind, Place } from '../places.ts';

/** One measured figure, with its value in every round. */
export interface Figure {
  what: string;
  unit: string;
  values: number[];
  /** Minimum or maximum for the median; a figure without a target is informational. */
  atLeast?: number;
  atMost?: number;
}

export interface Bench {
  generator: Generator;
  rounds: number;
  database: DatabaseKind;
  newPlace(): Promise<Place>;
}

export interface Measured {
  figures: Figure[];
  /** Markdown to show below the figures. */
  note?: string;
}

/** One load target, or the growth of cost. */
export interface Part {
  id: string;
  title: string;
  run(bench: Bench): Promise<Measured>;
}

/** Number of calls with another status than 200. */
export function failures(statuses: Record<number, number>): number {
  return Object.entries(statuses)
    .filter(([status]) => status !== '200')
    .reduce((sum, [, count]) => sum + count, 0);
}
