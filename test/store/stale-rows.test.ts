/** Two servers on one PostgreSQL read the same row: neither undoes the other's write. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import type { IdentityRecords } from '../../src/ports/identity-records.ts';
import type { Mailer } from '../../src/ports/mailer.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { answerInvitation } from '../../src/services/people/answer-invitation.ts';
import type { Deps } from '../../src/services/deps.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { inviteMember } from '../../src/services/people/invite-member.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { changeSuperuser } from '../../src/services/people/change-superuser.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { revokeInvitation } from '../../src/services/people/revoke-invitation.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import {
  leaseOne,
  named,
  newRelease,
  openWorld,
  report,
  root,
  storeKinds,
  tasksOf,
  uploadImage,
  type World,
} from '../support/server-world.ts';

/** Two servers' cores on one database. */
async function openTwo(): Promise<{ world: World; other: Deps; otherRecords: IdentityRecords }> {
  const url = await createMigratedPostgres();
  const stores = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
  onTestFinished(() => stores[1].close());
  const world = await openWorld('postgres', stores[0]);
  const { identityRecords: otherRecords } = stores[1];
  return { world, other: { ...world.deps, store: stores[1] }, otherRecords };
}

/** A store that runs something else right after the first repository call of its next transaction. */
function interrupted(
  store: Store,
  part: 'tasks' | 'builds' | 'invitations' | 'people',
  method: string,
  meanwhile: () => Promise<unknown>,
): Store {
  let isDone = false;
  return {
    ...store,
    transaction: (work) =>
      store.transaction((tx) => {
        const repository = tx[part] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
        const watched = {
          ...repository,
          [method]: async (...args: unknown[]) => {
            const value = await repository[method]!(...args);
            if (!isDone) {
              isDone = true;
              await meanwhile();
            }
            return value;
          },
        };
        return work({ ...tx, [part]: watched });
      }),
  };
}

/** The other server's action, or its start if it must wait for a lock. */
function begun(work: () => Promise<unknown>): { start: () => Promise<void>; end: () => Promise<unknown> } {
  let running: Promise<unknown> = Promise.resolve();
  return {
    start: async () => {
      running = work();
      const pause = new Promise((resolve) => setTimeout(resolve, 200));
      await Promise.race([running.catch(() => undefined), pause]);
    },
    end: () => running,
  };
}

async function addAda({ store }: World): Promise<void> {
  const ada = { id: 'ada', name: 'Ada', email: 'ada@x.org', emailVerified: true, superuser: false };
  await store.transaction((tx) => tx.people.insert({ ...ada, createdAt: 1, updatedAt: 1 }));
}

