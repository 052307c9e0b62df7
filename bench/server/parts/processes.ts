/** L14 and L15: start-up costs of a server and a worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { copyRelease, copyRows } from '../grow.ts';
import { cpuMs, memoryMb, treeCpuMs, treeMemoryMb } from '../process-cost.ts';
import { makeBaseline, openScene } from '../scene.ts';
import { startServer, startWorker, stopWorker } from '../server-process.ts';
import type { Part } from './part.ts';

const digestOfK = { sqlite: `printf('%040x', k)`, postgres: `lpad(to_hex(k), 40, '0')` };

export const bigStart: Part = {
  id: 'L14',
  title: 'a start with 100,000 runs, 1,000,000 tasks that are done and 200,000 artifacts',
  async run(bench) {
    const scene = await openScene(bench);
    await makeBaseline(scene, bench.generator, 1_000);
    const { superuser: target } = scene;
    await bench.generator.run('repeat', {
      target,
      method: 'POST',
      path: '/api/work_queue/capture/add',
      fields: { task_id: 'task-{i}', payload: '{"build_id": 1}', content_type: 'application/json' },
      clients: 1,
      count: 1,
    });
    await bench.generator.run('queueCycle', { target, queue: 'capture', workers: 1, tasks: 1 });
    await scene.restart(async (sql) => {
      const sha1 = digestOfK[bench.database];
      await copyRelease(sql, 'baseline', 99);
      await copyRows(sql, 'tasks', `task_id = 'task-0'`, 1_000_000, { task_id: `'copy-' || k` });
      const template = `sha1 = '${scene.images[0]}'`;
      await copyRows(sql, 'artifacts', template, 200_000, { sha1 });
      await copyRows(sql, 'artifact_ownerships', template, 200_000, { sha1 });
    });
    const starts: number[] = [];
    const memory: number[] = [];
    for (let round = 1; round <= bench.rounds; round++) {
      await scene.server.stop();
      scene.server = await startServer(scene.place);
      starts.push(scene.server.startMs / 1_000);
      const ready = await fetch(`${scene.server.url}/readyz`);
      if (ready.status !== 200) throw new Error(`/readyz answered ${ready.status}.`);
      await sleep(6_000);
      memory.push(memoryMb(scene.server.pid).peak);
    }
    await scene.end();
    return {
      figures: [
        { what: 'from the start of the process until it is ready', unit: 's', values: starts, atMost: 3 },
        { what: 'most resident memory, its first sweep included', unit: 'MiB', values: memory, atMost: 250 },
      ],
      note: 'The artifacts are rows only; a start does not look at the files.',
    };
  },
};

const settleMs = 10_000;
const watchMs = 10_000;

export const idle: Part = {
  id: 'L15',
  title: 'a server and a worker with nothing to do',
  async run(bench) {
    const scene = await openScene(bench);
    await sleep(settleMs);
    const alone = memoryMb(scene.server.pid).now;
    const worker = startWorker(scene.server.url, scene.superuserKey);
    await sleep(settleMs);
    const { pid } = scene.server;
    const before = { server: cpuMs(pid), worker: treeCpuMs(worker.pid!), at: performance.now() };
    await sleep(watchMs);
    const elapsed = performance.now() - before.at;
    const serverBusy = ((cpuMs(pid) - before.server) / elapsed) * 100;
    const workerBusy = ((treeCpuMs(worker.pid!) - before.worker) / elapsed) * 100;
    const workerMemory = treeMemoryMb(worker.pid!);
    const watched = memoryMb(pid).now;
    await stopWorker(worker);
    await scene.end();
    return {
      figures: [
        { what: 'resident memory of the server', unit: 'MiB', values: [alone], atMost: 120 },
        { what: 'the same, while a worker waits for work', unit: 'MiB', values: [watched] },
        {
          what: 'memory of the worker and its idle browser (proportional set size of all processes)',
          unit: 'MiB',
          values: [workerMemory],
          atMost: 400,
        },
        { what: 'processor time of the server', unit: '%', values: [serverBusy], atMost: 1 },
        { what: 'processor time of the worker and its browser', unit: '%', values: [workerBusy], atMost: 1 },
      ],
    };
  },
};
