/**
 * How costs grow with the size of the database. The sizes are interleaved, so that a busy minute affects all of them.
 */
import { findRun } from '../../../src/services/runs/find-run.ts';
import { listRuns } from '../../../src/services/runs/list-runs.ts';
import { reportRun } from '../../../src/services/runs/report-run.ts';
import { requestRun } from '../../../src/services/runs/request-run.ts';
import { median } from '../../machine.ts';
import { copyRelease, copyRows } from '../grow.ts';
import type { RepeatInput } from '../loads/repeat.ts';
import { cpuMs } from '../process-cost.ts';
import { explain, type ExplainedStatement } from '../query-plans.ts';
import { createRelease, makeBaseline, openScene, reportFields, reportRuns, type Scene } from '../scene.ts';
import { failures, type Bench, type Figure, type Part } from './part.ts';

const sizes = [1_000, 10_000, 100_000];
const runsPerRelease = 1_000;
const clients = 4;
const calls = 400;
const pages = 15;
const mostGrowth = 1.5;
const warmUps = 1;

type Call = 'request_run' | 'report_run' | 'find_run' | 'release page data';
const callNames: Call[] = ['request_run', 'report_run', 'find_run', 'release page data'];

/** A call on the existing data; every round creates new runs. */
function inputOf(scene: Scene, call: Call, release: string, round: number): RepeatInput {
  const { target, buildId } = scene;
  const write = { target, method: 'POST' as const, clients, count: calls };
  const place = { build_id: buildId, release_name: release, release_number: 1 };
  switch (call) {
    case 'request_run':
      return {
        ...write,
        path: '/api/request_run',
        fields: { ...place, run_name: `/page/{i}/${round}`, url: `http://shop.test/${round}/{i}` },
      };
    case 'report_run':
      return {
        ...write,
        path: '/api/report_run',
        fields: reportFields(scene, release, `/report/{i}/${round}`),
      };
    case 'find_run':
      return {
        ...write,
        path: '/api/find_run',
        fields: { build_id: buildId, run_name: '/page/{i}' },
        modulo: runsPerRelease,
      };
    case 'release page data':
      return {
        target,
        method: 'GET',
        path: `/api/v1/builds/${buildId}/runs`,
        fields: { ...place, release_name: release === 'today' ? 'baseline' : release },
        clients: 1,
        count: pages,
      };
  }
}

interface Measures {
  /** Median time of a call, milliseconds, by round. */
  ms: number[];
  /** Processor time of the server per call, microseconds, by round. */
  cpuUs: number[];
}

async function measure(
  bench: Bench,
  scenes: readonly Scene[],
  release: string,
): Promise<Record<Call, Measures[]>> {
  const measures = Object.fromEntries(
    callNames.map((name) => [name, scenes.map((): Measures => ({ ms: [], cpuUs: [] }))]),
  ) as Record<Call, Measures[]>;
  for (let round = 0; round < warmUps + bench.rounds; round++) {
    for (const name of callNames) {
      for (const [index, scene] of scenes.entries()) {
        const before = cpuMs(scene.server.pid);
        const stats = await bench.generator.run('repeat', inputOf(scene, name, release, round));
        if (failures(stats.statuses) > 0) throw new Error(`${name}: ${JSON.stringify(stats.statuses)}`);
        if (round < warmUps) continue;
        measures[name][index]!.ms.push(stats.p50);
        measures[name][index]!.cpuUs.push(((cpuMs(scene.server.pid) - before) / stats.count) * 1_000);
      }
    }
  }
  return measures;
}

/** Ratio of the largest to the smallest, per round. */
function ratios(of: Measures[], name: keyof Measures, perRun = 1): number[] {
  const [smallest, largest] = [of[0]![name], of.at(-1)![name]];
  return largest.map((value, round) => value / smallest[round]! / perRun);
}

function table(of: Record<Call, Measures[]>, labels: readonly string[]): string {
  const cell = ({ ms, cpuUs }: Measures) => `${median(ms).toFixed(2)} ms, ${Math.round(median(cpuUs))} µs`;
  return [
    `| median of a call, processor time of the server | ${labels.join(' | ')} |`,
    `| --- |${labels.map(() => ' --- |').join('')}`,
    ...callNames.map((name) => `| ${name} | ${of[name].map(cell).join(' | ')} |`),
  ].join('\n');
}

