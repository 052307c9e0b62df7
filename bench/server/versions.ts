/**
 * Compares this build of the server with another one, in turns in one run:
 *   node bench/server/versions.ts OTHER/bin/dpxdt.js [--database sqlite|postgres] [--loads one,many] [--rounds N] [--seconds N]
 * Prints medians, and the median of the ratios within each round: what else the machine does affects both alike.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../machine.ts';
import { startGenerator } from './generator-process.ts';
import type { RepeatInput } from './loads/repeat.ts';
import { failures } from './parts/part.ts';
import { newPlace, removeAll, type DatabaseKind } from './places.ts';
import { cpuMs } from './process-cost.ts';
import { binary, buildProduct, outFolder } from './product.ts';
import { createRelease, makeBaseline, openScene, reportFields, type Scene } from './scene.ts';
import { killAll } from './server-process.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'postgres' },
    loads: { type: 'string', default: 'find,one,many,based,report' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    'no-build': { type: 'boolean', default: false },
  },
});
const [other] = positionals;
if (other === undefined) throw new Error('Name the other bin/dpxdt.js, with its dist folder beside bin.');
const clients = 16;
const baselinePages = 1_000;
const manyReleases = Array.from({ length: clients }, (_, index) => `many-${index}`);

type Call = Pick<RepeatInput, 'path' | 'fields' | 'modulo'>;

/** What each client repeats; each round has another release where pages must be new. */
const loads: Record<string, (scene: Scene, round: number) => Promise<Call>> = {
  one: async ({ buildId }, round) => requests(buildId, 'one', `/${round}/{i}`),
  many: async ({ buildId }, round) => requests(buildId, manyReleases, `/${round}/{i}`),
  async based(scene, round) {
    await createRelease(scene, `based-${round}`);
    return requests(scene.buildId, `based-${round}`, '/page/{i}');
  },
  find: async ({ buildId }) => ({
    path: '/api/find_run',
    fields: { build_id: buildId, run_name: '/page/{i}' },
    modulo: baselinePages,
  }),
  report: async (scene, round) => ({
    path: '/api/report_run',
    fields: reportFields(scene, 'one', `/reported/${round}/{i}`),
  }),
};

function requests(buildId: number, release: string | readonly string[], path: string): Call {
  const place = { build_id: buildId, release_name: release, release_number: 1 };
  return { path: '/api/request_run', fields: { ...place, url: `http://shop.test${path}` } };
}

if (!options['no-build']) buildProduct();
mkdirSync(outFolder, { recursive: true });
const generator = startGenerator();
const database = options.database as DatabaseKind;
const bench = { generator, rounds: 1, database, newPlace: () => newPlace(database) };
const scenes: Scene[] = [];
for (const version of [resolve(other), binary]) {
  process.env['DPXDT_BENCH_BINARY'] = version;
  const scene = await openScene(bench);
  await makeBaseline(scene, generator, baselinePages);
  for (const name of ['one', ...manyReleases]) await createRelease(scene, name);
  scenes.push(scene);
}
for (const name of options.loads.split(',')) {
  const rates: number[][] = [[], []];
  const cpuUs: number[][] = [[], []];
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const version of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const scene = scenes[version]!;
      const call = await loads[name]!(scene, round);
      const isOfFewPages = name === 'based';
      const extent =
        round === 0 || isOfFewPages ? { count: baselinePages } : { forMs: Number(options.seconds) * 1_000 };
      const before = cpuMs(scene.server.pid);
      const stats = await generator.run('repeat', {
        ...{ target: scene.target, method: 'POST', clients },
        ...call,
        ...extent,
      });
      if (failures(stats.statuses) > 0) throw new Error(`${name}: ${JSON.stringify(stats.statuses)}`);
      if (round === 0) continue;
      rates[version]!.push(stats.rate);
      cpuUs[version]!.push(((cpuMs(scene.server.pid) - before) / stats.count) * 1_000);
    }
  }
  const figure = (what: string, unit: string, [theirs, ours]: number[][]) => {
    const ratio = median(ours!.map((value, round) => value / theirs![round]!));
    const [before, after] = [median(theirs!), median(ours!)].map(Math.round);
    console.log(
      `${name}, ${what}: other ${before} ${unit}, this ${after} ${unit}, this ÷ other ${ratio.toFixed(2)}`,
    );
  };
  figure('calls', '/s', rates);
  figure('processor time of the server per call', 'µs', cpuUs);
}
for (const scene of scenes) await scene.end();
generator.stop();
killAll();
removeAll();
process.exit(0);
