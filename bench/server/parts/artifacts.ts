/** L5 and L6: bytes in and out. */
import { memoryMb, resetPeak } from '../process-cost.ts';
import { openScene } from '../scene.ts';
import { failures, type Part } from './part.ts';

const mebibyte = 1_048_576;
const secondsMs = 3_000;
const clients = 8;

export const uploads: Part = {
  id: 'L5',
  title: 'upload, 1 MiB each, 8 clients, every file new',
  async run(bench) {
    const scene = await openScene(bench);
    const load = { target: scene.target, buildId: scene.buildId, bytes: mebibyte, clients };
    await bench.generator.run('upload', { ...load, count: 40 });
    const rates: number[] = [];
    const growth: number[] = [];
    let failed = 0;
    for (let round = 1; round <= bench.rounds; round++) {
      resetPeak(scene.server.pid);
      const before = memoryMb(scene.server.pid).now;
      const stats = await bench.generator.run('upload', { ...load, forMs: secondsMs });
      rates.push(stats.digests.length / stats.seconds);
      growth.push(memoryMb(scene.server.pid).peak - before);
      failed += failures(stats.statuses);
    }
    await scene.end();
    return {
      figures: [
        { what: 'upload', unit: 'MiB/s', values: rates, atLeast: 60 },
        {
          what: 'resident memory above what it was before the load',
          unit: 'MiB',
          values: growth,
          atMost: 64,
        },
        { what: 'uploads that failed', unit: '', values: [failed], atMost: 0 },
      ],
    };
  },
};

export const downloads: Part = {
  id: 'L6',
  title: 'download, 1 MiB each, 8 clients',
  async run(bench) {
    const scene = await openScene(bench);
    const { digests } = await bench.generator.run('upload', {
      target: scene.target,
      buildId: scene.buildId,
      bytes: mebibyte,
      clients,
      count: 64,
    });
    const load = {
      target: scene.target,
      method: 'GET' as const,
      path: '/api/download',
      fields: { build_id: scene.buildId, sha1sum: digests },
      clients,
    };
    await bench.generator.run('repeat', { ...load, count: 64 });
    const rates: number[] = [];
    let failed = 0;
    for (let round = 1; round <= bench.rounds; round++) {
      const stats = await bench.generator.run('repeat', { ...load, forMs: secondsMs });
      rates.push(stats.bytes / mebibyte / stats.seconds);
      failed += failures(stats.statuses);
    }
    await scene.end();
    return {
      figures: [
        { what: 'download', unit: 'MiB/s', values: rates, atLeast: 200 },
        { what: 'downloads that failed', unit: '', values: [failed], atMost: 0 },
      ],
    };
  },
};
