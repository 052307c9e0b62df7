/** The core of the server for tests: a real store, real files, and a clock that the test controls. */

import { noTracer } from '../../src/ports/tracer.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { createImageCheck } from '../../src/adapters/pixels/image-check.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Build } from '../../src/domain/builds/build.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Run } from '../../src/domain/runs/run.ts';
import type { Task } from '../../src/domain/tasks/task.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { Store } from '../../src/ports/store.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import type { ReportRunInput } from '../../src/services/runs/report-run.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { copyMigratedSqlite, openMigratedPostgres } from './migrated-database.ts';
import { pixelPng } from './png-writer.ts';
import { sharedComparer } from './shared-comparer.ts';
import { TestClock } from './test-clock.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** The databases available on this machine. */
export const storeKinds: StoreKind[] = inject('postgresUrl') === null ? ['sqlite'] : ['sqlite', 'postgres'];

export const root: Principal = { kind: 'local' };

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown> | undefined;
}

export interface World {
  deps: Deps;
  clock: TestClock;
  store: Store;
  /** Where artifacts are. */
  blobFolder: string;
  log: LogLine[];
  build: Build;
}

/** A fresh server core with one build, over a fresh database unless one is given; closed when the test ends. */
export async function openWorld(kind: StoreKind, opened?: Store): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-store-'));
  const store = opened ?? (await (kind === 'sqlite' ? freshSqlite(folder) : openMigratedPostgres()));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new TestClock();
  const log: LogLine[] = [];
  const logger = recordingLogger(log);
  const blobFolder = join(folder, 'blobs');
  const deps: Deps = {
    store,
    blobs: await openFileBlobs(blobFolder),
    imageCheck: createImageCheck({ comparer: sharedComparer }),
    clock,
    ids: { ...nodeIds(), random: () => 0.5 },
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: createAesVault('a secret that only tests know, and nobody else'),
    logger,
    tracer: noTracer,
    settings: { ...defaultServiceSettings, publicUrl: 'http://dpxdt.test' },
  };
  const build = await createBuild(deps, root, { name: 'Shop' });
  return { deps, clock, store, blobFolder, log, build };
}

/** Address of a new, empty schema in the cluster that all tests share. */
export async function createPostgresDatabase(): Promise<string> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl')! });
  const name = `t_${nodeIds().sha1(Buffer.from(nodeIds().id())).slice(0, 16)}`;
  await admin.connect();
  await admin.query(`create schema ${name}`);
  await admin.end();
  const url = new URL(inject('postgresUrl')!);
  url.searchParams.set('options', `-c search_path=${name}`);
  return url.href;
}

async function freshSqlite(folder: string): Promise<Store> {
  const file = join(folder, 'dpxdt.db');
  await copyMigratedSqlite(file);
  return openSqliteStore({ file });
}

function recordingLogger(log: LogLine[]): Logger {
  const at = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void log.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
}

/** Uploads an image of one pixel; a different text makes a different file. @returns its artifact id */
export async function uploadImage(world: World, content: string, buildId = world.build.id): Promise<string> {
  const result = await upload(world.deps, root, {
    buildId,
    fileName: 'page.png',
    content: chunksOf(pixelPng(content)),
  });
  return result.sha1sum;
}

export async function uploadText(world: World, content: string, buildId = world.build.id): Promise<string> {
  const result = await upload(world.deps, root, { buildId, fileName: 'log.txt', content: chunksOf(content) });
  return result.sha1sum;
}

export async function newRelease(world: World, releaseName = 'r1'): Promise<Release> {
  return createRelease(world.deps, root, { buildId: world.build.id, releaseName });
}

/** The release as calls name it. */
export function named(release: Release): { buildId: number; releaseName: string; releaseNumber: number } {
  return { buildId: release.buildId, releaseName: release.name, releaseNumber: release.number };
}

export async function report(
  world: World,
  release: Release,
  runName: string,
  fields: Omit<ReportRunInput, 'buildId' | 'releaseName' | 'releaseNumber' | 'runName'>,
): Promise<Run> {
  return (await reportRun(world.deps, root, { ...named(release), runName, ...fields })).run;
}

export async function releaseNow(world: World, release: Release): Promise<Release> {
  return (await world.store.read((tx) => tx.releases.findById(release.id)))!;
}

export async function runNow(world: World, release: Release, name: string): Promise<Run> {
  return (await world.store.read((tx) => tx.runs.find(release.id, name)))!;
}

export async function leaseOne(world: World, queue: string, owner = 'worker'): Promise<Task> {
  const [task] = await leaseTasks(world.deps, root, { queue, owner });
  if (task === undefined) throw new Error(`nothing to lease in ${queue}`);
  return task;
}

export async function finish(world: World, task: Task, error?: string): Promise<void> {
  await finishTask(world.deps, root, {
    queue: task.queue,
    taskId: task.id,
    owner: task.owner!,
    leaseId: task.leaseId!,
    error,
  });
}

export async function tasksOf(world: World, queue: string): Promise<Task[]> {
  return world.store.read((tx) => tx.tasks.list({ queue }, { limit: 1000, offset: 0 }));
}

/** Runs `work` `count` times concurrently. */
export async function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}
