import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/access.ts';
import type { User } from '../../src/domain/people.ts';
import { changeMember } from '../../src/services/change-member.ts';
import { claimInvitations } from '../../src/services/claim-invitations.ts';
import { createBuild } from '../../src/services/create-build.ts';
import { createKey } from '../../src/services/create-key.ts';
import { createRelease } from '../../src/services/create-release.ts';
import { inviteMember } from '../../src/services/invite-member.ts';
import { listActivity } from '../../src/services/list-activity.ts';
import { listBuilds } from '../../src/services/list-builds.ts';
import { listMembers } from '../../src/services/list-members.ts';
import { revokeInvitation } from '../../src/services/revoke-invitation.ts';
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

    await inviteMember(deps, await ada(), { buildId: build.id, email: 'Ben@Example.org', role: 'viewer' });
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
    expect(kinds).toContainEqual(['member_added', 'user:ada/Ada']);

    await createBuild(deps, await ada(), { name: 'Open', isPublic: true });
    const seen = (await listBuilds(deps, await ben())).map((summary) => [summary.build.name, summary.isOwn]);
    expect(seen).toEqual([
      ['Open', false],
      ['Shop', true],
    ]);
  });

  it('an invitation is claimed by whoever proves the address, once, and not after its time', async () => {
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
    expect(await claimInvitations(deps, 'mallory')).toEqual([]);
    expect(await listBuilds(deps, await mallory())).toEqual([]);
    await deps.store.transaction(async (tx) => {
      const user = await tx.people.find('mallory');
      await tx.people.update({ ...user!, emailVerified: true });
    });
    expect(await claimInvitations(deps, 'mallory')).toEqual([build.id]);
    expect(await claimInvitations(deps, 'mallory')).toEqual([]);

    await invite('late@example.org');
    const late = await person(world, 'late');
    clock.advance(15 * dayMs);
    expect(await claimInvitations(deps, 'late')).toEqual([]);
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
    const revoke = () => revokeInvitation(deps, admin, { buildId: build.id, invitationId: invitation!.id });
    await revoke();
    await revoke();
    await person(world, 'eve');
    expect(await claimInvitations(deps, 'eve')).toEqual([]);
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
      'Ada is the last admin of this build; make someone else admin first.',
    );
    await inviteMember(deps, await ada(), { buildId, email: 'ben@example.org', role: 'admin' });
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
    await inviteMember(deps, await ada(), { buildId, email: 'ben@example.org', role: 'admin' });
    const both = await Promise.allSettled([
      changeMember(deps, await ada(), { buildId, userId: 'ben', role: 'none' }),
      changeMember(deps, await ben(), { buildId, userId: 'ada', role: 'none' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
