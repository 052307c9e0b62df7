/** What arrives at a forge that is late, down, or refuses. No forge can be installed here; each is a recording server. */

import { describe, expect, it } from 'vitest';
import { forgeKinds, forgeTraits } from '../../src/domain/forges/forge-kinds.ts';
import type { ForgeKind } from '../../src/domain/forges/forge-kinds.ts';
import { deliverStates } from '../../src/services/forges/deliver-states.ts';
import { listConnections, listDeliveries } from '../../src/services/forges/list-connections.ts';
import { updateConnection } from '../../src/services/forges/save-connection.ts';
import { root } from '../support/server-world.ts';
import { hourMs, openForgeWorld, type ForgeWorld } from './support/forge-world.ts';
import type { Fault } from './support/recording-forge.ts';

const page = { limit: 100, offset: 0 };

/** Lets time pass until nothing waits anymore, or a day is over. */
async function untilQuiet({ world, deliver }: ForgeWorld): Promise<void> {
  for (let passed = 0; passed < 26; passed++) {
    await deliver();
    const waiting = await listDeliveries(world.deps, root, { state: 'waiting', ...page });
    if (waiting.length === 0) return;
    world.clock.advance(hourMs);
  }
}

/** A difference that is approved while the forge has a fault. @returns what the forge shows at the end */
async function approveWith(kind: ForgeKind, faults: Fault[]) {
  const tried = await openForgeWorld(kind);
  const { forge, deliver } = tried;
  const release = await tried.release();
  await deliver();
  const { words, hasComments } = forgeTraits[kind];
  expect(forge.shown()).toEqual({ status: words.pending, comments: [] });
  const runId = await tried.differ(release);
  forge.faults.push(...faults);
  await deliver();
  await tried.approve(release, runId);
  await untilQuiet(tried);
  expect(forge.strange).toEqual([]);
  expect(JSON.stringify(tried.world.log)).not.toContain(forge.token);
  return { ...tried, words, hasComments, shown: forge.shown() };
}

const transient: Record<string, Fault[]> = {
  nothing: [],
  'an answer that comes too late': [{ what: 'late' }, { what: 'late' }],
  '429 with Retry-After': [{ what: 429, headers: { 'retry-after': '90' } }],
  '500 three times': [{ what: 500 }, { what: 500 }, { what: 500 }],
  'a reset after the write': [{ what: 'reset' }, { what: 'reset' }],
};

describe.each(forgeKinds)('P99: what %s shows in the end', (kind) => {
  it.each(Object.entries(transient))('is the last state and one comment, despite %s', async (_name, faults) => {
    const { shown, words, hasComments, forge } = await approveWith(kind, faults);
    expect(shown.status).toBe(words.success);
    expect(shown.comments).toHaveLength(hasComments ? 1 : 0);
    expect(forge.comments).toHaveLength(hasComments ? 1 : 0);
    if (hasComments) expect(shown.comments[0]).toContain('the difference is approved');
  });

  it('P99: is the last state and one comment, though the server died between sending and noting it', async () => {
    const tried = await openForgeWorld(kind);
    const { world, forge, forges } = tried;
    const release = await tried.release();
    const runId = await tried.differ(release);
    let transactions = 0;
    // The first takes the leases; from then on it is dead.
    const dying = {
      ...world.deps,
      store: {
        ...world.store,
        read: world.store.read.bind(world.store),
        transaction: async (work: never) => {
          if (transactions++ > 1) throw new Error('killed');
          return world.store.transaction(work);
        },
      },
    } as typeof world.deps;
    await deliverStates(dying, forges).catch(() => undefined);
    expect(forge.shown().status).toBe(forgeTraits[kind].words.failure);
    await tried.approve(release, runId);
    world.clock.advance(hourMs);
    await untilQuiet(tried);
    expect(forge.shown().status).toBe(forgeTraits[kind].words.success);
    expect(forge.comments).toHaveLength(forgeTraits[kind].hasComments ? 1 : 0);
    expect(forge.strange).toEqual([]);
  });

  it.each([403, 404, 422])('waits for a person after %i, and is the last state then', async (status) => {
    const { world, forge, forges, connection, words } = await approveWith(kind, [
      { does: 'status', what: status, body: { message: 'This one says no.' } },
    ]);
    expect(forge.statuses.map(({ word }) => word)).toEqual([words.pending]);
    const [listed] = await listConnections(world.deps, root, { buildId: world.build.id });
    expect(listed).toMatchObject({ failed: 1, lastError: expect.stringContaining('This one says no.') });
    const before = forge.calls.length;
    await updateConnection(world.deps, forges, root, {
      buildId: world.build.id,
      connectionId: connection.id,
      token: forge.token,
    });
    await deliverStates(world.deps, forges);
    expect(forge.shown().status).toBe(words.success);
    expect(forge.calls.length).toBeGreaterThan(before);
    expect(await listDeliveries(world.deps, root, { state: 'failed', ...page })).toEqual([]);
  });
});
