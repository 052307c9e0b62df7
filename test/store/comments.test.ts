/** What members say: who may, threads, what deletion leaves, and who hears of it. */
import { describe, expect, it } from 'vitest';
import { addComment, type AddCommentInput } from '../../src/services/comments/add-comment.ts';
import { deleteComment, editComment, resolveComment } from '../../src/services/comments/change-comment.ts';
import { listComments } from '../../src/services/comments/list-comments.ts';
import { requestReview } from '../../src/services/reviewers/request-review.ts';
import { updateAccount } from '../../src/services/people/describe-account.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import type { MailChoice, Role } from '../../src/domain/people/membership.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import {
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { StoreKind, World } from '../support/server-world.ts';
import { aligned } from '../support/aligned.ts';

let operations = 0;

async function team(kind: StoreKind) {
  const world = await openWorld(kind);
  const release = await newRelease(world, 'r');
  const buildId = world.build.id;
  const member = async (id: string, name: string, role: Role): Promise<Principal> => {
    await world.store.transaction(async (tx) => {
      const times = { createdAt: 1, updatedAt: 1 };
      await tx.people.insert({
        ...{ id, name, email: `${id}@shop.test`, emailVerified: true, superuser: false, ...times },
      });
      await tx.people.setRole({ buildId, userId: id, role, createdAt: 1, createdBy: 'local' });
    });
    return { kind: 'user', userId: id, name, superuser: false, roles: new Map([[buildId, role]]) };
  };
  const ann = await member('ann', 'Ann Lee', 'admin');
  const bob = await member('bob', 'Bob', 'reviewer');
  const vic = await member('vic', 'Vic', 'viewer');
  return { world, release, ann, bob, vic };
}

const say = (
  world: World,
  release: Release,
  by: Principal,
  text: string,
  more: Partial<AddCommentInput> = {},
) => addComment(world.deps, by, { ...named(release), text, operationId: `say ${operations++}`, ...more });

const saidIn = async (world: World, release: Release) =>
  (await listComments(world.deps, root, named(release))).comments;

const mailsTo = async (world: World, release: Release) =>
  (await world.store.read((tx) => tx.mails.ofRelease(release.id)))
    .filter(({ kind }) => kind === 'mention' || kind === 'review_requested')
    .map(({ recipient, subject }) => `${recipient} ${subject}`);

describe.each(storeKinds)('comments on %s', (kind) => {
  it('P107: are those of members: viewers write, strangers of a public build neither read nor write', async () => {
    const { world, release, vic, ann } = await team(kind);
    await updateBuild(world.deps, root, { buildId: world.build.id, isPublic: true });
    const { id } = await say(world, release, vic, 'Is this **meant**?');
    const stranger: Principal = { kind: 'user', userId: 's', name: 'S', superuser: false, roles: new Map() };
    const worker: Principal = { kind: 'key', keyId: 'w', buildId: null, superuser: false, worker: true };
    const other: Principal = { kind: 'key', keyId: 'o', buildId: 77, superuser: false };
    for (const outsider of [{ kind: 'anonymous' } as const, stranger, worker, other]) {
      await expect(listComments(world.deps, outsider, named(release))).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(say(world, release, outsider, 'x')).rejects.toMatchObject({ code: 'not_found' });
      const key = { buildId: world.build.id, commentId: id };
      for (const call of [deleteComment, resolveComment, editComment] as const) {
        await expect(call(world.deps, outsider, { ...key, text: 'x', resolved: true })).rejects.toMatchObject(
          { code: 'not_found' },
        );
      }
    }
    await expect(
      editComment(world.deps, ann, { buildId: world.build.id + 1, commentId: id, text: 'x' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await saidIn(world, release)).toMatchObject([
      { text: 'Is this **meant**?', author: 'user:vic/Vic' },
    ]);
  });

  it('are threads: replies to the first, resolved and reopened by any member, shown live', async () => {
    const { world, release, bob, vic } = await team(kind);
    await report(world, release, '/a', { image: await uploadImage(world, 'a') });
    const before = await releaseNow(world, release);
    const first = await say(world, release, vic, 'Look', { runName: '/a' });
    const reply = await say(world, release, bob, 'I see', { replyTo: first.id });
    expect(reply).toMatchObject({ replyTo: first.id, runId: first.runId });
    await expect(say(world, release, bob, 'x', { replyTo: reply.id })).rejects.toMatchObject({
      code: 'invalid_argument',
      details: { parameter: 'reply_to' },
    });
    const key = { buildId: world.build.id, commentId: first.id };
    expect(await resolveComment(world.deps, vic, { ...key, resolved: true })).toMatchObject({
      resolvedBy: 'user:vic/Vic',
    });
    expect((await resolveComment(world.deps, bob, { ...key, resolved: false })).resolvedAt).toBeNull();
    await expect(
      resolveComment(world.deps, bob, { ...key, commentId: reply.id, resolved: true }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
    const after = await releaseNow(world, release);
    expect(after.version).toBe(before.version + 4);
    expect(after.commentsVersion).toBe(after.version);
    await runsDone(world.deps, root, named(release));
    await reviewRelease(world.deps, root, { ...named(release), decision: 'bad' });
    await say(world, release, vic, 'a decided release is talked about, too');
    expect(await saidIn(world, release)).toHaveLength(3);
  });

  it('P107: leave a trace when they are edited or deleted, but not their text', async () => {
    const { world, release, ann, bob } = await team(kind);
    const { id } = await say(world, release, bob, 'a secret');
    const key = { buildId: world.build.id, commentId: id };
    await expect(
      editComment(world.deps, ann, { ...key, text: 'x' }),
      'not even an admin',
    ).rejects.toMatchObject({
      code: 'role_required',
    });
    expect((await editComment(world.deps, bob, { ...key, text: 'another secret' })).editedAt).not.toBeNull();
    const mine = await say(world, release, ann, 'mine');
    await expect(deleteComment(world.deps, bob, { ...key, commentId: mine.id })).rejects.toMatchObject({
      code: 'role_required',
    });
    await deleteComment(world.deps, ann, key);
    await deleteComment(world.deps, ann, key);
    expect((await saidIn(world, release))[0]).toMatchObject({ text: '', deletedBy: 'user:ann/Ann Lee' });
    await expect(editComment(world.deps, bob, { ...key, text: 'again' })).rejects.toMatchObject({
      code: 'conflict',
    });
    const entries = await world.store.read((tx) =>
      tx.activity.list({ buildId: world.build.id }, { limit: 50, offset: 0 }),
    );
    const told = entries.filter(({ subject }) => subject === `comment:${id}`);
    expect(told.map(({ kind }) => kind)).toEqual(['comment_deleted', 'comment_edited', 'comment_added']);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('have limits, and one operation is done once', async () => {
    const { world, release, bob } = await team(kind);
    const one = await say(world, release, bob, 'once', { operationId: 'same' });
    expect((await say(world, release, bob, 'twice', { operationId: 'same' })).id).toBe(one.id);
    await expect(say(world, release, bob, 'x'.repeat(4_001))).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await world.store.transaction(async (tx) => {
      for (let count = 1; count < 500; count++) await tx.comments.insert({ ...one, operationId: `${count}` });
    });
    await expect(say(world, release, bob, 'one more')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('P107: point at a place of both images, and the part that moved is followed', async () => {
    const { world, release, bob } = await team(kind);
    const images = { image: await uploadImage(world, 'new'), refImage: await uploadImage(world, 'old') };
    const { alignment } = aligned(['x']);
    const block = (top: number) => ({ left: 0, top, width: 100, height: 50 });
    const comparison = {
      alignment: {
        ...alignment!,
        blocks: [{ kind: 'moved' as const, before: block(100), after: block(130) }],
      },
    };
    const diffImage = await uploadImage(world, 'diff');
    await report(world, release, '/a', { ...images, diffImage, distortion: 0.5, comparison });
    const at = { runName: '/a', side: 'after' as const, x: 7, y: 140 };
    expect((await say(world, release, bob, 'here', at)).place).toEqual({
      side: 'after',
      before: { image: images.refImage, x: 7, y: 110 },
      after: { image: images.image, x: 7, y: 140 },
    });
    await expect(say(world, release, bob, 'x', { side: 'after', x: 1, y: 1 })).rejects.toMatchObject({
      details: { parameter: 'run_name' },
    });
    await expect(say(world, release, bob, 'x', { runName: '/a', x: 1, y: 1 })).rejects.toMatchObject({
      details: { parameter: 'side' },
    });
    await expect(say(world, release, bob, 'x', { runName: '/b' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('P108: reach those whom they name or answer, as each of them wants it', async () => {
    const { world, release, ann, bob, vic } = await team(kind);
    const first = await say(world, release, bob, '@ann lee, @Bob and @Nobody: <b>look</b>');
    expect(first.mentions).toEqual([
      { userId: 'ann', name: 'Ann Lee' },
      { userId: 'bob', name: 'Bob' },
    ]);
    const subject = `${world.build.name}: Bob commented on r #1`;
    expect(await mailsTo(world, release), 'the author hears of no own comment').toEqual([
      `ann@shop.test ${subject}`,
    ]);
    await say(world, release, vic, 'I do', { replyTo: first.id });
    expect((await mailsTo(world, release)).slice(1), 'an answer reaches the one who asked').toEqual([
      `bob@shop.test ${world.build.name}: Vic commented on r #1`,
    ]);
    const want = (who: Principal, mention: MailChoice) => updateAccount(world.deps, who, { mention });
    await want(ann, 'none');
    await want(vic, 'digest');
    await say(world, release, bob, '@Ann Lee @Vic one');
    await say(world, release, bob, '@Vic two');
    await requestReview(world.deps, ann, { ...named(release), userId: 'bob', wanted: true });
    expect((await mailsTo(world, release)).slice(2)).toEqual([
      `bob@shop.test ${world.build.name}: Ann Lee asks you to review r #1`,
    ]);
    const later = Date.parse(new Date(world.deps.clock.now() + 86_400_000).toISOString());
    const due = await world.store.transaction((tx) => tx.mails.take(later, later + 1, 50));
    const digests = due.filter(({ kind }) => kind === 'digest');
    expect(digests).toHaveLength(1);
    expect(digests[0]!.recipient).toBe('vic@shop.test');
    expect(digests[0]!.body.paragraphs.filter((text) => /^@/.test(text))).toEqual([
      '@Ann Lee @Vic one',
      '@Vic two',
    ]);
  });
});
