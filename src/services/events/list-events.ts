import { AppError } from '../../base/errors.ts';
import type { EventDelivery, EventEndpoint, EventState } from '../../domain/events/event.ts';
import type { Release } from '../../domain/releases/release.ts';
import { actorOf, requireSuperuser, type Principal } from '../../domain/people/access.ts';
import type { EventCalls } from '../../ports/event-calls.ts';
import type { Deps } from '../deps.ts';
import { checkPage } from '../check-result-page.ts';
import { findBuildToManage } from '../builds/find-build.ts';
import { outcomeOf, sendEvent } from './deliver-event.ts';
import { testPayload, unsentEvent, wakeEventSender } from './note-event.ts';
import { lockEndpoint, shownAddressOf, type EndpointKey } from './save-endpoint.ts';

/** Of a build, oldest first; without secrets. */
export async function listEndpoints(
  { store }: Deps,
  principal: Principal,
  { buildId }: { buildId: number },
): Promise<EventEndpoint[]> {
  return store.read(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    return tx.eventEndpoints.ofBuild(buildId);
  });
}

export interface ListedEvent {
  delivery: EventDelivery;
  /** What may be shown of the address. */
  address: string;
  /** Null: a test, or it was deleted. */
  release: Release | null;
}

/** Newest first. */
export async function listEvents(
  deps: Deps,
  principal: Principal,
  input: {
    /** Undefined: of all builds, for superusers. */
    buildId?: number | undefined;
    state?: EventState | undefined;
    limit?: number;
    offset?: number;
  },
): Promise<ListedEvent[]> {
  const { buildId, state, ...asked } = input;
  const page = checkPage(asked);
  return deps.store.read(async (tx) => {
    if (buildId === undefined) requireSuperuser(principal, 'list the events of all builds');
    else await findBuildToManage(tx, principal, buildId);
    const filter = { ...(buildId !== undefined && { buildId }), ...(state !== undefined && { state }) };
    const deliveries = await tx.eventDeliveries.list(filter, page);
    const ids = deliveries.map(({ releaseId }) => releaseId).filter((id) => id !== null);
    const releases = new Map(
      (await tx.releases.findMany([...new Set(ids)])).map((found) => [found.id, found]),
    );
    const addresses = new Map<number, string>();
    for (const { endpointId } of deliveries) {
      if (addresses.has(endpointId)) continue;
      const endpoint = await tx.eventEndpoints.find(endpointId);
      addresses.set(endpointId, endpoint === null ? '' : shownAddressOf(deps, endpoint));
    }
    return deliveries.map((delivery) => ({
      delivery,
      address: addresses.get(delivery.endpointId)!,
      release: releases.get(delivery.releaseId ?? -1) ?? null,
    }));
  });
}

/**
 * Sends an event again, with the same id and content.
 *
 * @throws AppError `not_found` | `conflict` while its endpoint is off
 */
export async function sendAgain(
  deps: Deps,
  principal: Principal,
  { buildId, deliveryId }: { buildId: number; deliveryId: number },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    const delivery = await tx.eventDeliveries.find(deliveryId);
    if (delivery?.buildId !== buildId) {
      throw new AppError('not_found', `Build ${buildId} has no event ${deliveryId}.`, {
        details: { parameter: 'delivery_id' },
      });
    }
    const endpoint = await lockEndpoint(tx, principal, { buildId, endpointId: delivery.endpointId });
    if (endpoint.disabledAt !== null) {
      throw new AppError('conflict', 'The endpoint of this event is off. Turn it on first.');
    }
    await tx.eventDeliveries.restart(deliveryId, deps.clock.now());
    wakeEventSender(deps, tx);
  });
}

export interface TestedEndpoint {
  works: boolean;
  answer: number | null;
  problem: string | null;
}

/** Sends a test, once, also to an endpoint that is off. It is listed among the events. */
export async function testEndpoint(
  deps: Deps,
  calls: EventCalls,
  principal: Principal,
  key: EndpointKey,
): Promise<TestedEndpoint> {
  const { endpoint, build } = await deps.store.transaction(async (tx) => ({
    endpoint: await lockEndpoint(tx, principal, key),
    build: await findBuildToManage(tx, principal, key.buildId),
  }));
  const payload = testPayload(deps, build, actorOf(principal));
  const event = unsentEvent(deps, endpoint, { releaseId: null, eventId: `msg_${deps.ids.id()}`, payload });
  const sent = await sendEvent(deps, calls, endpoint, event);
  const works = sent.problem === null;
  const sentAt = works ? deps.clock.now() : null;
  await deps.store.transaction(async (tx) => {
    if ((await tx.eventEndpoints.find(endpoint.id)) === null) return;
    await tx.eventDeliveries.insert({ ...event, ...outcomeOf(sent), attempts: 1, dueAt: null, sentAt });
  });
  return { works, ...outcomeOf(sent) };
}
