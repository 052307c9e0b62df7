/** The section `years` of RESULTS.md. */
import { availableParallelism } from 'node:os';
import { describeCommit, describeMachine } from '../machine.ts';
import type { DatabaseKind } from '../server/places.ts';
import type { JobTimes } from './jobs.ts';
import type { Times } from './measure.ts';

export interface Measured {
  small: Map<string, Times>;
  years: Map<string, Times>;
  jobs: JobTimes[];
  startMs: number;
}

export function resultsText(
  measured: Partial<Record<DatabaseKind, Measured>>,
  { rounds, load, releases }: { rounds: number; load: number; releases: number },
): string {
  const kinds = (['sqlite', 'postgres'] as const).filter((kind) => measured[kind] !== undefined);
  const of = (kind: DatabaseKind) => measured[kind]!;
  const first = of(kinds[0]!);
  const names = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
  const callRows = [...first.years.keys()].map((what) => {
    const cells = kinds.map((kind) => {
      const [small, years] = [of(kind).small.get(what), of(kind).years.get(what)];
      return years === undefined
        ? ''
        : `${shown(small?.median)}, ${shown(years.median)}, ${shown(years.max)}`;
    });
    return `| ${what} | ${cells.join(' | ')} |`;
  });
  const jobRows = first.jobs.map(({ what }) => {
    const cells = kinds.map((kind) => {
      const job = of(kind).jobs.find((one) => one.what === what)!;
      return `${shown(job.tookMs)}, ${shown(job.longestWaitMs)}, ${shown(job.medianWaitMs)}`;
    });
    return `| ${what} | ${cells.join(' | ')} |`;
  });
  const header = (what: string) => [
    `| ${what} | ${kinds.map((kind) => names[kind]).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(kinds.length)}`,
  ];
  return [
    '## After years of use',
    '',
    `${describeMachine()}, commit ${describeCommit()}; load before: ${load.toFixed(1)}`,
    '',
    `${number(releases)} releases in 50 builds with ${number(releases * 25)} runs and as much activity, ${number(releases * 10)} artifacts and mails, ${number(releases * 15)} ended tasks, ${number(releases * 5)} events. Each call ${rounds} times over HTTP, one after the other; the rules of retention once.`,
    '',
    ...(load > availableParallelism()
      ? [
          'Other programs used the processors meanwhile, so the times that passed are several times too long: compare them with those of a hundredth of the data.',
          '',
        ]
      : []),
    `A start took ${kinds.map((kind) => `${(of(kind).startMs / 1_000).toFixed(1)} s on ${names[kind]}`).join(', ')}.`,
    '',
    ...header('call: median with a hundredth of the data, median, longest; ms'),
    ...callRows,
    '',
    ...header('job: how long; longest and median wait of another caller meanwhile; ms'),
    ...jobRows,
  ].join('\n');
}

const number = (value: number) => value.toLocaleString('en');

const shown = (ms: number | undefined) =>
  ms === undefined ? '' : ms < 10 ? ms.toFixed(1) : number(Math.round(ms));
