import { deliverable } from './delivery-outcome.ts';
import type { Outcome } from './delivery-outcome.ts';
import { askedTime, nextStep } from '../../domain/forges/delivery-schedule.ts';
import { forgeTraits } from '../../domain/forges/forge-kinds.ts';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { Forges } from '../../ports/forges.ts';
import type { LeasedDelivery } from '../../ports/store/forges.ts';
import type { Deps } from '../deps.ts';
import { accessOf } from './forge-access.ts';
import { sendWanted } from './send-wanted.ts';
import { wantedNow } from './wanted-state.ts';

/** Deliveries of one connection that all servers send at a time. */
const maxOfConnection = 3;
/** How long a lease lasts: longer than every call of a delivery may take together. */
const leaseMs = 200_000;

/** Leases what is due, for this server alone. */
export async function takeDeliveries({ store, clock, ids }: Deps, limit: number): Promise<LeasedDelivery[]> {
  if (limit <= 0) return [];
  const now = clock.now();
  const lease = { id: ids.id(), now, until: now + leaseMs, limit, perConnection: maxOfConnection };
  return store.transaction((tx) => tx.deliveries.take(lease));
}

/** Sends a delivery and notes what became of it. Never fails: what the database refuses is tried again once the lease ends. */
export async function deliver(deps: Deps, forges: Forges, delivery: LeasedDelivery): Promise<void> {
  try {
    await note(deps, delivery, await attempt(deps, forges, delivery));
  } catch (error) {
    deps.logger.warn('A delivery to a forge could not be noted; it is looked at again.', {
      delivery: delivery.id,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

async function attempt(deps: Deps, forges: Forges, delivery: LeasedDelivery): Promise<Outcome> {
  const now = await wantedNow(deps, delivery, await serverIdOf(deps));
  if (now === null) return { kind: 'nothing' };
  const { connection, release, wanted } = now;
  const { takesSameState } = forgeTraits[connection.kind];
  const traits = { takesSameState: delivery.kind === 'comment' || takesSameState };
  const step = nextStep(delivery, wanted, deps.clock.now(), traits);
  if (step === 'skip') return { kind: 'nothing' };
  if (step !== 'send') return { kind: 'later', until: step.waitUntil };
  try {
    const sent = await sendWanted(forges, accessOf(deps, connection), delivery, wanted);
    return { kind: 'sent', connection, wanted, ...sent, goneReleaseId: sent.isGone ? release.id : null };
  } catch (error) {
    if (error instanceof ForgeProblem) return { kind: 'failed', connection, problem: error };
    throw error;
  }
}

async function note(deps: Deps, delivery: LeasedDelivery, outcome: Outcome): Promise<void> {
  const { store, clock, ids, logger } = deps;
  const now = clock.now();
  const { after, dueIfChanged } = deliverable(delivery, outcome, now, ids.random());
  const isNoted = await store.transaction(async (tx) => {
    if (!(await tx.deliveries.finish(after, dueIfChanged))) return false;
    if (outcome.kind === 'sent') {
      const { connection } = outcome;
      if (delivery.failingSince !== null) await tx.deliveries.wake(connection.id, now);
      if (delivery.kind === 'status') {
        const others = await tx.forgeConnections.ofRepository(connection);
        const speaking = others.filter(({ summary }) => summary).map(({ id }) => id);
        await tx.deliveries.bumpSummaries(speaking, delivery.target, now);
      }
    }
    if (outcome.kind === 'failed') {
      const changed = connectionAfter(outcome.connection, outcome.problem, now);
      if (changed !== null) {
        const current = await tx.forgeConnections.find(changed.id);
        // A person may have changed it while the call was out.
        if (current?.updatedAt === changed.updatedAt) await tx.forgeConnections.update(changed);
      }
    }
    return true;
  });
  const fields = { delivery: delivery.id, connection: delivery.connectionId, build: delivery.buildId };
  if (!isNoted) logger.warn('Another server took over a delivery that took too long.', fields);
  else if (outcome.kind === 'failed') {
    logger.warn('A forge could not be told.', { ...fields, problem: outcome.problem.message });
  }
}

/** A refused token ends all calls of a connection, a wait that the forge asked for holds them up. */
function connectionAfter(
  connection: ForgeConnection,
  { kind, message, retryAt }: ForgeProblem,
  now: number,
): ForgeConnection | null {
  if (kind === 'token') return { ...connection, stoppedAt: now, problem: message };
  const pausedUntil = kind === 'later' ? askedTime(retryAt, now) : null;
  return pausedUntil !== null && pausedUntil > now ? { ...connection, pausedUntil } : null;
}

const serverIdName = 'forge_server_id';

/** Distinguishes the comments of several servers on one pull request: 8 hex digits, the same at every server of a database. */
async function serverIdOf({ store, ids }: Pick<Deps, 'store' | 'ids'>): Promise<string> {
  const known = await store.read((tx) => tx.serverValues.find(serverIdName));
  const fresh = () => ids.sha1(new TextEncoder().encode(ids.id())).slice(0, 8);
  return known ?? store.transaction((tx) => tx.serverValues.agree(serverIdName, fresh()));
}
