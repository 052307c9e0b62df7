import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';

export interface Figure {
  what: string;
  value: number;
  /** Milliseconds by default. */
  unit?: 'ms' | 'MiB' | 'a second' | 'rows';
  /** Greatest value within the budget; without one, the figure is only listed. */
  atMost?: number;
  /** Processor time of the page's main thread, in milliseconds, measured like `value`: says more on a busy machine. */
  processorMs?: number;
}

export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}

/** Lines of a Markdown table. */
export function table(figures: readonly Figure[]): string[] {
  return [
    '| what | budget | measured | processor time | |',
    '| --- | ---: | ---: | ---: | --- |',
    ...figures.map((figure) => {
      const { what, value, unit = 'ms', atMost, processorMs } = figure;
      const cells = [
        what,
        atMost === undefined ? '' : `≤ ${number(atMost)} ${unit}`,
        `${number(value)} ${unit}`,
        processorMs === undefined ? '' : `${number(processorMs)} ms`,
        atMost === undefined ? '' : value <= atMost ? 'hit' : '**miss**',
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

export interface Section {
  /** Of RESULTS.md. */
  name: string;
  title: string;
  /** What was measured. */
  words: string;
  /** Of the last minute before it began. */
  load: number;
  lines: readonly string[];
}

/** Prints a section; a full run writes it to RESULTS.md too. */
export function publish({ name, title, words, load, lines }: Section, isQuick: boolean): void {
  const text = [
    `## Review UI: ${title}`,
    '',
    `${describeMachine()}; commit ${describeCommit()}; load ${load.toFixed(1)} before it began, ${recentLoad().toFixed(1)} at its end (the`,
    `benchmark itself counts). ${words}`,
    '',
    ...lines,
  ].join('\n');
  console.log(`\n${text}\n`);
  if (isQuick) console.log('A quick run: bench/RESULTS.md stays as it was.');
  else writeResultsSection(name, text);
}
