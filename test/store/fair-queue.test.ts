/** Releases take turns: a big one does not delay a small one, and no lease reads the whole queue. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  columnTypes,
  createMigrationsTable,
  type DatabaseKind,
} from '../../src/adapters/database/migrate.ts';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { QueueTurns } from '../../src/adapters/database/queue-turns.ts';
import type { Schema } from '../../src/adapters/database/schema.ts';
import { sqliteKysely } from '../../src/adapters/database/sqlite-kysely.ts';
import { taskRepository } from '../../src/adapters/database/tasks.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Task } from '../../src/domain/tasks/task.ts';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { giveBackTask } from '../../src/services/tasks/give-back-task.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import {
  atOnce,
  createPostgresDatabase,
  leaseOne,
  named,
  newRelease,
  openWorld,
  root,
  storeKinds,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const queue = 'capture';

async function request(world: World, release: Release, ...pages: string[]): Promise<void> {
  for (const page of pages) {
    world.clock.advance(1);
    await requestRun(world.deps, root, { ...named(release), url: `http://shop.test/${page}` });
  }
}

/** Leases tasks one by one and keeps them. @returns the pages in the order of their leases */
async function leaseAll(world: World, count = 1): Promise<string[]> {
  const pages: string[] = [];
  for (;;) {
    const tasks = await leaseTasks(world.deps, root, { queue, owner: 'w', count });
    if (tasks.length === 0) return pages;
    pages.push(...tasks.map(pageOf));
  }
}

