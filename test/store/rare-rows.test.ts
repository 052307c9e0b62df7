/** What is rare among many rows is found without reading the others. */
import { beforeEach, describe, expect, it } from 'vitest';
import { storeKinds } from '../support/server-world.ts';
import { watchedDatabase, type WatchedDatabase } from './support/watched-database.ts';

const many = 4_000;
/** Far fewer than all, and more than a page with the index's rows around it. */
const few = 200;
const page = { limit: 20, offset: 0 };
const lastPage = { limit: 20, offset: many / 2 - 20 };

/** Numbers from 0, on either database. */
const numbers = (count: number) =>
  `(with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${count}) select i from n) as n`;

describe.each(storeKinds)('among many rows, on %s', (kind) => {
  let database: WatchedDatabase;

  beforeEach(async () => {
    database = await watchedDatabase(kind);
    await database.sql(
      `insert into builds (name, is_public, send_email, created_at) select 'Shop', 0, 0, 1 from ${numbers(2)}`,
    );
  });

  /** @param index what SQLite is to use; it counts no rows */
  async function expectFewRows(index: string, work: () => Promise<unknown>): Promise<void> {
    if (kind === 'postgres') await database.sql('analyze');
    const { steps, rows } = await database.watch(work);
    if (kind === 'postgres') expect(rows).toBeLessThan(few);
    else
      expect(steps).toContainEqual(expect.stringMatching(new RegExp(` USING (COVERING )?INDEX ${index}\\b`)));
  }

  const fillActivity = () =>
    database.sql(`insert into activity (at, build_id, actor, kind, detail, subject, operation_id)
      select 1, 1 + i % 2, 'user:a', 'run_approved', '{}', 'run:' || cast(i as text), 'o' || cast(i / 4 as text) from ${numbers(many)}`);

  it('finds the activity of a person', async () => {
    await fillActivity();
    const { activity } = database.repositories;
    await expectFewRows('activity_of_actor', () => activity.list({ buildId: 1, actor: 'user:b' }, page));
  });

  it('finds one kind of activity', async () => {
    await fillActivity();
    const { activity } = database.repositories;
    await expectFewRows('activity_of_kind', () => activity.list({ buildId: 1, kind: 'key_created' }, page));
  });

  it('finds what was done in one operation', async () => {
    await fillActivity();
    const { activity } = database.repositories;
    await expectFewRows('activity_of_operation', () => activity.ofOperation(1, 'o7'));
    expect(await activity.ofOperation(1, 'o7')).toMatchObject([{ subject: 'run:28' }, { subject: 'run:30' }]);
  });

  it.each(['waiting', 'failed'] as const)('finds events that are %s', async (state) => {
    await database.sql(`insert into event_deliveries (endpoint_id, build_id, event_id, type, payload, created_at, attempts, sent_at)
      select 1, 1 + i % 2, 'e', 'release.decided', '{}', 1, 1, 1 from ${numbers(many)}`);
    const { eventDeliveries } = database.repositories;
    await expectFewRows(`event_deliveries_${state}_of_build`, () =>
      eventDeliveries.list({ buildId: 1, state }, page),
    );
    await expectFewRows(`event_deliveries_${state}`, () => eventDeliveries.list({ state }, page));
  });

  it.each(['waiting', 'failed'] as const)('finds deliveries to forges that are %s', async (state) => {
    await database.sql(`insert into deliveries (connection_id, build_id, release_id, kind, target, revision, attempts, changed_at)
      select 1, 1 + i % 2, 1, 'status', cast(i as text), 1, 1, i from ${numbers(many)}`);
    const { deliveries } = database.repositories;
    const index = `deliveries_${state === 'failed' ? 'stopped' : state}`;
    await expectFewRows(`${index}_of_build`, () => deliveries.list({ buildId: 1, state }, page));
    await expectFewRows(index, () => deliveries.list({ state }, page));
  });

  it.each(['canceled', 'error'] as const)('finds tasks with the status %s', async (status) => {
    await database.sql(`insert into tasks (queue, task_id, status, payload, content_type, created_at, eta, lease_attempts, finished_at, lease_ended)
      select 'capture', cast(i as text), 'done', '{}', '', 1, 1, 1, 1, 1 from ${numbers(many)}`);
    const { tasks } = database.repositories;
    const index = { canceled: 'tasks_canceled', error: 'tasks_failed' }[status];
    await expectFewRows(index, () => tasks.list({ queue: 'capture', status }, page));
  });

  it('finds the newest release of a build that has had none for long', async () => {
    await database.sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      select case when i = 0 then 1 else 2 end, 'main', i, 'good', 1, 1, 1, 1, 1 from ${numbers(many)}`);
    const { releases } = database.repositories;
    expect(await releases.newestOf([1, 2])).toMatchObject([{ number: 0 }, { number: many - 1 }]);
    await expectFewRows('releases_of_build', () => releases.newestOf([1, 2]));
  });

  it('finds whether a page is still a baseline, however many newer runs it has', async () => {
    await database.sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      select 1, 'main', i, 'good', 1, 1, 1, 1, 1 from ${numbers(many)}`);
    await database.sql(`insert into runs (build_id, release_id, name, run_state, image, run_requests, ref_state, ref_requests, diff_failed, diff_requests, status,
        verdict, version, facts_version, created_at, updated_at)
      select 1, id, '/', 'done', 'a', 1, 'none', 0, 0, 0, 'diff_not_found', 'none', 1, 1, 1, 1 from releases`);
    const { deletions } = database.repositories;
    const place = { buildId: 1, runIds: [1, many] };
    expect(await deletions.livePages(place, 'all')).toEqual(new Map([[many, 1]]));
    expect(await deletions.livePages({ ...place, runIds: [1] }, { branch: null })).toEqual(new Map());
    await expectFewRows('runs_by_name', () => deletions.livePages(place, 'all'));
  });

  it('finds the newest uses of artifacts among all uses', async () => {
    await database.sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      values (1, 'main', 1, 'good', 1, 1, 1, 1, 1)`);
    await database.sql(`insert into runs (build_id, release_id, name, run_state, image, run_requests, ref_state, ref_requests, diff_failed, diff_requests, status,
        verdict, version, facts_version, created_at, updated_at)
      select 1, 1, '/' || cast(i as text), 'done', 'a', 1, 'none', 0, 0, 0, 'diff_not_found', 'none', 1, 1, 1, 1 from ${numbers(many)}`);
    await database.sql(
      `insert into artifacts (sha1, sha256, size, created_at) select 'a' || cast(i as text), '', 7, 1 from ${numbers(many / 8)}`,
    );
    await database.sql(
      `insert into artifact_uses (build_id, sha1, run_id) select 1, 'a' || cast(id % ${many / 8} as text), id from runs`,
    );
    const { deletions } = database.repositories;
    const last = { sha1: 'a0', size: 7, runId: many, isShared: true };
    expect(await deletions.usedLast(1, [1, 10, many])).toEqual([last]);
    const asked = ['a0', 'a1', 'none'].map((sha1) => ({ sha1, runId: 2_001 }));
    const users = await deletions.usersOf(1, asked, 3);
    expect(users.map(({ sha1, runId }) => `${sha1} ${runId}`).toSorted()).toEqual(
      ['a0 1000', 'a0 1500', 'a0 2000', 'a1 501', 'a1 1001', 'a1 1501'].toSorted(),
    );
    await expectFewRows('artifact_uses_of_run', () => deletions.usedLast(1, [1, 10, many]));
    if (kind === 'postgres') return;
    const { steps } = await database.watch(() => deletions.usersOf(1, asked, 3));
    expect(steps).toContain(
      'SEARCH users USING PRIMARY KEY (build_id=? AND sha1=? AND run_id>? AND run_id<?)',
    );
  });

  it('finds runs that have waited long enough among all runs', async () => {
    await database.sql(`insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      values (1, 'main', 1, 'good', 1, 1, 1, 1, 1)`);
    await database.sql(`insert into runs (build_id, release_id, name, run_state, image, run_requests, ref_state, ref_requests, diff_failed, diff_requests, status,
        verdict, version, facts_version, created_at, updated_at, awaited_release_id, awaited_until)
      select 1, 1, '/' || cast(i as text), 'done', 'a', 1, 'none', 0, 0, 0, 'diff_not_found', 'none', 1, 1, 1, 1,
        case when i < 5 then 1 end, case when i < 5 then 10 - i / 2 end from ${numbers(many)}`);
    const { baselines } = database.repositories;
    await expectFewRows('runs_awaited_until', () => baselines.awaitedUntil(9, { until: 0, runId: 0 }, 20));
    const places = [];
    for (let last = { until: 0, runId: 0 }; ;) {
      const [next] = await baselines.awaitedUntil(9, last, 1);
      if (next === undefined) break;
      places.push(next);
      last = next;
    }
    expect(places.map(({ until, runId }) => `${until} ${runId}`)).toEqual(['8 5', '9 3', '9 4']);
  });

  it('skips the pages before the last by an index alone', async () => {
    await fillActivity();
    const { activity } = database.repositories;
    const { steps } = await database.watch(() => activity.list({ buildId: 1 }, lastPage));
    if (kind === 'sqlite')
      expect(steps).toContainEqual(expect.stringContaining('COVERING INDEX activity_of_build'));
    expect(await activity.list({ buildId: 1 }, lastPage)).toHaveLength(20);
  });
});
