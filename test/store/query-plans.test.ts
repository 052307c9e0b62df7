import { expect, it } from 'vitest';
import type { Mailer } from '../../src/ports/mailer.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { describeAccount } from '../../src/services/people/describe-account.ts';
import { lookAtLink, offerLink } from '../../src/services/people/link-login.ts';
import { listMembers } from '../../src/services/people/list-members.ts';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listBuilds } from '../../src/services/builds/list-builds.ts';
import { listQueues } from '../../src/services/tasks/list-queues.ts';
import { buildStatus } from '../../src/services/releases/build-status.ts';
import { describeRelease } from '../../src/services/releases/describe-release.ts';
import { listBranches } from '../../src/services/releases/list-branches.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { pullBackTasks } from '../../src/services/tasks/pull-back-tasks.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { finalizeRelease } from '../../src/services/shards/finalize-release.ts';
import { deleteBuild } from '../../src/services/builds/delete-build.ts';
import { diskOfBuild } from '../../src/services/builds/disk-of-build.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { listDeletedReleases } from '../../src/services/releases/delete-release.ts';
import { applyRetention, previewDeletion, previewRetention } from '../../src/services/releases/retention.ts';
import { removeDeleted } from '../../src/services/upkeep/remove-deleted.ts';
import { dropUnusedArtifacts } from '../../src/services/upkeep/drop-unused-artifacts.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import type { EventCalls } from '../../src/ports/event-calls.ts';
import { deliverEvent, takeEvents } from '../../src/services/events/deliver-event.ts';
import { listEvents, sendAgain, testEndpoint } from '../../src/services/events/list-events.ts';
import { createEndpoint, deleteEndpoint, updateEndpoint } from '../../src/services/events/save-endpoint.ts';
import { listTrusts } from '../../src/services/forges/ci-trust.ts';
import type { Forges } from '../../src/ports/forges.ts';
import { deliver, takeDeliveries } from '../../src/services/forges/deliver.ts';
import { listConnections, listDeliveries } from '../../src/services/forges/list-connections.ts';
import { createConnection } from '../../src/services/forges/save-connection.ts';
import { testConnection } from '../../src/services/forges/test-connection.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { listTakenOver } from '../../src/services/baselines/taken-over.ts';
import { reviewMissing } from '../../src/services/baselines/review-missing.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import {
  finish,
  leaseOne,
  named,
  newRelease,
  openWorld,
  report,
  root,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';
import { recordingStore } from './support/recording-store.ts';

/** Two jobs, of which one runs again without one of its pages. */
async function sendShards(world: World, image: string): Promise<void> {
  const { deps } = world;
  const buildId = world.build.id;
  const start = async (index: number) =>
    createRelease(deps, root, { buildId, releaseName: 's', shardId: 'run', shard: { index, total: null } });
  const release = await start(1);
  const shard = { index: 1, total: null };
  await report(world, release, '/', { image, shard });
  await report(world, release, '/gone', { image, shard });
  await runsDone(deps, root, { ...named(release), shard });
  await start(1);
  world.clock.advance(60_000);
  await report(world, release, '/', { image, shard });
  await runsDone(deps, root, { ...named(release), shard });
  await finalizeRelease(deps, root, { buildId, shardId: 'run' });
  await reviewRelease(deps, root, { ...named(release), decision: 'bad' });
  const next = await start(2);
  world.clock.advance(deps.settings.silentShardMs + 1);
  await sweep(deps);
  expect(next.number).toBe(2);
}

/** Rows after a number are all rows, at first. */
const isScan = /^SCAN|^SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid>/;

