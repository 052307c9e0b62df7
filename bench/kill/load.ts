/** What clients do in the benchmark, and what they remember of the answers. */

import { AppError } from '../../src/base/errors.ts';
import { DepictedClient } from '../../src/client/index.ts';

export const buildId = 1;
/** A queue without workers: this process takes its tasks. */
const ownQueue = 'bench';
const runsOfRelease = 20;
const config = { viewportSize: { width: 320, height: 240 } };

export interface Place {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

export interface Ledger {
  uploads: Map<string, number>;
  releases: { place: Place; runs: string[] }[];
  /** Acknowledged ends by task id. */
  finished: Map<string, number>;
  added: Set<string>;
  /** Calls that failed and were made again. */
  repeated: number;
}

export function newLedger(): Ledger {
  return { uploads: new Map(), releases: [], finished: new Map(), added: new Set(), repeated: 0 };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One client per server; a call that fails is made again at the next one, until one answers. */
export class Callers {
  readonly #clients: DepictedClient[];
  readonly #ledger: Ledger;
  #next = 0;

  constructor(urls: readonly string[], ledger: Ledger) {
    this.#clients = urls.map((server) => new DepictedClient({ server, maxAttempts: 1 }));
    this.#ledger = ledger;
  }

  async call<Answer>(work: (client: DepictedClient) => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    for (;;) {
      const client = this.#clients[this.#next++ % this.#clients.length]!;
      try {
        return await work(client);
      } catch (error) {
        if (!(error instanceof AppError) || isFinal(error) || performance.now() - started > 300_000)
          throw error;
        this.#ledger.repeated += 1;
        await sleep(100);
      }
    }
  }
}

function isFinal({ code }: AppError): boolean {
  return ['invalid_argument', 'not_found', 'conflict', 'lease_lost'].includes(code);
}

/** Uploads until `count` are acknowledged, some at a time. */
export async function uploadMany(
  callers: Callers,
  ledger: Ledger,
  count: number,
  atOnce: number,
): Promise<void> {
  let next = 0;
  await inParallel(atOnce, async () => {
    while (next < count) {
      const content = new TextEncoder().encode(`upload ${next++}\n`.repeat(200));
      const { sha1sum } = await callers.call((client) =>
        client.upload({ buildId, fileName: 'a.txt', content }),
      );
      ledger.uploads.set(sha1sum, content.length);
    }
  });
}

/** Creates releases of pages until `count` captures are requested. */
export async function requestMany(
  callers: Callers,
  ledger: Ledger,
  count: number,
  { pageUrl, atOnce }: { pageUrl: (index: number) => string; atOnce: number },
): Promise<void> {
  let next = 0;
  await inParallel(atOnce, async () => {
    while (next < count) {
      const first = next;
      next += runsOfRelease;
      const releaseName = `release ${first}`;
      const { releaseNumber } = await callers.call((client) =>
        client.createRelease({ buildId, releaseName }),
      );
      const place = { buildId, releaseName, releaseNumber };
      const runs: string[] = [];
      for (let index = first; index < Math.min(first + runsOfRelease, count); index += 1) {
        const runName = `/page${index}`;
        await callers.call((client) => client.requestRun({ ...place, runName, url: pageUrl(index), config }));
        runs.push(runName);
      }
      await callers.call((client) => client.runsDone(place));
      ledger.releases.push({ place, runs });
    }
  });
}

/** Adds tasks to a queue, and takes them as workers do that count each acknowledged end. */
export async function workOnTasks(
  callers: Callers,
  ledger: Ledger,
  count: number,
  isOver: () => boolean,
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const taskId = `task ${number}`;
    await callers
      .call((client) => client.addTask({ queueName: ownQueue, payload: '{}', taskId }))
      .catch(ignoreConflict);
    ledger.added.add(taskId);
  }
  await inParallel(4, async () => {
    while (ledger.finished.size < count && !isOver()) {
      const { tasks } = await callers.call((client) =>
        client.leaseTasks({ queueName: ownQueue, count: 1, timeout: 5 }),
      );
      if (tasks.length === 0) await sleep(200);
      for (const { taskId, leaseId } of tasks) {
        try {
          await callers.call((client) =>
            client.finishTask({ queueName: ownQueue, taskId, leaseId: leaseId! }),
          );
          ledger.finished.set(taskId, (ledger.finished.get(taskId) ?? 0) + 1);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'lease_lost') throw error;
          // An earlier try was carried out, its answer was lost.
          ledger.finished.set(taskId, ledger.finished.get(taskId) ?? 0);
        }
      }
    }
  });
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
}

/** Waits until people could decide on every release. */
export async function untilReady(callers: Callers, ledger: Ledger, patienceMs: number): Promise<string[]> {
  const open = new Map(ledger.releases.map(({ place }) => [place.releaseName, place]));
  const started = performance.now();
  while (open.size > 0 && performance.now() - started < patienceMs) {
    for (const [name, place] of open) {
      const { release } = await callers.call((client) => client.listRuns(place));
      if (!['receiving', 'processing'].includes(release.status)) open.delete(name);
    }
    await sleep(250);
  }
  return [...open.keys()];
}

async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work));
}
