import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Role, User } from '../../src/domain/people/membership.ts';
import { answerInvitation } from '../../src/services/people/answer-invitation.ts';
import { changeMember } from '../../src/services/people/change-member.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createKey } from '../../src/services/builds/create-key.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { inviteMember } from '../../src/services/people/invite-member.ts';
import { describeAccount } from '../../src/services/people/describe-account.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listBuilds } from '../../src/services/builds/list-builds.ts';
import { listMembers } from '../../src/services/people/list-members.ts';
import { revokeInvitation } from '../../src/services/people/revoke-invitation.ts';
import { mailLimits } from '../../src/domain/mail/mail.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { openWorld, storeKinds, type World } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });
const dayMs = 86_400_000;

async function person(
  world: World,
  id: string,
  change: Partial<User> = {},
): Promise<() => Promise<Principal>> {
  const now = world.clock.now();
  const user: User = {
    id,
    name: id[0]!.toUpperCase() + id.slice(1),
    email: `${id}@example.org`,
    emailVerified: true,
    superuser: false,
    createdAt: now,
    updatedAt: now,
    ...change,
  };
  await world.deps.store.transaction((tx) => tx.people.insert(user));
  return async () => ({
    kind: 'user',
    userId: user.id,
    name: user.name,
    superuser: user.superuser,
    roles: await world.deps.store.read((tx) => tx.people.rolesOf(user.id)),
  });
}

/** Invites a person with an account, who accepts. */
async function letIn(
  { deps }: World,
  admin: Principal,
  of: { buildId: number; email: string; role: Role },
  invited: () => Promise<Principal>,
): Promise<void> {
  const { invitation } = await inviteMember(deps, admin, of);
  await answerInvitation(deps, await invited(), { invitationId: invitation.id, accept: true });
}

const invitationsOf = async ({ deps }: World, who: () => Promise<Principal>) =>
  (await describeAccount(deps, await who())).invitations;