/** Lists that are always short, or that people page through from the end; `ahead` and `behind` are not tables. */
const mayScan = [
  /^SCAN builds/,
  // The JSON list passed to a statement about many rows.
  /^SCAN \w+ VIRTUAL TABLE INDEX/,
  /^SCAN asked$/,
  /^SCAN tasks USING (COVERING )?INDEX tasks_(due|in_turn|failed|exhausted)/,
  /^SCAN (ahead|behind|CONSTANT ROW)$/,
  // It holds only releases that wait for shards.
  /^SCAN releases USING INDEX releases_with_open_shards$/,
  // Lists of what waits or failed, and of everything from its end.
  /^SCAN deliveries USING (COVERING )?INDEX deliveries_(due|waiting|stopped|by_change)/,
  /^SCAN event_deliveries( USING (COVERING )?INDEX event_deliveries_(due|waiting|failed))?$/,
  /^SCAN event_endpoints USING (COVERING )?INDEX event_endpoints_off$/,
  // Notes of what is to be done next.
  /^SEARCH follow_ups USING INTEGER PRIMARY KEY/,
  // Links of a chain of runs, each found by its id.
  /^SCAN chain$/,
];

/** Retention, and the end of a release and of a build. */
async function endRows({ deps, build, clock }: World): Promise<void> {
  const buildId = build.id;
  await updateBuild(deps, root, { buildId, keepReleases: 1, branchDays: 1 });
  const { releases } = await previewRetention(deps, root, { buildId });
  expect(releases.length).toBeGreaterThan(0);
  await previewDeletion(deps, root, { buildId, releaseName: 'r1', releaseNumber: 1 });
  await applyRetention(deps);
  expect(await listDeletedReleases(deps, root, buildId)).toHaveLength(releases.length);
  await diskOfBuild(deps, root, buildId);
  await deleteBuild(deps, root, { buildId, confirm: build.name });
  clock.advance(86_400_000);
  expect(await removeDeleted(deps)).toMatchObject({ builds: 1 });
}

/** A connection, all that it delivers, and what lists it. */
async function tellForges(world: World): Promise<void> {
  const { deps, build } = world;
  const forges: Forges = {
    checkAddress: () => null,
    sendStatus: async () => {},
    findComment: async () => null,
    createComment: async () => '1',
    updateComment: async () => {},
    test: async () => ({ repositoryId: '1', missing: [], remarks: [] }),
  };
  const input = { buildId: build.id, kind: 'github', repository: 'a/b', token: 't', summary: true } as const;
  const { id: connectionId } = await createConnection(deps, forges, root, input);
  const told = await createRelease(deps, root, {
    buildId: build.id,
    releaseName: 'told',
    headCommit: 'c'.repeat(40),
    pullRequest: 7,
  });
  await runsDone(deps, root, named(told));
  const taken = await takeDeliveries(deps, 10);
  expect(taken.length).toBeGreaterThan(2);
  for (const delivery of taken) await deliver(deps, forges, delivery);
  const key = { buildId: build.id, connectionId };
  await testConnection(deps, forges, root, key);
  await listConnections(deps, root, key);
  for (const state of ['waiting', 'failed', 'sent', undefined] as const) {
    await listDeliveries(deps, root, { state });
    await listDeliveries(deps, root, { buildId: build.id, state });
  }
  await deps.store.transaction(async (tx) => {
    await tx.deliveries.wake(connectionId, deps.clock.now());
    await tx.deliveries.bumpSummaries([connectionId], 'c', deps.clock.now());
    await tx.deliveries.forget(connectionId + 1);
    await tx.deliveries.totals();
  });
}

/** Endpoints, all that is sent to them, and what lists it. */
async function sendEvents({ deps, build }: World): Promise<void> {
  const calls: EventCalls = { checkAddress: () => null, send: async () => ({ status: 410, retryAt: null }) };
  const address = 'https://example.org/hook';
  const made = { buildId: build.id, kind: 'webhook', address, types: ['release.decided'] } as const;
  const { endpoint } = await createEndpoint(deps, calls, root, made);
  const told = await createRelease(deps, root, { buildId: build.id, releaseName: 'heard' });
  await reviewRelease(deps, root, { ...named(told), decision: 'bad' });
  const [event] = await takeEvents(deps, 10);
  await deliverEvent(deps, calls, event!);
  const key = { buildId: build.id, endpointId: endpoint.id };
  await updateEndpoint(deps, calls, root, { ...key, enabled: true });
  await sendAgain(deps, root, { buildId: build.id, deliveryId: event!.id });
  await testEndpoint(deps, calls, root, key);
  for (const state of ['waiting', 'failed', 'sent', undefined] as const) {
    await listEvents(deps, root, { state });
    await listEvents(deps, root, { buildId: build.id, state });
  }
  await deps.store.read((tx) => tx.eventDeliveries.totals());
  await listTrusts(deps, root, { buildId: build.id });
  await deleteEndpoint(deps, root, key);
}

