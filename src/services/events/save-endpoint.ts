import { AppError } from '../../base/errors.ts';
import {
  checkEndpointAddress,
  checkTypes,
  maxEndpoints,
  oldSecretMs,
  shownAddress,
} from '../../domain/events/event.ts';
import type { EndpointKind, EventEndpoint } from '../../domain/events/event.ts';
import { actorOf, type Principal } from '../../domain/people/access.ts';
import type { EventCalls } from '../../ports/event-calls.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { openedText, sealedText } from '../secrets/sealed-text.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';

export interface EndpointKey {
  buildId: number;
  endpointId: number;
}

export interface SavedEndpoint {
  endpoint: EventEndpoint;
  /** What signs its events: only in this answer. Null: a chat has none. */
  secret: string | null;
}

/** @throws AppError `invalid_argument` | `url_not_allowed` | `conflict` if the build has too many */
export async function createEndpoint(
  deps: Deps,
  calls: EventCalls,
  principal: Principal,
  input: { buildId: number; kind: EndpointKind; address: string; types: readonly string[] },
): Promise<SavedEndpoint> {
  const { buildId, kind } = input;
  const secret = kind === 'webhook' ? freshSecret(deps) : null;
  const address = sealedText(deps.vault, checkAddress(calls, input.address));
  const types = checkTypes(input.types);
  const endpoint = await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    await tx.builds.lock(buildId);
    if ((await tx.eventEndpoints.ofBuild(buildId)).length >= maxEndpoints) {
      throw new AppError('conflict', `A build has at most ${maxEndpoints} endpoints. Remove one first.`);
    }
    const made = await tx.eventEndpoints.insert({
      buildId,
      kind,
      address,
      types,
      secret: secret === null ? null : sealedText(deps.vault, secret),
      oldSecret: null,
      oldSecretUntil: null,
      disabledAt: null,
      problem: null,
      createdAt: deps.clock.now(),
      createdBy: actorOf(principal),
    });
    await logChange(deps, tx, principal, made, 'endpoint_added');
    return made;
  });
  return { endpoint, secret };
}

/** Changes an endpoint, or turns it on or off. What is not given stays. */
export async function updateEndpoint(
  deps: Deps,
  calls: EventCalls,
  principal: Principal,
  input: EndpointKey & {
    address?: string | undefined;
    types?: readonly string[] | undefined;
    enabled?: boolean | undefined;
  },
): Promise<EventEndpoint> {
  const address =
    input.address === undefined ? null : sealedText(deps.vault, checkAddress(calls, input.address));
  const types = input.types === undefined ? null : checkTypes(input.types);
  return deps.store.transaction(async (tx) => {
    const before = await lockEndpoint(tx, principal, input);
    const isOn = input.enabled ?? before.disabledAt === null;
    const after: EventEndpoint = {
      ...before,
      address: address ?? before.address,
      types: types ?? before.types,
      disabledAt: isOn ? null : (before.disabledAt ?? deps.clock.now()),
      problem: isOn ? null : before.problem,
    };
    await tx.eventEndpoints.update(after);
    if (!isOn) await tx.eventDeliveries.giveUp(after.id, 'The endpoint was turned off.');
    await logChange(deps, tx, principal, after, 'endpoint_changed');
    return after;
  });
}

export async function deleteEndpoint(deps: Deps, principal: Principal, key: EndpointKey): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, principal, key);
    await tx.eventEndpoints.delete(endpoint.id);
    await logChange(deps, tx, principal, endpoint, 'endpoint_removed');
  });
}

/** Gives an endpoint another secret; for a day, the one before signs too. */
export async function rotateSecret(
  deps: Deps,
  principal: Principal,
  key: EndpointKey,
): Promise<SavedEndpoint> {
  const secret = freshSecret(deps);
  return deps.store.transaction(async (tx) => {
    const before = await lockEndpoint(tx, principal, key);
    if (before.secret === null) {
      throw new AppError('invalid_argument', `An endpoint of the kind ${before.kind} has no secret.`, {
        details: { parameter: 'endpoint_id' },
      });
    }
    const endpoint: EventEndpoint = {
      ...before,
      secret: sealedText(deps.vault, secret),
      oldSecret: before.secret,
      oldSecretUntil: deps.clock.now() + oldSecretMs,
    };
    await tx.eventEndpoints.update(endpoint);
    await logChange(deps, tx, principal, endpoint, 'endpoint_secret_changed');
    return { endpoint, secret };
  });
}

/** @throws AppError `not_found` | `role_required` */
export async function lockEndpoint(
  tx: Transaction,
  principal: Principal,
  { buildId, endpointId }: EndpointKey,
): Promise<EventEndpoint> {
  await findBuildToManage(tx, principal, buildId);
  const endpoint = await tx.eventEndpoints.lock(endpointId);
  if (endpoint?.buildId === buildId) return endpoint;
  throw new AppError('not_found', `Build ${buildId} has no endpoint ${endpointId}.`, {
    details: { parameter: 'endpoint_id' },
  });
}

/** What may be shown of its address. */
export function shownAddressOf({ vault }: Pick<Deps, 'vault'>, { kind, address }: EventEndpoint): string {
  try {
    return shownAddress(kind, openedText(vault, address));
  } catch {
    return '';
  }
}

function checkAddress(calls: EventCalls, text: string): string {
  const address = checkEndpointAddress(text);
  const denial = calls.checkAddress(address);
  if (denial === null) return address;
  throw new AppError('url_not_allowed', denial, { details: { parameter: 'address' } });
}

/** As Standard Webhooks writes it: 32 bytes in base64. */
function freshSecret({ ids }: Pick<Deps, 'ids'>): string {
  return `whsec_${ids.secret().replaceAll('-', '+').replaceAll('_', '/')}=`;
}

async function logChange(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  endpoint: EventEndpoint,
  what: string,
): Promise<void> {
  const { id, buildId, kind, types, disabledAt } = endpoint;
  await logActivity(tx, {
    at: deps.clock.now(),
    buildId,
    actor: actorOf(principal),
    kind: what,
    detail: { kind, address: shownAddressOf(deps, endpoint), types, enabled: disabledAt === null },
    subject: `endpoint:${id}`,
  });
}
