/** Times what a server does by itself, and the longest wait of another caller meanwhile. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { noTracer } from '../../src/ports/tracer.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { takeEvents } from '../../src/services/events/deliver-event.ts';
import { takeDeliveries } from '../../src/services/forges/deliver.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { applyRetention } from '../../src/services/releases/retention.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { pullBackTasks } from '../../src/services/tasks/pull-back-tasks.ts';
import { deleteExpired } from '../../src/services/upkeep/delete-expired.ts';
import { dropUnusedArtifacts } from '../../src/services/upkeep/drop-unused-artifacts.ts';
import { removeDeleted } from '../../src/services/upkeep/remove-deleted.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import { median } from '../machine.ts';
import type { FilledPlace } from './filled.ts';

export interface JobTimes {
  what: string;
  tookMs: number;
  /** Of another caller, who reads and writes in turn. */
  longestWaitMs: number;
  medianWaitMs: number;
}

const local = { kind: 'local' } as const;
const dayMs = 86_400_000;

export async function measureJobs({ place }: FilledPlace): Promise<JobTimes[]> {
  const store =
    place.databaseUrl === null
      ? await openSqliteStore({ file: join(place.dataFolder, 'dpxdt.sqlite') })
      : await openPostgresStore({ url: place.databaseUrl });
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error };
  let ahead = 0;
  const deps = {
    store,
    blobs: await openFileBlobs(join(place.dataFolder, 'artifacts')),
    clock: {
      now: () => Date.now() + ahead,
      monotonicMs: () => performance.now(),
      sleep: async () => undefined,
    },
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: createAesVault('a secret of a benchmark, and of nothing else'),
    logger,
    tracer: noTracer,
    settings: { ...defaultServiceSettings, publicUrl: 'http://localhost:5000' },
  } as unknown as Deps;
  const mailer = { send: async () => undefined, close: async () => undefined };
  const later = (ms: number, work: () => Promise<unknown>) => async () => {
    ahead = ms;
    await work();
    ahead = 0;
  };
  const jobs: [what: string, work: () => Promise<unknown>][] = [
    ['nothing, for 2 s', () => sleep(2_000)],
    ['overdue tasks, silent runs and shards, waits', () => sweep(deps)],
    ['following up', () => followUp(deps)],
    ['mails', () => deliverMails(deps, { mailer, images: null as never })],
    ['states for forges', () => takeDeliveries(deps, 20)],
    ['events', () => takeEvents(deps, 20)],
    ['tasks of a worker that ended', () => pullBackTasks(deps)],
    ['unused artifacts, none', () => dropUnusedArtifacts(deps)],
    ['what was deleted, nothing', () => removeDeleted(deps)],
    ['what expired, nothing', () => deleteExpired(deps)],
    [
      'what expires within a week: tasks, activity, mails, events',
      later(7 * dayMs, () => deleteExpired(deps)),
    ],
    [
      'retention of the build with a quarter of the releases',
      async () => {
        await updateBuild(deps, local, { buildId: 1, keepReleases: 1_000, branchDays: 90 });
        await applyRetention(deps);
      },
    ],
    ['following up that', () => followUp(deps)],
    ['retention again, nothing', () => applyRetention(deps)],
    ['what was deleted, a day later', later(dayMs, () => removeDeleted(deps))],
  ];
  const times: JobTimes[] = [];
  for (const [what, work] of jobs) times.push({ what, ...(await beside(deps, work)) });
  await store.close();
  return times;
}

/** Does the work while other requests are made. */
async function beside(deps: Deps, work: () => Promise<unknown>): Promise<Omit<JobTimes, 'what'>> {
  const waits: number[] = [];
  let isDone = false;
  const requests = (async () => {
    for (let turn = 0; !isDone; turn++) {
      // From when it was to begin, so that a blocked process counts.
      const due = performance.now() + 5;
      await sleep(5);
      await (turn % 2 === 0
        ? findRun(deps, local, { buildId: 2, runName: '/page/1' })
        : deps.store.transaction((tx) => tx.serverValues.set('bench', String(turn))));
      waits.push(performance.now() - due);
    }
  })();
  const began = performance.now();
  await work();
  const tookMs = performance.now() - began;
  isDone = true;
  await requests;
  return { tookMs, longestWaitMs: Math.max(...waits), medianWaitMs: median(waits) };
}