/** Main, a branch with a changed and a missing page, and a release without git. */
async function followGit(world: World, image: string, other: string): Promise<void> {
  const { deps } = world;
  const place = { buildId: world.build.id, repository: 'git.example/shop' };
  const [base, head] = ['a'.repeat(40), 'b'.repeat(40)];
  const chosen = { choosesBaseline: true };
  const main = await createRelease(deps, root, {
    ...place,
    releaseName: 'main',
    branch: 'main',
    commit: base,
    history: [],
    historyNote: 'full',
  });
  for (const name of ['/home', '/same', '/gone']) await report(world, main, name, { image, ...chosen });
  const branch = {
    ...place,
    branch: 'x',
    history: [{ commit: base, tree: head }],
    own: [head],
    historyNote: 'full',
  };
  const waiting = await createRelease(deps, root, { ...branch, releaseName: 'waits', commit: head });
  await report(world, waiting, '/home', { image: other, ...chosen });
  await runsDone(deps, root, named(waiting));
  await runsDone(deps, root, named(main));
  await followUp(deps);
  const pull = await createRelease(deps, root, { ...branch, releaseName: 'pull', commit: head });
  await report(world, pull, '/same', { image, ...chosen });
  const differing = await report(world, pull, '/home', { image: other, ...chosen });
  await runsDone(deps, root, named(pull));
  await report(world, pull, '/home', { diffImage: image, distortion: 0.5 });
  const operation = { ...named(pull), runId: differing.id, verdict: 'approved' as const };
  await reviewRun(deps, root, { ...operation, operationId: 'git' });
  await reviewMissing(deps, root, { ...named(pull), names: ['/gone'], verdict: 'confirmed' });
  const upload = await createRelease(deps, root, { ...place, releaseName: 'upload', history: [] });
  await report(world, upload, '/home', { image, ...chosen });
  await findRun(deps, root, { runName: '/same', ...named(pull) });
  await reviewRelease(deps, root, { ...named(main), decision: 'reopen' });
  await reviewRelease(deps, root, { ...named(main), decision: 'bad' });
  await followUp(deps);
  await sweep(deps);
}

