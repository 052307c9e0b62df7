/** Taking turns: a job of one page behind a job of many. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRelease, openScene, type Scene } from '../scene.ts';
import type { Part } from './part.ts';

const pages = 500;
const workers = 4;
/** Duration of a capture of a fast page. */
const captureMs = 200;
/** Small jobs, measured one after the other: on an idle server and behind a big job. */
const jobs = 5;

interface LeasedTask {
  task_id: string;
  lease_id: string;
  payload: { url: string };
}

/** Workers whose captures take `captureMs`; `done` is called with the address of each. */
function startWorkers(scene: Scene, done: (url: string) => void): () => Promise<void> {
  let isOver = false;
  const work = async (owner: string) => {
    while (!isOver) {
      const { tasks } = await scene.call<{ tasks: LeasedTask[] }>('POST', '/api/work_queue/capture/lease', {
        owner,
        wait_seconds: 1,
      });
      for (const task of tasks) {
        await sleep(captureMs);
        const finish = {
          task_id: task.task_id,
          lease_id: task.lease_id,
          error: 'no image in this benchmark',
        };
        // Refused if the big release has been decided by then.
        await scene.call('POST', '/api/work_queue/capture/finish', finish).catch(() => undefined);
        done(task.payload.url);
      }
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, index) => work(`worker-${index}`)));
  return async () => {
    isOver = true;
    await working;
  };
}

export const turns: Part = {
  id: 'turns',
  title: `a job of one page, alone and behind one of ${pages} pages, ${workers} workers`,
  async run(bench) {
    const scene = await openScene(bench);
    const waiting = new Map<string, () => void>();
    let captured = 0;
    const stop = startWorkers(scene, (url) => {
      captured++;
      waiting.get(url)?.();
    });
    const request = (releaseName: string, url: string) =>
      scene.call('POST', '/api/request_run', {
        build_id: scene.buildId,
        release_name: releaseName,
        release_number: 1,
        url,
      });
    const smallJob = async (name: string): Promise<number> => {
      await createRelease(scene, name);
      const url = `https://shop.example/${name}`;
      const done = new Promise<void>((resolve) => waiting.set(url, resolve));
      const askedAt = performance.now();
      await request(name, url);
      await done;
      return performance.now() - askedAt;
    };
    const alone: number[] = [];
    const behind: number[] = [];
    const ratios: number[] = [];
    let leftBehind = Infinity;
    for (let round = 1; round <= bench.rounds; round++) {
      const before = await slowest((job) => smallJob(`alone-${round}-${job}`));
      await createRelease(scene, `big-${round}`);
      const capturedBefore = captured;
      for (let page = 0; page < pages; page++) {
        await request(`big-${round}`, `https://shop.example/big-${round}/${page}`);
      }
      const after = await slowest((job) => smallJob(`behind-${round}-${job}`));
      leftBehind = Math.min(leftBehind, pages + jobs - (captured - capturedBefore));
      await scene.call('POST', `/api/v1/builds/${scene.buildId}/release/decision`, {
        release_name: `big-${round}`,
        release_number: 1,
        decision: 'bad',
      });
      alone.push(before);
      behind.push(after);
      ratios.push(after / before);
    }
    await stop();
    await scene.end();
    return {
      figures: [
        {
          what: 'from the request of its page until it was captured, the slowest of 5, alone',
          unit: 'ms',
          values: alone,
        },
        { what: 'the same behind the big job', unit: 'ms', values: behind },
        { what: 'behind the big job ÷ alone', unit: '×', values: ratios, atMost: 3 },
        { what: 'pages of the big job that still waited then', unit: '', values: [leftBehind], atLeast: 1 },
      ],
    };
  },
};

/** The slowest of several small jobs: without turns, the first one would wait for the whole big job. */
async function slowest(job: (number: number) => Promise<number>): Promise<number> {
  let ms = 0;
  for (let number = 1; number <= jobs; number++) ms = Math.max(ms, await job(number));
  return ms;
}
