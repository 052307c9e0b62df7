/** Writes the results as a section of RESULTS.md. */
import { loadavg } from 'node:os';
import { describeCommit, describeMachine, median, writeResultsSection } from '../machine.ts';
import type { DatabaseKind } from './places.ts';
import type { Figure, Measured, Part } from './parts/part.ts';
import { missCauses } from './miss-causes.ts';

export interface PartResult extends Measured {
  id: string;
  title: string;
  /** Load average of the minute before it began. */
  loadBefore: number;
  seconds: number;
  commit: string;
}

export interface Results {
  date: string;
  machine: string;
  database: DatabaseKind;
  rounds: number;
  parts: PartResult[];
}

export function newResults(database: DatabaseKind, rounds: number): Results {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    database,
    rounds,
    parts: [],
  };
}

export async function measurePart(part: Part, run: () => Promise<Measured>): Promise<PartResult> {
  const loadBefore = loadavg()[0]!;
  const startedAt = performance.now();
  const measured = await run();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { id: part.id, title: part.title, ...measured, loadBefore, seconds, commit: describeCommit() };
}

/** Null: the figure has no target. */
export function isHit(figure: Figure): boolean | null {
  const { atLeast, atMost } = figure;
  if (atLeast === undefined && atMost === undefined) return null;
  const value = median(figure.values);
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

export function partText(part: PartResult): string {
  const rows = part.figures.map((figure) => {
    const { what, unit, values } = figure;
    const hit = isHit(figure);
    const range = values.length > 1 ? `${shown(Math.min(...values))} – ${shown(Math.max(...values))}` : '';
    const target =
      figure.atLeast !== undefined
        ? `≥ ${figure.atLeast}`
        : figure.atMost !== undefined
          ? `≤ ${figure.atMost}`
          : '';
    const verdict = hit === null ? '' : hit ? 'hit' : '**miss**';
    return `| ${what} | ${`${shown(median(values))} ${unit}`.trim()} | ${range} | ${target} | ${verdict} |`;
  });
  const missed = part.figures.some((figure) => isHit(figure) === false);
  const cause = missed ? missCauses[part.id] : undefined;
  return [
    `### ${part.id}: ${part.title}`,
    '',
    '| what | median | range | target | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(cause === undefined ? [] : ['', `Missed: ${cause}`]),
    ...(part.note === undefined ? [] : ['', part.note]),
    '',
    `<sub>commit ${part.commit}, load before ${part.loadBefore.toFixed(1)}, ${Math.round(part.seconds)} s</sub>`,
  ].join('\n');
}

export function writeResults(results: Results): void {
  const name = results.database === 'sqlite' ? 'SQLite' : 'PostgreSQL';
  const busy = results.parts.some(({ loadBefore }) => loadBefore > quietLoad);
  const text = [
    `## Server on ${name}`,
    '',
    `${results.date}, ${results.machine}; ${results.rounds} rounds. ` +
      'Server, load generator and (where there is one) worker share the cores.',
    ...(busy
      ? ['', 'Other programs were at work on the machine: these figures are lower than what it can do.']
      : []),
    '',
    ...results.parts.map((part) => `${partText(part)}\n`),
  ].join('\n');
  writeResultsSection(`server-${results.database}`, text);
}

/** Higher than what the previous part leaves behind. */
const quietLoad = 4;

function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