export const buildGrowth: Part = {
  id: 'growth-build',
  title: '1,000, 10,000 and 100,000 runs in one build',
  async run(bench) {
    const scenes: Scene[] = [];
    for (const size of sizes) {
      const scene = await openScene(bench);
      await makeBaseline(scene, bench.generator, runsPerRelease);
      await createRelease(scene, 'today');
      await scene.restart((sql) => copyRelease(sql, 'baseline', size / runsPerRelease - 1));
      scenes.push(scene);
    }
    const measured = await measure(bench, scenes, 'today');
    const biggest = scenes.at(-1)!;
    await biggest.server.stop();
    const plans = await explainCalls(biggest);
    for (const scene of scenes) {
      if (scene !== biggest) await scene.server.stop();
      scene.place.remove();
    }
    const labels = sizes.map((size) => `${size.toLocaleString('en')} runs`);
    return {
      figures: growthFigures(measured, 1),
      note: [
        table(measured, labels),
        '',
        `Release page data is that of a release of ${runsPerRelease.toLocaleString('en')} runs in each.`,
        '',
        plansText(plans, labels.at(-1)!),
      ].join('\n'),
    };
  },
};

const releaseSizes = [1_000, 5_000];

export const releaseGrowth: Part = {
  id: 'growth-release',
  title: '1,000 and 5,000 runs in one release',
  async run(bench) {
    const scenes: Scene[] = [];
    for (const size of releaseSizes) {
      const scene = await openScene(bench);
      await makeBaseline(scene, bench.generator, runsPerRelease);
      await createRelease(scene, 'big');
      await reportRuns(scene, bench.generator, 'big', 100);
      await scene.restart(async (sql) => {
        const inBig = `release_id = (select id from releases where name = 'big')`;
        await copyRows(sql, 'runs', inBig, size / 100 - 1, { name: `name || '/copy/' || k` });
      });
      scenes.push(scene);
    }
    const measured = await measure(bench, scenes, 'big');
    for (const scene of scenes) await scene.end();
    return {
      figures: growthFigures(measured, releaseSizes[1]! / releaseSizes[0]!),
      note: [
        table(
          measured,
          releaseSizes.map((size) => `${size.toLocaleString('en')} runs`),
        ),
        '',
        'Release page data has five times as many runs there; its ratio is that of the time per run. ' +
          'Each round adds 800 runs to both.',
      ].join('\n'),
    };
  },
};

function growthFigures(measured: Record<Call, Measures[]>, timesAsManyRuns: number): Figure[] {
  return callNames.flatMap((name): Figure[] => {
    const perRun = name === 'release page data' ? timesAsManyRuns : 1;
    return [
      {
        what: `${name}: time at the largest ÷ at the smallest`,
        unit: '×',
        values: ratios(measured[name], 'ms', perRun),
        atMost: mostGrowth,
      },
      {
        what: `${name}: the same of processor time`,
        unit: '×',
        values: ratios(measured[name], 'cpuUs', perRun),
      },
    ];
  });
}

const root = { kind: 'local' } as const;

function explainCalls({ place, buildId, images }: Scene): Promise<Record<string, ExplainedStatement[]>> {
  const today = { buildId, releaseName: 'today', releaseNumber: 1 };
  return explain(place, {
    request_run: (deps) => requestRun(deps, root, { ...today, url: 'http://shop.test/plan' }),
    report_run: (deps) => reportRun(deps, root, { ...today, runName: '/plan', image: images[0]! }),
    find_run: (deps) => findRun(deps, root, { buildId, runName: '/page/1' }),
    'release page data': (deps) => listRuns(deps, root, { ...today, releaseName: 'baseline' }),
  });
}

/** Statements without their column lists, each with its plan; without inserts, whose plans are trivial. */
function plansText(plans: Record<string, ExplainedStatement[]>, label: string): string {
  const lines = Object.entries(plans).flatMap(([name, statements]) => [
    `-- ${name}`,
    ...statements
      .filter(({ sql }) => !/^insert/i.test(sql))
      .flatMap(({ sql, plan }) => [short(sql), ...plan.map((step) => `    ${step}`)]),
  ]);
  return [
    `<details><summary>Query plans at ${label}</summary>`,
    '',
    '```text',
    ...lines,
    '```',
    '',
    '</details>',
  ].join('\n');
}

function short(sql: string): string {
  return sql
    .replace(/^select .*? from /, 'select … from ')
    .replace(/ set .*? where /, ' set … where ')
    .replaceAll('"', '');
}
