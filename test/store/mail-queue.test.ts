/** The mail queue: no duplicates, recipients, and mails queued by an older version. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { readyForReview } from '../../src/domain/mail/mail.ts';
import type { Mailer, OutgoingMail } from '../../src/ports/mailer.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import {
  finish,
  leaseOne,
  named,
  newRelease,
  openWorld,
  releaseNow,
  root,
  storeKinds,
} from '../support/server-world.ts';
import { newPlace } from './support/database-place.ts';
import { alias, minuteMs, openMailWorld, readyRelease } from './support/mail-world.ts';

/** Left by a version with two queues: r1 was announced, r2 is waiting to be, r3's mail was created but not sent. */
const waiting = (now: number) => [
  `insert into builds (name, is_public, send_email, email_alias, email_alias_confirmed, fail_on_forgiven, created_at)
    values ('Shop', 0, 1, 'team@example.org', 1, 0, 1)`,
  ...[1, 2, 3].map(
    (id) => `insert into releases
      (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
      values (1, 'r${id}', 1, 'reviewing', 4, 4, 1, 1, 1)`,
  ),
  ...[1, 2, 3].map(
    (id) => `insert into outbox (release_id, build_id, event, created_at, payload, sent_at)
      values (${id}, 1, 'ready_for_review', ${now - id}, '{}', ${id === 2 ? 'null' : now})`,
  ),
  ...[1, 3].map(
    (id) => `insert into mails
      (message_id, build_id, release_id, kind, recipient, subject, body, created_at, due_at, attempts, sent_at)
      values ('ready-${id}-0123', 1, ${id}, 'ready_for_review', 'team@example.org', 'r${id}',
        '{"paragraphs":["Text."],"action":null}', ${now}, ${id === 3 ? now : 'null'}, 0, ${id === 3 ? 'null' : now})`,
  ),
];

describe.each(storeKinds)('the queue of mails on %s', (kind) => {
  it('D7, P14: a release that is ready again is not announced again, whoever joined meanwhile', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    await runsDone(world.deps, root, named(release));
    await finish(world, await leaseOne(world, 'capture'), 'it is dead');
    expect(await deliver()).toBe(1);
    await alias(world, 'others@example.org');
    const { release: again } = await retryRuns(world.deps, root, named(release));
    expect(again.status).toBe('processing');
    await finish(world, await leaseOne(world, 'capture'), 'it is dead');
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    expect(await deliver()).toBe(0);
    expect(sink.mails).toHaveLength(1);
  });

  it('goes to those whom it concerns when it is sent, and to nobody after a day', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    await readyRelease(world, 'r1');
    await alias(world, 'others@example.org');
    expect(await deliver()).toBe(1);
    expect(sink.mails.map((mail) => [mail.to].flat()[0]!.text)).toEqual(['others@example.org']);
    await readyRelease(world, 'r2');
    world.clock.advance(24 * 60 * minuteMs + 1);
    expect(await deliver()).toBe(0);
    expect(sink.mails).toHaveLength(1);
  });

  it('a server that dies while it addresses a mail leaves it to the next, which sends each part once', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    await readyRelease(world);
    const now = world.clock.now();
    const [taken] = await world.store.transaction((tx) => tx.mails.take(now, now + 5 * minuteMs, 1));
    expect(taken).toMatchObject({ recipient: null });
    expect(await deliver()).toBe(0);
    world.clock.advance(5 * minuteMs);
    expect(await deliver()).toBe(1);
    const isLate = await world.store.transaction((tx) => tx.mails.update(taken!, taken!.dueAt!));
    expect(isLate, 'the dead one comes back').toBe(false);
    expect(await deliver()).toBe(0);
    expect(sink.mails).toHaveLength(1);
  });

  it('D7, P14: an upgrade loses no mail of a release and sends none again', async () => {
    const place = await newPlace(kind);
    const until = migrations.findIndex(({ name }) => name.startsWith('0013'));
    await (await place.open(migrations.slice(0, until))).close();
    const world = await openWorld('sqlite');
    const now = world.clock.now();
    await place.run(waiting(now));

    const store = await place.open();
    onTestFinished(() => store.close());
    const sent: OutgoingMail[] = [];
    const mailer: Mailer = { send: async (mail) => void sent.push(mail), close: async () => undefined };
    const deliver = () => deliverMails({ ...world.deps, store }, { mailer, images: null as never });
    expect(await deliver()).toBe(2);
    expect(sent.map(({ to, subject }) => `${to} ${subject}`).toSorted()).toEqual([
      'team@example.org Shop: r2 - Ready for review',
      'team@example.org r3',
    ]);
    // Both become ready again.
    await store.transaction((tx) =>
      tx.mails.insertMany([1, 2, 3].map((id) => readyForReview({ id, buildId: 1 }, now))),
    );
    expect(await deliver()).toBe(0);
    const filter = { kinds: ['ready_for_review'], buildId: 1 } as const;
    expect(await store.read((tx) => tx.mails.countSince(filter, 0)), 'what has a recipient').toBe(3);
    expect(
      await store.read((tx) =>
        tx.mails.countsSince({ kinds: filter.kinds, recipients: ['team@example.org', 'x@y.org'] }, 0),
      ),
    ).toEqual(new Map([['team@example.org', 3]]));
  });
});
