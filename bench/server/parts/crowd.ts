/** 400 clients that report into one release, and what others notice of it; 16 clients with a release each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { summarise } from '../loads/clients.ts';
import { cpuMs } from '../process-cost.ts';
import { createRelease, makeBaseline, openScene, reportFields, type Scene } from '../scene.ts';
import { failures, type Bench, type Figure, type Part } from './part.ts';

const crowd = 400;
const forMs = 6_000;
const probeEveryMs = 50;
const releases = 16;

interface Probes {
  times: number[];
  failed: number;
}

/** Asks for a page again and again until `isOver`. */
async function probe(scene: Scene, path: string, isOver: () => boolean): Promise<Probes> {
  const connection = new Connection(scene.server.url, scene.superuserKey);
  const probes: Probes = { times: [], failed: 0 };
  while (!isOver()) {
    const begin = performance.now();
    const { status } = await connection.request({ method: 'GET', path, dropBody: true });
    probes.times.push(performance.now() - begin);
    if (status !== 200) probes.failed++;
    await sleep(probeEveryMs);
  }
  connection.close();
  return probes;
}

async function underCrowd(bench: Bench, scene: Scene): Promise<Figure[]> {
  await createRelease(scene, 'crowded');
  await createRelease(scene, 'other');
  const rates: number[] = [];
  const ready: number[] = [];
  const page: number[] = [];
  let refused = 0;
  let failed = 0;
  const otherPage = `/api/v1/builds/${scene.buildId}/release?release_name=other&release_number=1`;
  for (let round = 0; round < bench.rounds; round++) {
    let isOver = false;
    const probes = [probe(scene, '/readyz', () => isOver), probe(scene, otherPage, () => isOver)];
    const stats = await bench.generator.run('repeat', {
      target: scene.target,
      method: 'POST',
      path: '/api/report_run',
      fields: reportFields(scene, 'crowded', `/${round}/{i}`),
      clients: crowd,
      forMs,
    });
    isOver = true;
    const [readyProbes, pageProbes] = (await Promise.all(probes)) as [Probes, Probes];
    rates.push((stats.statuses[200] ?? 0) / stats.seconds);
    ready.push(summarise(readyProbes.times).p95);
    page.push(summarise(pageProbes.times).p95);
    refused += (stats.statuses[429] ?? 0) + (stats.statuses[503] ?? 0);
    failed += failures(stats.statuses) - (stats.statuses[429] ?? 0) - (stats.statuses[503] ?? 0);
    failed += readyProbes.failed + pageProbes.failed;
  }
  return [
    {
      what: `/readyz while ${crowd} clients report into one release, p95`,
      unit: 'ms',
      values: ready,
      atMost: 100,
    },
    { what: 'another release meanwhile, p95', unit: 'ms', values: page },
    { what: 'reports answered 200 meanwhile', unit: '/s', values: rates },
    { what: 'reports refused because too many were in progress', unit: '', values: [refused] },
    { what: 'anything else not answered 200', unit: '', values: [failed], atMost: 0 },
  ];
}

async function inManyReleases(bench: Bench, scene: Scene): Promise<Figure[]> {
  const names = Array.from({ length: releases }, (_, index) => `many-${index}`);
  for (const name of names) await createRelease(scene, name);
  const place = { build_id: scene.buildId, release_name: names, release_number: 1 };
  const calls = {
    request_run: (round: number) => ({ ...place, url: `http://shop.test/many/${round}/{i}` }),
    report_run: (round: number) => ({ ...place, run_name: `/reported/${round}/{i}`, image: scene.images }),
  };
  const figures: Figure[] = [];
  for (const [call, fieldsOf] of Object.entries(calls)) {
    const rates: number[] = [];
    const cpuUs: number[] = [];
    let failed = 0;
    for (let round = 0; round <= bench.rounds; round++) {
      const before = cpuMs(scene.server.pid);
      const stats = await bench.generator.run('repeat', {
        target: scene.target,
        method: 'POST',
        path: `/api/${call}`,
        fields: fieldsOf(round),
        clients: releases,
        ...(round === 0 ? { count: 500 } : { forMs: forMs / 2 }),
      });
      failed += failures(stats.statuses);
      if (round === 0) continue;
      rates.push(stats.rate);
      cpuUs.push(((cpuMs(scene.server.pid) - before) / stats.count) * 1_000);
    }
    figures.push(
      {
        what: `${call}, ${releases} clients, ${releases} releases in turn`,
        unit: '/s',
        values: rates,
        atLeast: 1_000,
      },
      { what: 'the same, processor time of the server per call', unit: 'µs', values: cpuUs },
      { what: `the same, not answered 200`, unit: '', values: [failed], atMost: 0 },
    );
  }
  return figures;
}

export const crowded: Part = {
  id: 'crowd',
  title: 'many clients in one release',
  async run(bench) {
    const scene = await openScene(bench);
    await makeBaseline(scene, bench.generator, 1_000);
    const figures = await underCrowd(bench, scene);
    await scene.end();
    return { figures };
  },
};

export const manyReleases: Part = {
  id: 'many',
  title: 'many releases',
  async run(bench) {
    const scene = await openScene(bench);
    await makeBaseline(scene, bench.generator, 1_000);
    const figures = await inManyReleases(bench, scene);
    await scene.end();
    return { figures };
  },
};
