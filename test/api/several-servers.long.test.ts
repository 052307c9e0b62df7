/** What several servers of one database tell each other. */

import { describe, expect, it } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { startDeafProxy } from '../support/deaf-proxy.ts';
import { startServers, watchStream } from '../support/several-servers.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

const release = { buildId: 1, releaseName: 'r', releaseNumber: 1 };

/** A release that people can decide. */
async function newRelease(client: DepictedClient): Promise<void> {
  await client.createRelease({ buildId: 1, releaseName: 'r' });
  await client.runsDone(release);
}

/** Decides again and again through one server. @returns how long the stream of the other took after each answer */
async function delays(decider: DepictedClient, watcherUrl: string, rounds: number): Promise<number[]> {
  const stream = await watchStream(watcherUrl, release);
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { release: after } = await decider.reviewRelease({
      ...release,
      decision: round % 2 === 0 ? 'good' : 'reopen',
    });
    const at = performance.now();
    took.push((await stream.received(after.version)) - at);
  }
  return took.toSorted((a, b) => a - b);
}

describe.runIf(storeKinds.includes('postgres'))('several servers of one database', () => {
  it('P73: a decision made through one is in the event stream of another within 500 ms', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = await startServers([url, url]);
    await newRelease(one!.client);
    const took = await delays(one!.client, other!.url, 20);
    expect(took[Math.floor(took.length * 0.95) - 1]!).toBeLessThan(500);
  });

  it('P73: a worker that waits at one takes a task at once that another received', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = await startServers([url, url]);
    const took: number[] = [];
    for (let round = 0; round < 10; round++) {
      const leased = one!.client.leaseTasks({ queueName: 'q', waitSeconds: 30 });
      // The lease waits when a second call is answered after it.
      await one!.client.leaseTasks({ queueName: 'other' });
      const at = performance.now();
      await other!.client.addTask({ queueName: 'q', payload: '{}' });
      expect((await leased).tasks).toHaveLength(1);
      took.push(performance.now() - at);
    }
    expect(took.toSorted((a, b) => a - b)[5]!).toBeLessThan(500);
  });

  it('P73: behind a pooler that hides notifications, changes are seen by looking', async () => {
    const url = await createPostgresDatabase();
    const proxy = await startDeafProxy(url);
    const [one, other] = await startServers([url, proxy.url]);
    await newRelease(one!.client);
    expect((await delays(one!.client, other!.url, 3)).at(-1)).toBeLessThan(5_000);
    const leased = other!.client.leaseTasks({ queueName: 'q', waitSeconds: 30 });
    await other!.client.leaseTasks({ queueName: 'other' });
    const at = performance.now();
    await one!.client.addTask({ queueName: 'q', payload: '{}' });
    expect((await leased).tasks).toHaveLength(1);
    expect(performance.now() - at).toBeLessThan(5_000);
  });

  it('P73: a lost connection is opened again', async () => {
    const url = await createPostgresDatabase();
    const proxy = await startDeafProxy(url, { isDeaf: false });
    const [one, other] = await startServers([url, proxy.url]);
    await newRelease(one!.client);
    await delays(one!.client, other!.url, 2);
    proxy.cutAll();
    const isQuickAgain = async () => (await delays(one!.client, other!.url, 6))[2]! < 500;
    await expect.poll(isQuickAgain, { timeout: 30_000 }).toBe(true);
  });
});