describe.runIf(storeKinds.includes('postgres'))('P50: rows that two servers change at once', () => {
  it('a task row that was read before another server leased the task does not undo that lease', async () => {
    const { world, other } = await openTwo();
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const image = await uploadImage(world, 'image');
    // A client reports the image itself while a worker takes the task for it.
    let leased: Awaited<ReturnType<typeof leaseTasks>> = [];
    const store = interrupted(world.store, 'tasks', 'liveOfRun', async () => {
      leased = await leaseTasks(other, root, { queue: 'capture', owner: 'worker' });
    });
    await reportRun({ ...world.deps, store }, root, { ...named(release), runName: '/', image });
    expect(leased).toHaveLength(1);
    const [task] = await tasksOf(world, 'capture');
    expect(task).toMatchObject({
      status: 'done',
      leaseId: leased[0]!.leaseId,
      owner: 'worker',
      leaseAttempts: 1,
    });
    await finishTask(world.deps, root, {
      queue: 'capture',
      taskId: task!.id,
      owner: 'worker',
      leaseId: leased[0]!.leaseId!,
    });
  });

  it('a task that is written as it was read before a fresh lease is read again', async () => {
    const { world, other } = await openTwo();
    await addTask(world.deps, root, { queue: 'own', taskId: 't', payload: '{}' });
    const seen: (string | null)[] = [];
    await world.store.transaction(async (tx) => {
      const read = (await tx.tasks.find('own', 't'))!;
      seen.push(read.leaseId);
      if (seen.length === 1) await leaseTasks(other, root, { queue: 'own', owner: 'worker' });
      await tx.tasks.update({ ...read, message: 'changed' }, read);
    });
    expect(seen).toEqual([null, expect.any(String)]);
    const [task] = await tasksOf(world, 'own');
    expect(task).toMatchObject({ message: 'changed', leaseId: seen[1], owner: 'worker', leaseAttempts: 1 });
  });

  it('a task that is stale every time is an unavailable database, not an error of the server', async () => {
    const { world } = await openTwo();
    await addTask(world.deps, root, { queue: 'own', taskId: 't', payload: '{}' });
    await leaseOne(world, 'own');
    const [task] = await tasksOf(world, 'own');
    const wrong = world.store.transaction((tx) => tx.tasks.update(task!, { ...task!, leaseId: 'another' }));
    await expect(wrong).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('two who change different settings of a build both have their way', async () => {
    const { world, other } = await openTwo();
    const buildId = world.build.id;
    const second = begun(() => updateBuild(other, root, { buildId, isPublic: true }));
    const store = interrupted(world.store, 'builds', 'find', second.start);
    await updateBuild({ ...world.deps, store }, root, { buildId, name: 'Renamed' });
    await second.end();
    const build = await world.store.read((tx) => tx.builds.find(buildId));
    expect(build).toMatchObject({ name: 'Renamed', isPublic: true });
  });

  it.each(['accepted', 'revoked'] as const)('an invitation that was %s meanwhile stays so', async (first) => {
    const { world, other } = await openTwo();
    const buildId = world.build.id;
    const { invitation } = await inviteMember(world.deps, root, {
      buildId,
      email: 'ada@x.org',
      role: 'reviewer',
    });
    await addAda(world);
    const invited: Principal = {
      kind: 'user',
      userId: 'ada',
      name: 'Ada',
      superuser: false,
      roles: new Map(),
    };
    const accept = (deps: Deps) =>
      answerInvitation(deps, invited, { invitationId: invitation.id, accept: true });
    const revoke = (deps: Deps) => revokeInvitation(deps, root, { buildId, invitationId: invitation.id });
    if (first === 'accepted') {
      const store = interrupted(world.store, 'invitations', 'find', () => accept(other));
      await expect(revoke({ ...world.deps, store })).rejects.toMatchObject({ code: 'not_found' });
    } else {
      const store = interrupted(world.store, 'invitations', 'openFor', () => revoke(other));
      await expect(accept({ ...world.deps, store })).rejects.toMatchObject({ code: 'not_found' });
    }
    const [after, membership] = await world.store.read(async (tx) => [
      await tx.invitations.find(invitation.id),
      await tx.people.findMembership(buildId, 'ada'),
    ]);
    const isAccepted = first === 'accepted';
    expect([after!.acceptedAt !== null, after!.revokedAt !== null]).toEqual([isAccepted, !isAccepted]);
    expect(membership !== null).toBe(isAccepted);
  });

  it('who becomes superuser keeps the address that a login gave them meanwhile', async () => {
    const { world, otherRecords } = await openTwo();
    await addAda(world);
    const where = [{ column: 'id', operator: '=', value: 'ada' }] as const;
    const login = begun(() =>
      otherRecords.transaction((records) => records.update('users', where, { email: 'ada@new.org' })),
    );
    const store = interrupted(world.store, 'people', 'lock', login.start);
    await changeSuperuser({ ...world.deps, store }, root, { userId: 'ada', superuser: true });
    await login.end();
    const ada = await world.store.read((tx) => tx.people.find('ada'));
    expect(ada).toMatchObject({ email: 'ada@new.org', superuser: true });
  });

  it('a message that one server works on is passed over by the other', async () => {
    const { world, other } = await openTwo();
    await updateBuild(world.deps, root, { buildId: world.build.id, emailAlias: 'team@example.org' });
    const release = await newRelease(world);
    await report(world, release, '/', { image: await uploadImage(world, 'image') });
    await runsDone(world.deps, root, named(release));
    const now = world.clock.now();
    const takenUntil = now + 60_000;
    let sent = 0;
    const mailer: Mailer = { send: async () => void sent++, close: async () => undefined };
    const deliver = (deps: Deps) => deliverMails(deps, { mailer, images: null as never });
    await world.store.transaction(async (tx) => {
      expect(await tx.mails.take(now, takenUntil, 1)).toMatchObject([{ recipient: null }]);
      expect(await deliver(other), 'while it is being taken').toBe(0);
    });
    expect(await deliver(other), 'once it is taken').toBe(0);
    world.clock.advance(60_000);
    expect(await deliver(other)).toBe(1);
    expect(await deliver(world.deps)).toBe(0);
    expect(sent).toBe(1);
  });
});
