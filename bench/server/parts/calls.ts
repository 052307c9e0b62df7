/** L1 and L2: the most frequent calls. */
import type { Stats } from '../loads/clients.ts';
import type { RepeatInput } from '../loads/repeat.ts';
import { cpuMs } from '../process-cost.ts';
import { createRelease, makeBaseline, openScene, reportFields, type Scene } from '../scene.ts';
import { failures, type Bench, type Figure, type Part } from './part.ts';

const secondsMs = 4_000;
const warmUpCalls = 1_000;

/** Measures one kind of call in rounds. */
async function measureCalls(
  bench: Bench,
  scene: Scene,
  targets: { rate: number; p99Ms: number },
  what: string,
  inputOf: (round: number) => Omit<RepeatInput, 'target' | 'method' | 'forMs' | 'count'>,
): Promise<Figure[]> {
  const stats: Stats[] = [];
  const cpuUs: number[] = [];
  for (let round = 0; round <= bench.rounds; round++) {
    const extent = round === 0 ? { count: warmUpCalls } : { forMs: secondsMs };
    const before = cpuMs(scene.server.pid);
    const seen = await bench.generator.run('repeat', {
      target: scene.target,
      method: 'POST',
      ...inputOf(round),
      ...extent,
    });
    if (round === 0) continue;
    stats.push(seen);
    cpuUs.push(((cpuMs(scene.server.pid) - before) / seen.count) * 1_000);
  }
  return [
    { what, unit: '/s', values: stats.map(({ rate }) => rate), atLeast: targets.rate },
    { what: `${what}, p99`, unit: 'ms', values: stats.map(({ p99 }) => p99), atMost: targets.p99Ms },
    { what: `${what}, processor time of the server per call`, unit: 'µs', values: cpuUs },
    {
      what: `${what}, not answered 200`,
      unit: '',
      values: stats.map((s) => failures(s.statuses)),
      atMost: 0,
    },
  ];
}

export const reads: Part = {
  id: 'L1',
  title: 'find_run, 32 clients',
  async run(bench) {
    const scene = await openScene(bench);
    await makeBaseline(scene, bench.generator, 1_000);
    const figures = await measureCalls(bench, scene, { rate: 2_000, p99Ms: 50 }, 'find_run', () => ({
      path: '/api/find_run',
      fields: { build_id: scene.buildId, run_name: '/page/{i}' },
      modulo: 1_000,
      clients: 32,
    }));
    await scene.end();
    return { figures };
  },
};

export const writes: Part = {
  id: 'L2',
  title: 'request_run and report_run, 16 clients, every run new',
  async run(bench) {
    const scene = await openScene(bench);
    await makeBaseline(scene, bench.generator, 1_000);
    const targets = { rate: 1_000, p99Ms: 150 };
    const figures: Figure[] = [];
    await createRelease(scene, 'requested');
    figures.push(
      ...(await measureCalls(bench, scene, targets, 'request_run', (round) => ({
        path: '/api/request_run',
        fields: {
          build_id: scene.buildId,
          release_name: 'requested',
          release_number: 1,
          url: `http://shop.test/${round}/{i}`,
        },
        clients: 16,
      }))),
    );
    await createRelease(scene, 'reported');
    figures.push(
      ...(await measureCalls(bench, scene, targets, 'report_run', (round) => ({
        path: '/api/report_run',
        fields: reportFields(scene, 'reported', `/${round}/{i}`),
        clients: 16,
      }))),
      ...(await groupCommit(bench, scene)),
    );
    await scene.end();
    return { figures };
  },
};

/** The effect of group commits: the same call from few and many clients. */
async function groupCommit(bench: Bench, scene: Scene): Promise<Figure[]> {
  const others = [
    { what: '1 client', clients: 1, freshConnections: false },
    { what: '64 clients', clients: 64, freshConnections: false },
    { what: '16 clients, a new connection for every call', clients: 16, freshConnections: true },
  ];
  const figures: Figure[] = [];
  for (const { what, ...how } of others) {
    const stats = await bench.generator.run('repeat', {
      target: scene.target,
      method: 'POST',
      path: '/api/report_run',
      fields: reportFields(scene, 'reported', `/${what}/{i}`),
      ...how,
      forMs: secondsMs / 2,
    });
    const not200 = failures(stats.statuses);
    figures.push({ what: `report_run, ${what}`, unit: '/s', values: [stats.rate] });
    if (not200 > 0)
      figures.push({ what: `report_run, ${what}, not answered 200`, unit: '', values: [not200] });
  }
  return figures;
}
