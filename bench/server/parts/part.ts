import type { Generator } from '../generator-process.ts';
import type { DatabaseKind, Place } from '../places.ts';

/** One number that was measured, in every round. */
export interface Figure {
  what: string;
  unit: string;
  values: number[];
  /** What the median must be at least or at most; a figure without a target only informs. */
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
  /** More to show below the figures, as Markdown. */
  note?: string;
}

/** One load target, or the growth of cost. */
export interface Part {
  id: string;
  title: string;
  run(bench: Bench): Promise<Measured>;
}

/** Calls that were not answered 200, of a load's statuses. */
export function failures(statuses: Record<number, number>): number {
  return Object.entries(statuses)
    .filter(([status]) => status !== '200')
    .reduce((sum, [, count]) => sum + count, 0);
}
