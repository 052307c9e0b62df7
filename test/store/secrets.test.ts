import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/people/access.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { openWorld, root, storeKinds, type World } from '../support/server-world.ts';

const config = {
  httpUserName: 'ada',
  httpPassword: 'hunter2-hunter2',
  cookies: [{ name: 'session', value: 'cookie-value' }],
  injectHeaders: { 'shop.test': { Authorization: 'Bearer header-value' } },
  viewportSize: { width: 800, height: 600 },
};
const secrets = ['hunter2-hunter2', 'cookie-value', 'header-value'];

async function read(world: World, principal: Principal, buildId: number, sha1sum: string): Promise<string> {
  const artifact = await download(world.deps, principal, { buildId, sha1sum });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await artifact.open()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  expect(bytes.byteLength).toBe(artifact.size);
  expect(world.deps.ids.sha1(bytes)).toBe(artifact.sha1sum);
  return bytes.toString();
}

describe.each(storeKinds)('secrets of capture configs on %s', (kind) => {
  it('are sealed in the database, whole for programs and masked for people', async () => {
    const world = await openWorld(kind);
    const { deps } = world;
    const { id: buildId } = await createBuild(deps, root, { name: 'Open', isPublic: true });
    await createRelease(deps, root, { buildId, releaseName: 'r' });
    const release = { buildId, releaseName: 'r', releaseNumber: 1 };
    const { run } = await requestRun(deps, root, { ...release, url: 'https://shop.test/', config });
    const sha1 = run.current.config!;

    const stored = await deps.store.read((tx) => tx.artifacts.find(sha1));
    const inDatabase = Buffer.from(stored!.content!).toString('latin1');
    for (const secret of secrets) expect(inDatabase).not.toContain(secret);

    const key: Principal = { kind: 'key', keyId: 'k', buildId, superuser: false };
    expect(JSON.parse(await read(world, key, buildId, sha1))).toMatchObject(config);
    expect(JSON.parse(await read(world, root, buildId, sha1))).toMatchObject(config);

    const viewer: Principal = { kind: 'user', userId: 'u', name: 'Ada', superuser: true, roles: new Map() };
    for (const person of [{ kind: 'anonymous' } as const, viewer]) {
      const shown = await read(world, person, buildId, sha1);
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(JSON.parse(shown)).toMatchObject({
        // The page's user name is visible only to members of the build.
        httpUserName: person.kind === 'anonymous' ? '••••' : 'ada',
        httpPassword: '••••',
        cookies: [{ name: 'session', value: '••••' }],
        injectHeaders: { 'shop.test': { Authorization: '••••' } },
        viewportSize: { width: 800, height: 600 },
      });
    }
    expect((await fsck(deps, root)).problems).toEqual([]);
  });
});