function pageOf(task: Task): string {
  const { url } = JSON.parse(task.payload) as { url?: string };
  return url === undefined ? task.id : new URL(url).pathname.slice(1);
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

describe.each(storeKinds)('a queue with several releases, on %s', (kind) => {
  it('gives a job of one page its turn behind a job of many', async () => {
    const world = await openWorld(kind);
    await request(world, await newRelease(world, 'big'), ...numbered('big', 30));
    await leaseOne(world, queue);
    await request(world, await newRelease(world, 'small'), 'small');
    const next = [await leaseOne(world, queue), await leaseOne(world, queue)];
    expect(next.map(pageOf)).toContain('small');
  });

  it('takes turns by release, the oldest of each first', async () => {
    const world = await openWorld(kind);
    await request(world, await newRelease(world, 'a'), 'a1', 'a2', 'a3', 'a4');
    await request(world, await newRelease(world, 'b'), 'b1', 'b2');
    await request(world, await newRelease(world, 'c'), 'c1');
    expect(await leaseAll(world)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('shares a lease of several tasks between the releases', async () => {
    const world = await openWorld(kind);
    await request(world, await newRelease(world, 'a'), ...numbered('a', 8));
    await request(world, await newRelease(world, 'b'), 'b1', 'b2');
    await request(world, await newRelease(world, 'c'), 'c1');
    const leases = [];
    for (let turn = 0; turn < 3; turn++) {
      const tasks = await leaseTasks(world.deps, root, { queue, owner: 'w', count: 4 });
      leases.push(tasks.map(pageOf).sort());
    }
    expect(leases[0]).toEqual(expect.arrayContaining(['a1', 'b1', 'c1']));
    expect(leases.map(({ length }) => length)).toEqual([4, 4, 3]);
    expect(leases.flat().sort()).toEqual([...numbered('a', 8), 'b1', 'b2', 'c1']);
  });

  it('puts what was given back behind what has waited longer in its release, and only there', async () => {
    const world = await openWorld(kind);
    await request(world, await newRelease(world, 'a'), 'a1', 'a2');
    await request(world, await newRelease(world, 'b'), 'b1');
    const first = await leaseOne(world, queue);
    world.clock.advance(1);
    const call = { queue, taskId: first.id, owner: 'worker', leaseId: first.leaseId! };
    await giveBackTask(world.deps, root, call);
    expect(await leaseAll(world)).toEqual(['b1', 'a2', 'a1']);
  });

  it('keeps the order of tasks without a release, which take a turn together', async () => {
    const world = await openWorld(kind);
    for (const taskId of ['x', 'y', 'z']) {
      world.clock.advance(1);
      await addTask(world.deps, root, { queue, payload: '{}', taskId });
    }
    await request(world, await newRelease(world, 'a'), 'a1', 'a2');
    expect(await leaseAll(world)).toEqual(['x', 'a1', 'y', 'a2', 'z']);
  });

  it('passes over releases whose tasks are leased or wait for their time', async () => {
    const world = await openWorld(kind);
    for (const name of numbered('idle', 12)) await request(world, await newRelease(world, name), name);
    expect(await leaseAll(world, 100)).toHaveLength(12);
    await request(world, await newRelease(world, 'a'), 'a1', 'a2');
    for (const name of numbered('late', 3)) await request(world, await newRelease(world, name), name);
    expect(await leaseAll(world)).toEqual(['a1', 'late1', 'late2', 'late3', 'a2']);
  });

  it('P13: gives each task once to many that ask at the same time', async () => {
    const world = await openWorld(kind);
    for (const name of numbered('r', 10)) {
      await request(world, await newRelease(world, name), ...numbered(`${name}-`, 8));
    }
    const leases = await atOnce(20, () => leaseAll(world, 3));
    expect(leases.flat()).toHaveLength(80);
    expect(new Set(leases.flat()).size).toBe(80);
  });

  it('serves a queue to its end with one worker, whatever came when', async () => {
    const world = await openWorld(kind);
    const big = await newRelease(world, 'big');
    await request(world, big, ...numbered('big', 10));
    const waits: number[] = [];
    for (let job = 1; job <= 5; job++) {
      await request(world, await newRelease(world, `small ${job}`), `small${job}`);
      for (let waited = 1; ; waited++) {
        const task = await leaseOne(world, queue, 'worker');
        await finishTask(world.deps, root, { queue, taskId: task.id, owner: 'worker', error: 'over' });
        if (pageOf(task) !== `small${job}`) continue;
        waits.push(waited);
        break;
      }
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(2);
  });
});

const size = 100_000;
const lastRelease = 9;

/** A database with 100,000 live tasks of release 1 and one of each of eight other releases, and its queries. */
async function openFull(kind: DatabaseKind) {
  const seen: { sql: string; parameters: readonly unknown[] }[] = [];
  const log = ({ query }: { query: { sql: string; parameters: readonly unknown[] } }) =>
    void seen.push({ sql: query.sql, parameters: query.parameters });
  let db: Kysely<Schema>;
  if (kind === 'sqlite') {
    db = sqliteKysely(new DatabaseSync(':memory:'), { log });
  } else {
    const pool = new pg.Pool({
      connectionString: await createPostgresDatabase(),
      max: 1,
      types: {
        getTypeParser: (oid: number, format?: 'text') =>
          oid === 20 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
      } as never,
    });
    db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log });
  }
  onTestFinished(() => db.destroy());
  await sql.raw(createMigrationsTable).execute(db);
  for (const migration of migrations) {
    for (const text of migration.statements(columnTypes[kind])) await sql.raw(text).execute(db);
  }
  await sql`
    insert into tasks (queue, task_id, status, payload, content_type, created_at, eta, due_at, lease_attempts,
      lease_ended, release_id)
    with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${sql.lit(size + lastRelease - 1)})
    select 'capture', 't' || n, 'live', '{}', 'text/plain', n, n, n, 0, 0,
      case when n <= ${sql.lit(size)} then 1 else n - ${sql.lit(size - 1)} end
    from counted`.execute(db);
  if (kind === 'postgres') await sql`analyze tasks`.execute(db);
  seen.length = 0;
  const tasks = taskRepository({ db, kind, turns: new QueueTurns() });
  const lease = (now: number, count = 1) =>
    tasks.lease({
      queue: 'capture',
      labels: [''],
      owner: 'w',
      leasedBy: null,
      count,
      leaseMs: 60_000,
      now,
      maxAttempts: 3,
      deadline: now + 120_000,
      newLeaseId: () => `lease ${now}`,
      waitAfterLostLeaseMs: () => 10_000,
    });
  return { db, lease, seen };
}

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

describe.each(storeKinds)('100,000 live tasks of one release, on %s', (kind) => {
  it('are not read to find whose turn it is', async () => {
    const { db, lease, seen } = await openFull(kind);
    const releases: (number | null)[] = [];
    for (let turn = 0; turn < 12; turn++) releases.push((await lease(10_000_000 + turn))[0]!.releaseId);
    expect(releases).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1]);
    expect(await lease(10_000_100, 3)).toHaveLength(3);

    const asked = new Map(
      seen.filter(({ sql: text }) => /^\s*(with|select)/.test(text)).map((one) => [one.sql, one]),
    );
    expect(asked.size).toBe(3);
    for (const { sql: text, parameters } of asked.values()) {
      if (kind === 'sqlite') {
        const raw = {
          sql: `explain query plan ${text}`,
          parameters,
          query: { kind: 'RawNode' } as never,
          queryId: { queryId: 'plan' },
        };
        const { rows } = await db.executeQuery<{ detail: string }>(raw);
        const steps = rows.map(({ detail }) => detail).filter((detail) => detail.includes('tasks'));
        expect(steps.length).toBeGreaterThan(0);
        for (const step of steps) {
          expect(step).toMatch(
            /^SEARCH tasks USING (COVERING )?INDEX tasks_in_turn \(queue=\? AND label=\? AND <expr>[=>]\?/,
          );
        }
      } else {
        const raw = {
          sql: `explain (analyze, format json) ${text}`,
          parameters,
          query: { kind: 'RawNode' } as never,
          queryId: { queryId: 'plan' },
        };
        const { rows } = await db.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(raw);
        const scans = nodesOf(rows[0]!['QUERY PLAN'][0].Plan).filter(
          (node) => node['Node Type'].includes('Scan') && node['Index Name'] !== undefined,
        );
        expect(JSON.stringify(rows)).not.toContain('Seq Scan on tasks');
        expect(scans.length).toBeGreaterThan(0);
        for (const scan of scans) {
          expect(scan['Index Name']).toBe('tasks_in_turn');
          const read = (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'];
          expect(read).toBeLessThan(50);
        }
      }
    }
  });
});

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