describe.each(storeKinds)('people on %s', (kind) => {
  it('whoever makes a build is its admin; nobody else sees it, and a viewer only looks', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const [ada, ben] = [await person(world, 'ada'), await person(world, 'ben')];
    const build = await createBuild(deps, await ada(), { name: 'Shop' });
    expect((await listBuilds(deps, await ada())).map((summary) => summary.build.id)).toEqual([build.id]);
    expect(await listBuilds(deps, await ben())).toEqual([]);
    await expect(createKey(deps, await ben(), { purpose: 'CI', buildId: build.id })).rejects.toEqual(
      code('not_found'),
    );

    const benAsViewer = { buildId: build.id, email: 'Ben@Example.org', role: 'viewer' } as const;
    await letIn(world, await ada(), benAsViewer, ben);
    const release = { buildId: build.id, releaseName: 'r' };
    await expect(createRelease(deps, await ben(), release)).rejects.toEqual(code('role_required'));
    await changeMember(deps, await ada(), { buildId: build.id, userId: 'ben', role: 'reviewer' });
    expect(await createRelease(deps, await ben(), release)).toMatchObject({ number: 1 });
    await expect(createKey(deps, await ben(), { purpose: 'CI', buildId: build.id })).rejects.toEqual(
      code('role_required'),
    );
    await expect(listMembers(deps, await ben(), { buildId: build.id })).rejects.toEqual(
      code('role_required'),
    );
    const kinds = (await listActivity(deps, await ada(), { buildId: build.id })).map((entry) => [
      entry.kind,
      entry.actor,
    ]);
    expect(kinds).toContainEqual(['member_changed', 'user:ada/Ada']);
    expect(kinds).toContainEqual(['member_invited', 'user:ada/Ada']);
    expect(kinds).toContainEqual(['invitation_accepted', 'user:ben/Ben']);

    await createBuild(deps, await ada(), { name: 'Open', isPublic: true });
    const seen = (await listBuilds(deps, await ben())).map((summary) => [summary.build.name, summary.isOwn]);
    expect(seen).toEqual([
      ['Open', false],
      ['Shop', true],
    ]);
  });

  it('an invitation is accepted by whoever has proven the address, once, and not after its time', async () => {
    const world = await openWorld(kind);
    const { deps, clock } = world;
    const ada = await person(world, 'ada');
    const build = await createBuild(deps, await ada(), { name: 'Shop' });
    const admin = await ada();
    const invite = (email: string) =>
      inviteMember(deps, admin, { buildId: build.id, email, role: 'reviewer' });

    await invite('eve@example.org');
    await invite('eve@example.org');
    expect((await listMembers(deps, admin, { buildId: build.id })).invitations).toHaveLength(1);
    const mails = await deps.store.transaction((tx) => tx.mails.take(clock.now(), clock.now() + 1, 10));
    expect(mails).toMatchObject([{ kind: 'invitation', recipient: 'eve@example.org', attempts: 0 }]);

    const mallory = await person(world, 'mallory', { email: 'eve@example.org', emailVerified: false });
    const [open] = (await listMembers(deps, admin, { buildId: build.id })).invitations;
    const accept = async (who: () => Promise<Principal>, invitationId = open!.id) =>
      answerInvitation(deps, await who(), { invitationId, accept: true });
    expect(await invitationsOf(world, mallory)).toEqual([]);
    await expect(accept(mallory)).rejects.toEqual(code('not_found'));
    await expect(accept(ada)).rejects.toEqual(code('not_found'));
    expect(await listBuilds(deps, await mallory())).toEqual([]);
    await deps.store.transaction(async (tx) => {
      const user = await tx.people.find('mallory');
      await tx.people.update({ ...user!, emailVerified: true });
    });
    expect(await invitationsOf(world, mallory)).toMatchObject([{ buildName: 'Shop' }]);
    expect(await listBuilds(deps, await mallory())).toEqual([]);
    const answers = await Promise.allSettled([accept(mallory), accept(mallory)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await listBuilds(deps, await mallory())).map(({ build: { id } }) => id)).toEqual([build.id]);
    expect(await invitationsOf(world, mallory)).toEqual([]);

    const { invitation: late_ } = await invite('late@example.org');
    const late = await person(world, 'late');
    clock.advance(15 * dayMs);
    expect(await invitationsOf(world, late)).toEqual([]);
    await expect(accept(late, late_.id)).rejects.toEqual(code('not_found'));
    expect(await listBuilds(deps, await late())).toEqual([]);
    expect((await listMembers(deps, admin, { buildId: build.id })).invitations).toEqual([]);
  });

  it('an invitation can be taken back', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const ada = await person(world, 'ada');
    const build = await createBuild(deps, await ada(), { name: 'Shop' });
    const admin = await ada();
    const { invitation } = await inviteMember(deps, admin, {
      buildId: build.id,
      email: 'eve@example.org',
      role: 'admin',
    });
    const revoke = () => revokeInvitation(deps, admin, { buildId: build.id, invitationId: invitation.id });
    await revoke();
    await revoke();
    const eve = await person(world, 'eve');
    expect(await invitationsOf(world, eve)).toEqual([]);
    await expect(revokeInvitation(deps, admin, { buildId: build.id, invitationId: 'none' })).rejects.toEqual(
      code('not_found'),
    );
  });

  it('the last admin stays, and nobody changes themselves', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const [ada, ben] = [await person(world, 'ada'), await person(world, 'ben')];
    const { id: buildId } = await createBuild(deps, await ada(), { name: 'Shop' });
    await expect(changeMember(deps, await ada(), { buildId, userId: 'ada', role: 'viewer' })).rejects.toEqual(
      code('conflict'),
    );
    const root: Principal = { kind: 'local' };
    await expect(changeMember(deps, root, { buildId, userId: 'ada', role: 'none' })).rejects.toThrow(
      'Ada is the last admin of this build. Make someone else an admin first.',
    );
    await letIn(world, await ada(), { buildId, email: 'ben@example.org', role: 'admin' }, ben);
    expect(await changeMember(deps, await ben(), { buildId, userId: 'ada', role: 'none' })).toBeNull();
    expect((await listMembers(deps, await ben(), { buildId })).members).toMatchObject([
      { user: { name: 'Ben' } },
    ]);
    await expect(listMembers(deps, await ada(), { buildId })).rejects.toEqual(code('not_found'));
  });

  it('two admins who remove each other at once leave one', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const [ada, ben] = [await person(world, 'ada'), await person(world, 'ben')];
    const { id: buildId } = await createBuild(deps, await ada(), { name: 'Shop' });
    await letIn(world, await ada(), { buildId, email: 'ben@example.org', role: 'admin' }, ben);
    const both = await Promise.allSettled([
      changeMember(deps, await ada(), { buildId, userId: 'ben', role: 'none' }),
      changeMember(deps, await ben(), { buildId, userId: 'ada', role: 'none' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('T58: inviting tells nothing of an account, and nobody is in before they accept; declining ends it', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const [ada, ben] = [await person(world, 'ada'), await person(world, 'ben')];
    const { id: buildId } = await createBuild(deps, await ada(), { name: 'Shop' });
    const invite = async (email: string) => {
      const { invitation } = await inviteMember(deps, await ada(), { buildId, email, role: 'admin' });
      return { ...invitation, id: '', email: '', tokenHash: '' };
    };
    expect(await invite('ben@example.org')).toEqual(await invite('nobody@example.org'));
    expect(await listBuilds(deps, await ben())).toEqual([]);
    const mails = await deps.store.transaction((tx) => tx.mails.take(world.clock.now(), 0, 10));
    const worded = mails.map(({ subject, recipient, body: { paragraphs } }) =>
      JSON.stringify([subject, paragraphs]).replaceAll(recipient!, 'x'),
    );
    expect(worded).toHaveLength(2);
    expect(worded[0]).toBe(worded[1]);

    const [{ invitation } = raise('none')] = await invitationsOf(world, ben);
    await answerInvitation(deps, await ben(), { invitationId: invitation.id, accept: false });
    expect(await invitationsOf(world, ben)).toEqual([]);
    expect(await listBuilds(deps, await ben())).toEqual([]);
    const { invitations } = await listMembers(deps, await ada(), { buildId });
    expect(invitations.map(({ email }) => email)).toEqual(['nobody@example.org']);
  });

  it('T59: a changed role sends no mail, however often it changes', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const [ada, ben] = [await person(world, 'ada'), await person(world, 'ben')];
    const { id: buildId } = await createBuild(deps, await ada(), { name: 'Shop' });
    for (const role of ['viewer', 'admin', 'reviewer', 'viewer', 'reviewer'] as const)
      await inviteMember(deps, await ada(), { buildId, email: 'ben@example.org', role });
    const [{ invitation } = raise('none')] = await invitationsOf(world, ben);
    await answerInvitation(deps, await ben(), { invitationId: invitation.id, accept: true });
    expect((await listMembers(deps, await ada(), { buildId })).members).toMatchObject([
      { user: { id: 'ada' } },
      { user: { id: 'ben' }, membership: { role: 'reviewer' } },
    ]);
    for (const role of ['viewer', 'admin'] as const)
      await changeMember(deps, await ada(), { buildId, userId: 'ben', role });
    const mails = await deps.store.transaction((tx) => tx.mails.take(world.clock.now(), 0, 10));
    expect(mails.map(({ kind: of }) => of)).toEqual(['invitation']);
  });

  it('T59: mail to strangers is limited by recipient, by person and by build, for a day', async () => {
    const world = await openWorld(kind);
    const { deps, clock } = world;
    const ada = await person(world, 'ada');
    const builds: number[] = [];
    for (let count = 0; count < 7; count++)
      builds.push((await createBuild(deps, await ada(), { name: `b${count}` })).id);
    const invite = async (buildId: number, email: string) =>
      inviteMember(deps, await ada(), { buildId, email, role: 'viewer' });
    const statuses = await Promise.allSettled(builds.map((id) => invite(id, 'victim@example.org')));
    expect(statuses.filter(({ status }) => status === 'fulfilled')).toHaveLength(mailLimits.perRecipient);
    // Revoking an invitation does not free a place, nor does confirming an alias.
    const { invitations } = await listMembers(deps, await ada(), { buildId: builds[0]! });
    for (const { id } of invitations)
      await revokeInvitation(deps, await ada(), { buildId: builds[0]!, invitationId: id });
    await expect(invite(builds[0]!, 'victim@example.org')).rejects.toEqual(code('rate_limited'));
    const asAlias = { buildId: builds[0]!, emailAlias: 'victim@example.org' };
    await expect(updateBuild(deps, await ada(), asAlias)).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retry_after: 3_600 },
    });

    let sent = mailLimits.perRecipient;
    for (; sent < mailLimits.perPerson; sent++) await invite(builds[sent % 7]!, `p${sent}@example.org`);
    await expect(invite(builds[1]!, 'one-more@example.org')).rejects.toEqual(code('rate_limited'));
    clock.advance(dayMs);
    await invite(builds[1]!, 'victim@example.org');
  });
});

function raise(problem: string): never {
  throw new Error(problem);
}
