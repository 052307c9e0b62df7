/** Secrets of builds in both databases, and shots whose runs wait for one task. */

import { expect, it } from 'vitest';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { setBuildSecret } from '../../src/services/secrets/build-secrets.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { openWorld, root, storeKinds } from '../support/server-world.ts';

it.each(storeKinds)(
  '%s: a secret is replaced, sealed, and leased with a task that has shots',
  async (kind) => {
    const { deps, build, store } = await openWorld(kind);
    const buildId = build.id;
    const origins = ['https://shop.example'];
    for (const value of ['the first one', 'the second one']) {
      await setBuildSecret(deps, root, { buildId, name: 'PASSWORD', value, origins });
    }
    const [kept] = await store.read((tx) => tx.buildSecrets.ofBuild(buildId));
    expect(Buffer.from(kept!.value).toString('latin1')).not.toContain('second');

    await createRelease(deps, root, { buildId, releaseName: 'r' });
    const release = { buildId, releaseName: 'r', releaseNumber: 1 };
    const steps = [{ fill: { selector: 'input', value: '${secret:PASSWORD}' } }, { shot: 'filled' }];
    await requestRun(deps, root, {
      ...release,
      runName: 'home',
      url: 'https://shop.example/',
      config: { steps },
    });
    const tasks = await leaseTasks(deps, root, { queue: 'capture', owner: 'w' });
    expect(tasks).toMatchObject([{ secrets: [{ name: 'PASSWORD', value: 'the second one', origins }] }]);
    expect(JSON.parse(tasks[0]!.payload)).toMatchObject({ shots: ['filled'] });
    const failed = { ...release, runFailed: true, leaseId: tasks[0]!.leaseId! };
    await reportRun(deps, root, { ...failed, runName: 'home/filled' });
    expect(await store.transaction((tx) => tx.buildSecrets.delete(buildId, 'PASSWORD'))).toBe(true);
    expect(await store.transaction((tx) => tx.buildSecrets.delete(buildId, 'PASSWORD'))).toBe(false);
  },
);
