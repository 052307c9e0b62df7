import { describe, expect, it } from 'vitest';
import { deleteExpired } from '../../src/services/upkeep/delete-expired.ts';
import { mortalKinds } from '../../src/ports/store/life-times.ts';
import type { Transaction } from '../../src/ports/store.ts';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { unsent } from '../../src/domain/mail/mail.ts';
import {
  atOnce,
  finish,
  leaseOne,
  openWorld,
  root,
  storeKinds,
  type World,
} from '../support/server-world.ts';

const dayMs = 86_400_000;

const activity = (at: number) => (tx: Transaction) =>
  tx.activity.insertMany(
    Array.from({ length: 3_000 }, (_, index) => ({
      at,
      buildId: null,
      releaseId: null,
      runId: null,
      actor: 'local',
      kind: 'note',
      detail: {},
      subject: `${at}:${index}`,
      operationId: null,
    })),
  );

const mail = (name: string, at: number, isSent: boolean) => (tx: Transaction) =>
  tx.mails.insertMany([
    {
      messageId: name,
      buildId: null,
      releaseId: null,
      kind: 'invitation',
      recipient: 'ada@example.org',
      subject: '',
      body: { paragraphs: [], action: null },
      ...unsent(at),
      ...(isSent && { dueAt: null, sentAt: at }),
      requestedBy: null,
    },
  ]);

const entries = ({ store }: World) =>
  store.read((tx) => tx.activity.list({ kind: 'note' }, { limit: 10_000, offset: 0 }));

describe.each(storeKinds)('what has outlived its time, on %s', (kind) => {
  it('P71: goes in short transactions until nothing is left, and nothing younger', async () => {
    const world = await openWorld(kind);
    const { deps, clock, store } = world;
    const start = clock.now();
    await store.transaction(activity(start));
    await store.transaction(mail('sent', start, true));
    await store.transaction(mail('waiting', start, false));
    await store.transaction((tx) => tx.attempts.add(['name'], start, 0));
    await atOnce(3, (id) =>
      addTask(deps, root, { queue: 'q', taskId: `${id}`, payload: '{}', source: 'test' }),
    );
    await finish(world, await leaseOne(world, 'q'));
    await finish(world, await leaseOne(world, 'q'));

    clock.advance(730 * dayMs);
    await store.transaction(activity(clock.now()));
    expect(await deleteExpired(deps)).toMatchObject({ tasks: 2, activity: 0, mails: 1, attempts: 1 });
    clock.advance(1);
    let transactions = 0;
    const counted: typeof store = {
      ...store,
      transaction: (work) => {
        transactions++;
        return store.transaction(work);
      },
    };
    // One more: that the build was created.
    expect(await deleteExpired({ ...deps, store: counted })).toMatchObject({ tasks: 0, activity: 3_001 });
    expect(transactions).toBeGreaterThan(mortalKinds.length);
    expect((await entries(world)).map(({ at }) => at)).toEqual(Array(3_000).fill(start + 730 * dayMs));
    expect(await store.transaction((tx) => tx.mails.take(clock.now(), clock.now(), 10))).toMatchObject([
      { messageId: 'waiting' },
    ]);
  });

  it('P71: activity can be kept indefinitely', async () => {
    const world = await openWorld(kind);
    await world.store.transaction(activity(0));
    const settings = { ...world.deps.settings, keepActivityMs: null };
    expect(await deleteExpired({ ...world.deps, settings })).toMatchObject({ activity: 0 });
    expect(await entries(world)).toHaveLength(3_000);
  });
});
