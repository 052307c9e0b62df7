import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { createKeyAuthenticator } from '../../src/services/builds/authenticate-key.ts';
import { createBuild, ensureFirstBuild } from '../../src/services/builds/create-build.ts';
import { createKey } from '../../src/services/builds/create-key.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listBuilds } from '../../src/services/builds/list-builds.ts';
import { listKeys } from '../../src/services/builds/list-keys.ts';
import { makeSuperuser } from '../../src/services/people/make-superuser.ts';
import { revokeKey } from '../../src/services/builds/revoke-key.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { openWorld, root, storeKinds } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

describe.each(storeKinds)('API keys and builds on %s', (kind) => {
  it('lets a key in with its secret only, and tells the reasons of a refusal from none other', async () => {
    const world = await openWorld(kind);
    const { authenticate } = createKeyAuthenticator(world.deps);
    const { key, secret } = await createKey(world.deps, root, { purpose: 'CI', buildId: world.build.id });
    expect(await authenticate(key.id, secret)).toEqual({
      kind: 'key',
      keyId: key.id,
      buildId: world.build.id,
      superuser: false,
    });
    const refusals = await Promise.all(
      [
        [key.id, 'wrong'],
        [key.id, ''],
        ['unknown', secret],
        ['', ''],
        ['x'.repeat(5_000), secret],
      ].map(([id, given]) => authenticate(id!, given!).catch((error: unknown) => String(error))),
    );
    expect(new Set(refusals).size, 'one body').toBe(1);
    const keys = () => listKeys(world.deps, root, { buildId: world.build.id });
    await expect.poll(keys).toMatchObject([{ purpose: 'CI', lastUsedAt: world.clock.now() }]);
    const stored = await keys();
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(stored[0]).not.toHaveProperty('secretHash');
  });

  it('T21: a warm cache still wants the secret, and a revoked key is out within a second', async () => {
    const world = await openWorld(kind);
    const { authenticate } = createKeyAuthenticator(world.deps);
    const { key, secret } = await createKey(world.deps, root, { purpose: 'worker', superuser: true });
    await authenticate(key.id, secret);
    await expect(authenticate(key.id, 'wrong')).rejects.toEqual(code('invalid_credentials'));
    await revokeKey(world.deps, root, { keyId: key.id });
    await revokeKey(world.deps, root, { keyId: key.id });
    world.clock.advance(1_000);
    await expect(authenticate(key.id, secret)).rejects.toEqual(code('invalid_credentials'));
  });

  it('T21: what was last known of a key while the database was away lets it in nowhere else, nor later', async () => {
    const world = await openWorld(kind);
    const away = new AppError('unavailable', 'The database cannot be reached.');
    const outage = { isOn: false };
    const read: typeof world.deps.store.read = (work) =>
      outage.isOn ? Promise.reject(away) : world.deps.store.read(work);
    const store = { ...world.deps.store, read };
    const { authenticate } = createKeyAuthenticator({ ...world.deps, store });
    const { key, secret } = await createKey(world.deps, root, { purpose: 'monitoring', superuser: true });
    await authenticate(key.id, secret);
    // By another server, so that this one does not hear of it.
    await revokeKey(world.deps, root, { keyId: key.id });
    world.clock.advance(1_000);
    outage.isOn = true;
    expect(await authenticate(key.id, secret, { lastKnown: true })).toMatchObject({ keyId: key.id });
    await expect(authenticate(key.id, secret)).rejects.toEqual(code('unavailable'));
    outage.isOn = false;
    await expect(authenticate(key.id, secret)).rejects.toEqual(code('invalid_credentials'));
  });

  it('a build key makes and revokes no keys, not even of its build', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const key = { kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false } as const;
    await expect(createKey(world.deps, key, { purpose: 'x', superuser: true })).rejects.toEqual(
      code('role_required'),
    );
    await expect(createKey(world.deps, key, { purpose: 'x', buildId: other.id })).rejects.toEqual(
      code('not_found'),
    );
    const foreign = await createKey(world.deps, root, { purpose: 'x', buildId: other.id });
    await expect(revokeKey(world.deps, key, { keyId: foreign.key.id })).rejects.toEqual(code('not_found'));
    await expect(makeSuperuser(world.deps, key, { keyId: foreign.key.id })).rejects.toEqual(
      code('not_found'),
    );
    await expect(createKey(world.deps, key, { purpose: 'x', buildId: world.build.id })).rejects.toEqual(
      code('role_required'),
    );
    const own = await createKey(world.deps, root, { purpose: 'mine', buildId: world.build.id });
    await expect(revokeKey(world.deps, key, { keyId: own.key.id })).rejects.toEqual(code('role_required'));
    expect((await revokeKey(world.deps, root, { keyId: own.key.id })).revokedAt).not.toBeNull();
    expect(await makeSuperuser(world.deps, root, { keyId: foreign.key.id })).toMatchObject({
      superuser: true,
    });
    const log = await listActivity(world.deps, root, { buildId: world.build.id });
    expect(log.map((entry) => [entry.kind, entry.actor])).toEqual([
      ['key_revoked', 'local'],
      ['key_created', 'local'],
      ['build_created', 'local'],
    ]);
  });

  it('shows each principal the builds that it may look at', async () => {
    const world = await openWorld(kind);
    const open = await createBuild(world.deps, root, { name: 'Open', isPublic: true });
    await createBuild(world.deps, root, { name: 'Closed' });
    const names = async (principal: Parameters<typeof listBuilds>[1]) =>
      (await listBuilds(world.deps, principal)).map(({ build }) => build.name);
    expect(await names(root)).toEqual(['Closed', 'Open', 'Shop']);
    expect(await names({ kind: 'anonymous' })).toEqual(['Open']);
    expect(await names({ kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false })).toEqual([
      'Open',
      'Shop',
    ]);
    const key = { kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false } as const;
    await expect(updateBuild(world.deps, key, { buildId: open.id, name: 'Mine' })).rejects.toEqual(
      code('not_found'),
    );
    await expect(updateBuild(world.deps, key, { buildId: world.build.id, isPublic: true })).rejects.toEqual(
      code('role_required'),
    );
    await updateBuild(world.deps, root, { buildId: world.build.id, isPublic: true, name: 'Shop' });
    expect(await names({ kind: 'anonymous' })).toEqual(['Open', 'Shop']);
    const [changed] = await listActivity(world.deps, root, { buildId: world.build.id });
    expect(changed).toMatchObject({ kind: 'build_changed', detail: { isPublic: { from: false, to: true } } });
    expect((await ensureFirstBuild(world.deps)).name, 'made once').toBe('Closed');
  });
});