it('no request reads a whole table, whatever its size: every query goes through an index', async () => {
  const world = await openWorld('sqlite');
  const { store, plansOf } = await recordingStore();
  const deps = { ...world.deps, store };
  const all = { ...world, deps, store };
  all.build = await createBuild(deps, root, { name: 'Shop' });
  const key = { kind: 'key', keyId: 'k', buildId: all.build.id, superuser: false } as const;

  const release = await newRelease(all);
  const [image, refImage, mask] = await Promise.all(['a', 'b', 'm'].map((name) => uploadImage(all, name)));
  await report(all, release, '/', { image, refImage, diffImage: mask, distortion: 0.5 });
  const { run } = await requestRun(deps, root, { ...named(release), url: 'http://shop.test/x' });
  const task = await leaseOne(all, 'capture');
  await heartbeat(deps, root, { queue: 'capture', taskId: task.id, owner: 'worker', leaseId: task.leaseId! });
  await report(all, release, '/x', { image, leaseId: task.leaseId! });
  await finish(all, task);
  await addTask(deps, root, { queue: 'capture', payload: '{}' });
  const { id: buildId } = all.build;
  const person = { emailVerified: true, superuser: false, createdAt: 1, updatedAt: 1 };
  for (const id of ['ada', 'ben']) {
    await store.transaction(async (tx) => {
      await tx.people.insert({ ...person, id, name: id, email: `${id}@x.org` });
      await tx.people.setRole({ buildId, userId: id, role: 'admin', createdAt: 1, createdBy: 'local' });
    });
  }
  await runsDone(deps, root, named(release));
  const mailer: Mailer = { send: () => Promise.resolve(), close: () => Promise.resolve() };
  expect(await deliverMails(deps, { mailer, images: null as never })).toBe(2);
  await listMembers(deps, root, { buildId });
  await describeAccount(deps, {
    kind: 'user',
    userId: 'ada',
    name: 'ada',
    superuser: false,
    roles: new Map(),
  });
  await expect(offerLink(deps, { userId: 'ada', providerId: 'oidc x', subject: 's' })).resolves.toBeNull();
  await expect(lookAtLink(deps, 'none')).rejects.toMatchObject({ code: 'login_state_invalid' });
  const differing = (await listRuns(deps, root, { ...named(release), sinceVersion: 1 })).runs.id[0]!;
  await reviewRun(deps, root, { ...named(release), runId: differing, verdict: 'approved', operationId: 'o' });
  await reviewRelease(deps, root, { ...named(release), decision: 'good', version: 100 });
  await findRun(deps, root, { buildId: all.build.id, runName: '/' });
  const second = await newRelease(all);
  await report(all, second, '/failed', {
    runFailed: true,
    url: 'http://shop.test/y',
    config: run.current.config!,
  });
  await retryRuns(deps, root, named(second));
  await report(all, second, '/silent', { url: 'http://shop.test/z' });
  await runsDone(deps, root, named(second));
  await store.transaction((tx) =>
    tx.tasks.endMany(
      ['x', 'y'].map((id) => ({ queue: 'capture', id })),
      'canceled',
      1,
    ),
  );
  world.clock.advance(deps.settings.silentReleaseMs + 1);
  await sweep(deps);
  await findRun(deps, root, { buildId: all.build.id, runName: '/gone' });
  await runDetail(deps, root, { ...named(release), runName: run.name });
  await listReleases(deps, root, { buildId: all.build.id, name: 'r1', status: 'good' });
  await listReleases(deps, root, { buildId: all.build.id });
  await listReleases(deps, root, { buildId: all.build.id, branch: 'x' });
  await listReleases(deps, root, { buildId: all.build.id, pullRequest: 7 });
  await listBranches(deps, root, { buildId: all.build.id });
  for (const place of [{ commit: 'c' }, { branch: 'x' }, { pullRequest: 7 }]) {
    await buildStatus(deps, root, { buildId: all.build.id, ...place });
  }
  await describeRelease(deps, root, named(release));
  await listTakenOver(deps, root, { ...named(release), runId: run.id });
  await listBuilds(deps, key);
  await listActivity(deps, root, { buildId: all.build.id, releaseId: release.id });
  await listQueues(deps, root);
  await download(deps, root, { buildId: all.build.id, sha1sum: image! });
  await newRelease(all);
  for (let attempt = 0; attempt < 4; attempt++) {
    await leaseTasks(deps, root, { queue: 'capture', owner: 'dies', count: attempt + 1 });
    world.clock.advance(190_000);
  }
  await sweep(deps);
  await pullBackTasks(deps);
  await followGit(all, image!, refImage!);
  await tellForges(all);
  await sendEvents(all);
  await sendShards(all, image!);
  world.clock.advance(86_400_000);
  await uploadImage(all, 'young');
  expect((await dropUnusedArtifacts(deps)).checked).toBeGreaterThan(1);
  await endRows(all);

  const plans = plansOf();
  expect(plans.size).toBeGreaterThanOrEqual(80);
  const scans = [...plans].flatMap(([sql, steps]) =>
    steps
      .filter((step) => isScan.test(step) && !mayScan.some((allowed) => allowed.test(step)))
      .map((step) => `${step}: ${sql}`),
  );
  expect(scans).toEqual([]);

  const plan = (pattern: RegExp) =>
    [...plans].filter(([sql]) => pattern.test(sql)).map(([, steps]) => steps.join('; '));
  expect(
    plan(/from "releases" where .*status" = 'good' and "skip_reason" is null .*order by "id" desc/),
  ).toEqual(Array(2).fill('SEARCH releases USING INDEX releases_good (build_id=?)'));
  expect(
    plan(
      /from "releases" where "deleted_at" is null and "build_id" = \? and "branch" = \? order by "id" desc/,
    ),
  ).toEqual(['SEARCH releases USING INDEX releases_by_branch (build_id=? AND branch=?)']);
  expect(
    plan(
      /from "releases" where "deleted_at" is null and "build_id" = \? and "pull_request" = \? order by "id" desc/,
    ),
  ).toEqual(['SEARCH releases USING INDEX releases_by_pull_request (build_id=? AND pull_request=?)']);
  expect(plan(/from "releases" where "build_id" = \? and "branch" is not null/)).toEqual([
    expect.stringContaining('SEARCH releases USING COVERING INDEX releases_by_branch (build_id=?'),
  ]);
  for (const [column, index] of [
    ['commit_id', 'releases_by_commit'],
    ['head_commit', 'releases_by_head'],
  ]) {
    expect(
      plan(
        new RegExp(
          `from "releases" where "deleted_at" is null and "build_id" = \\? and "${column}" = \\? order by "id" desc`,
        ),
      ),
    ).toEqual([expect.stringContaining(`SEARCH releases USING INDEX ${index} (build_id=? AND ${column}=?)`)]);
  }
  expect(plan(/from "runs" where "origin_run_id" = \?/)).toEqual([
    expect.stringContaining('SEARCH runs USING INDEX runs_by_origin (origin_run_id=?)'),
  ]);
  expect(plan(/from "runs" where "release_id" = \? and "name" = \?/)).toEqual([
    expect.stringMatching(/^SEARCH runs USING INDEX sqlite_autoindex_runs_1 \(release_id=\? AND name=\?\)$/),
  ]);
  expect(plan(/from "runs" where "build_id" = \? and "name" = \? and "release_id" <= \(/)).toEqual([
    expect.stringMatching(
      /^SEARCH runs USING INDEX runs_by_name \(build_id=\? AND name=\? AND release_id<\?\).*SEARCH releases (EXISTS )?USING INTEGER PRIMARY KEY \(rowid=\?\)$/,
    ),
  ]);
  expect(plan(/^select "id" from "runs" .*status" in .* limit/)).toEqual([
    'SEARCH runs USING COVERING INDEX runs_by_status (release_id=? AND status=?)',
  ]);
  expect(plan(/from "runs" where .*"awaited_release_id" = \? and "id" > \? order by "id"/)).toEqual([
    'SEARCH runs USING INDEX runs_awaiting (awaited_release_id=? AND rowid>?)',
  ]);
  expect(plan(/from "runs" where "release_id" = \? and "name" > \? order by "name"/)).toEqual([
    'SEARCH runs USING COVERING INDEX sqlite_autoindex_runs_1 (release_id=? AND name>?)',
  ]);
  expect(plan(/"baselines"\."id" in .*"runs"\."id" > \?/).join()).toMatch(
    /SEARCH runs USING INDEX runs_by_baseline \(baseline_run_id=\?/,
  );
  expect(plan(/from "tasks" where .*coalesce\(release_id, 0\) > \? order by .*"seq" limit/)).toEqual([
    'SEARCH tasks USING INDEX tasks_in_turn (queue=? AND label=? AND <expr>>?)',
  ]);
  expect(plan(/from "tasks" where .*"lease_attempts" < \? order by/)).toEqual([
    'SEARCH tasks USING INDEX tasks_in_turn (queue=? AND label=? AND <expr>=? AND due_at<?)',
  ]);
});
