/** Delivery from the queue to a real mail server, on both databases. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDerivedImages } from '../../src/adapters/pixels/derived-images.ts';
import type { MailChoice } from '../../src/domain/people/membership.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import { mailLimits } from '../../src/domain/mail/mail.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Mailer } from '../../src/ports/mailer.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { confirmAlias, lookAtAlias } from '../../src/services/builds/confirm-alias.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import {
  chooseBuildMail,
  describeAccount,
  updateAccount,
} from '../../src/services/people/describe-account.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { root, storeKinds } from '../support/server-world.ts';
import { until } from '../support/until.ts';
import { alias, minuteMs, openMailWorld, readyRelease } from './support/mail-world.ts';

describe.each(storeKinds)('mail on %s', (kind) => {
  it('tells the alias once that a release is ready, with its counts and the images of what differs', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'Team@Example.org');
    await readyRelease(world);
    expect(await deliver()).toBe(1);
    expect(await deliver()).toBe(0);
    expect(sink.mails).toHaveLength(1);
    const [mail] = sink.mails;
    expect(mail!.subject).toBe('Shop: r1 - Ready for review');
    expect([mail!.to].flat()[0]!.text).toBe('team@example.org');
    expect(mail!.text).toContain('1 of 2 differs, 1 new.');
    expect(mail!.text).toContain('- /<b>&"x: distortion 25.00 %');
    expect(mail!.text).toContain('Review: http://dpxdt.test/release?id=1&name=r1&number=1');
    expect(mail!.html).toContain('/&lt;b&gt;&amp;&quot;x');
    expect(mail!.html).not.toContain('<b>');
    expect(mail!.attachments).toMatchObject([
      { contentType: 'image/webp', cid: expect.stringMatching(/^run-/) as string },
    ]);
    expect(mail!.messageId).toMatch(/^<ready-\d+-[0-9a-f]{16}@dpxdt\.test>$/);
  });

  it('comes to each person as they want: at once, once a day, or not', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    const { store, clock, deps } = world;
    const buildId = world.build.id;
    for (const [id, reviewMail] of [
      ['ada', 'now'],
      ['ben', 'digest'],
      ['cem', 'none'],
    ] as const) {
      await store.transaction(async (tx) => {
        const times = { createdAt: 0, updatedAt: 0 };
        const user = { id, name: id, email: `${id}@x.org`, emailVerified: true, superuser: false, ...times };
        await tx.people.insert(user);
        await tx.people.setRole({ buildId, userId: id, role: 'admin', createdAt: 0, createdBy: 'local' });
      });
      const person = { kind: 'user', userId: id, name: id, superuser: false, roles: new Map() } as const;
      expect(await updateAccount(deps, person, { review: reviewMail })).toMatchObject({ review: reviewMail });
    }
    await readyRelease(world);
    await readyRelease(world, 'r2');
    expect(await deliver()).toBe(2);
    clock.advance(24 * 60 * minuteMs);
    expect(await deliver()).toBe(1);
    const to = sink.mails.map((mail) => [mail.to].flat()[0]!.text);
    expect(to).toEqual(['ada@x.org', 'ada@x.org', 'ben@x.org']);
    const { text } = sink.mails[2]!;
    expect(text).toContain('name=r1&number=1');
    expect(text).toContain('name=r2&number=1');
    expect(text).toContain(
      'Replies to this mail are not read. Choose which mails you get: http://dpxdt.test/whoami',
    );
    expect(await deliver()).toBe(0);
  });

  it('comes as each member chose for the build, beside its address; without a choice only admins hear of it', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    const { store, clock, deps } = world;
    const buildId = world.build.id;
    const person = (userId: string) =>
      ({ kind: 'user', userId, name: userId, superuser: false, roles: new Map() }) as const;
    const choose = (userId: string, review: MailChoice | null) =>
      chooseBuildMail(deps, person(userId), { buildId, review });
    for (const [id, role] of [
      ['ada', 'admin'],
      ['ben', 'admin'],
      ['cem', 'reviewer'],
      ['dora', 'viewer'],
      ['eve', null],
    ] as const) {
      await store.transaction(async (tx) => {
        const times = { createdAt: 0, updatedAt: 0 };
        const user = { id, name: id, email: `${id}@x.org`, emailVerified: true, superuser: false, ...times };
        await tx.people.insert(user);
        if (role !== null)
          await tx.people.setRole({ buildId, userId: id, role, createdAt: 0, createdBy: 'local' });
      });
    }
    const mailed = async (name: string) => {
      await readyRelease(world, name);
      await deliver();
      return sink.mails.splice(0).map((mail) => [mail.to].flat()[0]!.text);
    };
    await choose('ada', 'none');
    await choose('cem', 'now');
    await choose('dora', 'digest');
    await expect(choose('eve', 'now')).rejects.toMatchObject({
      code: 'not_found',
      message: `You have no role in build ${buildId}, so it does not mail you.`,
    });
    expect(await mailed('r1')).toEqual(['ben@x.org', 'cem@x.org']);
    expect((await describeAccount(deps, person('dora'))).roles).toMatchObject([{ buildId, mail: 'digest' }]);
    clock.advance(24 * 60 * minuteMs);
    await deliver();
    expect(sink.mails.splice(0).map((mail) => [mail.to].flat()[0]!.text)).toEqual(['dora@x.org']);

    await choose('dora', null);
    await choose('ada', null);
    await alias(world, 'cem@x.org');
    sink.mails.splice(0);
    expect(await mailed('r2'), 'one mail to one address; admins hear through it').toEqual(['cem@x.org']);
    await choose('ben', 'now');
    expect(await mailed('r3')).toEqual(['cem@x.org', 'ben@x.org']);
    await store.transaction((tx) => tx.people.removeMember(buildId, 'ben'));
    expect(await mailed('r4')).toEqual(['cem@x.org']);
  });

  it('goes to all admins without an alias, and to nobody when mail is off', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    const { store, clock } = world;
    const now = clock.now();
    await store.transaction(async (tx) => {
      for (const [id, role, emailVerified] of [
        ['ada', 'admin', true],
        ['ben', 'admin', true],
        ['cem', 'admin', false],
        ['dora', 'reviewer', true],
      ] as const) {
        const times = { createdAt: now, updatedAt: now };
        await tx.people.insert({
          id,
          name: id,
          email: `${id}@x.org`,
          emailVerified,
          superuser: false,
          ...times,
        });
        await tx.people.setRole({
          buildId: world.build.id,
          userId: id,
          role,
          createdAt: now,
          createdBy: 'local',
        });
      }
    });
    await readyRelease(world);
    expect(await deliver()).toBe(2);
    expect(sink.mails.map((mail) => [mail.to].flat()[0]!.text).toSorted()).toEqual([
      'ada@x.org',
      'ben@x.org',
    ]);
    await updateBuild(world.deps, root, { buildId: world.build.id, sendEmail: false });
    await readyRelease(world, 'r2');
    expect(await deliver()).toBe(0);
  });

  it('a mail server that is down is tried again for a day, and is seen in the activity; the review goes on', async () => {
    const { world, deliver } = await openMailWorld(kind, 'smtp://post:secret@127.0.0.1:1');
    await alias(world, 'team@example.org');
    await readyRelease(world);
    expect(await deliver()).toBe(1);
    expect(await deliver(), 'not at once').toBe(0);
    let attempts = 1;
    for (let minutes = 0; minutes < 26 * 60; minutes += 10) {
      world.clock.advance(10 * minuteMs);
      attempts += await deliver();
    }
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(30);
    const activity = await listActivity(world.deps, root, { buildId: world.build.id });
    const mails = activity.filter((entry) => entry.kind.startsWith('mail_'));
    expect(mails.map((entry) => entry.kind)).toEqual(['mail_failed', 'mail_delayed']);
    expect(JSON.stringify([mails, world.log])).not.toContain('secret');
  });

  it('an address that the server refuses for good is given up at once; a passing refusal is not', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    sink.refuse = { code: 450, message: 'busy' };
    await readyRelease(world, 'r1');
    await deliver();
    world.clock.advance(minuteMs);
    sink.refuse = null;
    expect(await deliver()).toBe(1);
    expect(sink.mails).toHaveLength(1);
    sink.refuse = { code: 550, message: 'no such person' };
    await readyRelease(world, 'r2');
    await deliver();
    world.clock.advance(60 * minuteMs);
    expect(await deliver()).toBe(0);
    const [last] = await listActivity(world.deps, root, { buildId: world.build.id });
    expect(last).toMatchObject({
      kind: 'mail_failed',
      detail: { problem: expect.stringContaining('no such person') as string },
    });
  });

  it('two servers on one database send each mail once', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    for (const name of ['r1', 'r2', 'r3']) await readyRelease(world, name);
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(sink.mails.map((mail) => mail.messageId).toSorted()).toHaveLength(3);
    expect(new Set(sink.mails.map((mail) => mail.messageId)).size).toBe(3);
  });

  it('T59: an alias gets no mail before somebody there has confirmed it; the admins get it meanwhile', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    const { deps } = world;
    const { id: buildId } = world.build;
    const superuser: Principal = {
      kind: 'user',
      userId: 'ada',
      name: 'Ada',
      superuser: true,
      roles: new Map(),
    };
    const times = { createdAt: 1, updatedAt: 1 };
    const ada = {
      id: 'ada',
      name: 'Ada',
      email: 'ada@x.org',
      emailVerified: true,
      superuser: true,
      ...times,
    };
    await deps.store.transaction(async (tx) => {
      await tx.people.insert(ada);
      await tx.people.setRole({ buildId, userId: 'ada', role: 'admin', createdAt: 1, createdBy: 'local' });
    });
    const recipients = () => sink.mails.splice(0).map((mail) => [mail.to].flat()[0]!.text);
    const ask = (emailAlias: string | null) => updateBuild(deps, superuser, { buildId, emailAlias });
    const tokenOf = () => /#(\S+)/.exec(sink.mails.at(-1)!.text!)![1]!;

    expect(await ask('Stranger@Example.org')).toMatchObject({ emailAliasConfirmed: false });
    await ask('stranger@example.org');
    await deliver();
    const token = tokenOf();
    expect(recipients()).toEqual(['stranger@example.org']);
    await readyRelease(world, 'r1');
    await deliver();
    expect(recipients()).toEqual(['ada@x.org']);

    await ask('other@example.org');
    await expect(confirmAlias(deps, { token })).rejects.toMatchObject({ code: 'login_state_invalid' });
    await deliver();
    const second = tokenOf();
    expect(await lookAtAlias(deps, { token: second })).toMatchObject({ emailAlias: 'other@example.org' });
    await confirmAlias(deps, { token: second });
    await expect(confirmAlias(deps, { token: second })).rejects.toMatchObject({
      code: 'login_state_invalid',
    });
    sink.mails.splice(0);
    await readyRelease(world, 'r2');
    await deliver();
    expect(recipients()).toEqual(['other@example.org']);
    // Confirming one address does not confirm the next.
    expect(await ask('third@example.org')).toMatchObject({ emailAliasConfirmed: false });

    deps.settings.mailDomains = ['example.com'];
    expect(await ask('team@example.com')).toMatchObject({ emailAliasConfirmed: true });
    for (const near of ['a@notexample.com', 'a@example.com.evil.org', 'a@sub.example.com'])
      expect(await ask(near)).toMatchObject({ emailAliasConfirmed: false });
  });

  it('T59: mails about releases have a limit by day, which the activity tells', async () => {
    const { world, deliver, sink } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    const now = world.clock.now();
    await world.deps.store.transaction(async (tx) => {
      await tx.mails.insertMany(
        Array.from({ length: mailLimits.reviewsPerRecipient - 1 }, (_, count) => ({
          messageId: `earlier-${count}`,
          buildId: world.build.id,
          releaseId: null,
          kind: 'ready_for_review',
          recipient: 'team@example.org',
          subject: 's',
          body: { paragraphs: [], action: null },
          createdAt: now,
          dueAt: null,
          attempts: 1,
          sentAt: now,
          problem: null,
          requestedBy: null,
        })),
      );
    });
    await readyRelease(world, 'r1');
    await readyRelease(world, 'r2');
    await deliver();
    expect(sink.mails).toHaveLength(1);
    const [last] = await listActivity(world.deps, root, { buildId: world.build.id, kind: 'mail_limited' });
    expect(last).toMatchObject({ detail: { release: 'r2' } });
    world.clock.advance(24 * 60 * minuteMs);
    await readyRelease(world, 'r3');
    await deliver();
    expect(sink.mails).toHaveLength(2);
  });

  it('P49: a mail that takes long is not sent by another server, which would take over from a dead one', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    await readyRelease(world);
    let sendCount = 0;
    let answer: (error: Error | null) => void = () => undefined;
    const images = await createDerivedImages({ folder: join(world.blobFolder, '..', 'slow') });
    const slow: Mailer = {
      send: () =>
        new Promise((resolve, reject) => {
          sendCount++;
          answer = (error) => (error === null ? resolve() : reject(error));
        }),
      close: async () => undefined,
    };
    const sending = deliverMails(world.deps, { mailer: slow, images });
    for (let minute = 0; minute < 12; minute++) {
      await until(() => sendCount === 1 && world.clock.sleeperCount === 1);
      world.clock.advance(minuteMs);
      expect(await deliver(), `minute ${minute}`).toBe(0);
    }
    answer(null);
    expect(await sending).toBe(1);
    expect(await deliver()).toBe(0);

    // A server whose clock has stopped counts as dead: it claims nothing new.
    await readyRelease(world, 'r2');
    const stopped: Clock = {
      now: () => world.clock.now(),
      monotonicMs: () => 0,
      sleep: (_ms, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('over')))),
    };
    const dying = deliverMails({ ...world.deps, clock: stopped }, { mailer: slow, images });
    await until(() => sendCount === 2);
    expect(await deliver()).toBe(0);
    world.clock.advance(5 * minuteMs);
    expect(await deliver()).toBe(1);
    expect(sink.mails).toHaveLength(1);
    answer(new Error('too late'));
    expect(await dying).toBe(1);
    expect(world.log.at(-1)).toMatchObject({ message: expect.stringContaining('claimed a mail') as string });
    world.clock.advance(60 * minuteMs);
    expect(await deliver(), 'what is sent stays sent').toBe(0);
    expect(sink.mails).toHaveLength(1);
  });

  it('P49: a release that cannot be announced holds up no other', async () => {
    const { world, sink, deliver } = await openMailWorld(kind);
    await alias(world, 'team@example.org');
    for (const name of ['r1', 'r2', 'r3']) await readyRelease(world, name);
    const { ids } = world.deps;
    let calls = 0;
    const broken = {
      ...ids,
      sha256: (bytes: Uint8Array) => {
        if (++calls === 2) throw new Error('broken');
        return ids.sha256(bytes);
      },
    };
    expect(await deliver({ ...world.deps, ids: broken })).toBe(2);
    expect(world.log.at(-1)).toMatchObject({ level: 'error' });
    expect(await deliver(), 'not at once').toBe(0);
    world.clock.advance(minuteMs);
    expect(await deliver()).toBe(1);
    expect(sink.mails.map(({ subject }) => subject).sort()).toEqual(
      ['r1', 'r2', 'r3'].map((name) => `Shop: ${name} - Ready for review`),
    );
  });

  it('a build takes only an e-mail address as its alias', async () => {
    const { world } = await openMailWorld(kind);
    for (const wrong of ['team', 'a@b', 'a@b.org, c@d.org', 'a@b.org\r\nBcc: x@y.org', '"a"@b.org']) {
      await expect(alias(world, wrong)).rejects.toEqual(
        expect.objectContaining({ code: 'invalid_argument' }),
      );
    }
  });
});
