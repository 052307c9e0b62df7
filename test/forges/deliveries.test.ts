/** What arrives at a forge that is late, down, or refuses. No forge can be installed here; each is a recording server. */

import { describe, expect, it } from 'vitest';
import { forgeKinds, forgeTraits } from '../../src/domain/forges/forge-kinds.ts';
import { listConnections, listDeliveries } from '../../src/services/forges/list-connections.ts';
import { updateConnection } from '../../src/services/forges/save-connection.ts';
import { root, storeKinds } from '../support/server-world.ts';
import { deliverAll, here, hourMs, openForgeWorld, type ForgeWorld } from './support/forge-world.ts';
import type { Fault } from './support/recording-forge.ts';

/** Lets time pass until nothing waits anymore, or a day is over. */
async function untilQuiet({ world, deliver }: ForgeWorld): Promise<void> {
  for (let passed = 0; passed < 26; passed++) {
    await deliver();
    if ((await listDeliveries(world.deps, root, { state: 'waiting' })).length === 0) return;
    world.clock.advance(hourMs);
  }
}

/** An answer that comes later than this is too late. */
const hurriedMs = 500;

/** Each hits every call that is made next: the status, and the comment. */
const transient: Record<string, Fault[]> = {
  none: [],
  'an answer that comes too late': [{ what: 'late' }, { what: 'late' }],
  '429 with Retry-After': [{ what: 429, headers: { 'retry-after': '90' } }],
  '500 three times': [{ what: 500 }, { what: 500 }, { what: 500 }],
  'a reset after the write': [{ what: 'reset' }, { what: 'reset' }],
};

describe.each(forgeKinds)('what %s shows in the end', (kind) => {
  const { words, hasComments } = forgeTraits[kind];
  const oneComment = hasComments ? 1 : 0;
  // One of them is enough for the other database.
  const database = kind === 'gitlab' ? storeKinds.at(-1) : 'sqlite';

  it('P99: is the last state and one comment, whatever happens to the calls', async () => {
    const tried = await openForgeWorld(kind, {}, database, hurriedMs);
    const { world, forge, deliver } = tried;
    for (const [index, [name, faults]] of Object.entries(transient).entries()) {
      const place = { commit: String(index).repeat(40), pullRequest: 10 + index };
      const release = await tried.release({ releaseName: name, headCommit: place.commit, ...place });
      await deliver();
      expect(forge.shown(place), name).toEqual({ status: words.pending, comments: [] });
      const runId = await tried.addDifference(release);
      forge.faults.push(...structuredClone(faults));
      await deliver();
      await tried.approve(release, runId);
      await untilQuiet(tried);
      expect(forge.faults, name).toEqual([]);
      const { status, comments } = forge.shown(place);
      expect(status, name).toBe(words.success);
      expect(comments, name).toHaveLength(oneComment);
      if (hasComments) expect(comments[0], name).toContain('the difference is approved');
    }
    expect(await world.store.read((tx) => tx.deliveries.totals())).toEqual({
      waiting: 0,
      failed: 0,
      oldestAt: null,
    });
    expect(forge.strange).toEqual([]);
    expect(JSON.stringify(world.log)).not.toContain(forge.token);
  });

  it('P99: is the last state and one comment, though the server died between sending and noting it', async () => {
    const tried = await openForgeWorld(kind, {}, database);
    const { world, forge, forges } = tried;
    const release = await tried.release();
    const runId = await tried.addDifference(release);
    let transactions = 0;
    // The first takes the leases, the second gives the server its id; from then on it is dead.
    const { store } = world.deps;
    const transaction: typeof store.transaction = async (work) => {
      if (++transactions > 2) throw new Error('killed');
      return store.transaction(work);
    };
    const dying = { ...world.deps, store: { ...store, read: store.read.bind(store), transaction } };
    await deliverAll(dying, forges).catch(() => undefined);
    expect(forge.shown(here).status).toBe(words.failure);
    await tried.approve(release, runId);
    expect(await tried.deliver()).toBe(0);
    world.clock.advance(hourMs);
    await untilQuiet(tried);
    expect(forge.shown(here).status).toBe(words.success);
    expect(forge.comments).toHaveLength(oneComment);
    expect(forge.strange).toEqual([]);
  });

  it('waits for a person after a refusal, and is the last state then', async () => {
    const said: unknown = expect.stringContaining('This one says no.');
    const tried = await openForgeWorld(kind, {}, database);
    const { world, forge, forges, connection } = tried;
    for (const status of [403, 404, 422]) {
      const place = {
        commit: String(status)[0]! + String(status - 400).padStart(39, '0'),
        pullRequest: status,
      };
      const release = await tried.release({ releaseName: `r${status}`, headCommit: place.commit, ...place });
      forge.faults.push({ does: 'status', what: status, body: { message: 'This one says no.' } });
      const runId = await tried.addDifference(release);
      await untilQuiet(tried);
      await tried.approve(release, runId);
      await untilQuiet(tried);
      expect(forge.shown(place).status).toBeUndefined();
      const [listed] = await listConnections(world.deps, root, { buildId: world.build.id });
      expect(listed).toMatchObject({ failed: 1, lastError: said });
      const key = { buildId: world.build.id, connectionId: connection.id };
      await updateConnection(world.deps, forges, root, { ...key, token: forge.token });
      await tried.deliver();
      expect(forge.shown(place).status).toBe(words.success);
      expect(await listDeliveries(world.deps, root, { state: 'failed' })).toEqual([]);
    }
    expect(forge.strange).toEqual([]);
  });
});
