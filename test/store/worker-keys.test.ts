import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/people/access.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { chunksOf, named, newRelease, openWorld, root, storeKinds } from '../support/server-world.ts';

const worker = (keyId: string): Principal => ({
  kind: 'key',
  keyId,
  buildId: null,
  superuser: false,
  worker: true,
});

describe.each(storeKinds)('worker keys on %s', (kind) => {
  it('T46: reach a build while they hold the lease of one of its tasks, and only what it asks for', async () => {
    const world = await openWorld(kind);
    const { deps, build } = world;
    const release = await newRelease(world);
    const { run } = await requestRun(deps, root, {
      ...named(release),
      url: 'https://shop.test/',
      config: {},
    });
    const config = { buildId: build.id, sha1sum: run.current.config! };
    const file = () => ({ buildId: build.id, fileName: 'a.txt', content: chunksOf('log') });
    await expect(upload(deps, worker('one'), file())).rejects.toMatchObject({ code: 'lease_lost' });

    const [task] = await leaseTasks(deps, worker('one'), { queue: 'capture', owner: 'same' });
    await upload(deps, worker('one'), file());
    await download(deps, worker('one'), config);
    const beat = { queue: 'capture', taskId: task!.id, owner: 'same' };
    await expect(heartbeat(deps, worker('two'), beat)).rejects.toMatchObject({ code: 'lease_lost' });
    await expect(download(deps, worker('two'), config)).rejects.toMatchObject({ code: 'lease_lost' });

    world.clock.advance(60_001);
    await expect(upload(deps, worker('one'), file())).rejects.toMatchObject({ code: 'lease_lost' });
    world.clock.advance(10_000);
    await leaseTasks(deps, root, { queue: 'capture', owner: 'same' });
    await expect(heartbeat(deps, worker('one'), beat)).rejects.toMatchObject({ code: 'lease_lost' });
  });
});
