import { chatMessage } from '../../domain/events/chat-message.ts';
import type { EventPayload } from '../../domain/events/event-payload.ts';
import { maxEventAttempts, nextEventAttempt } from '../../domain/events/event-schedule.ts';
import type { EventDelivery, EventEndpoint } from '../../domain/events/event.ts';
import { EventUndelivered, type EventCalls } from '../../ports/event-calls.ts';
import type { LeasedEvent } from '../../ports/store/events.ts';
import type { Deps } from '../deps.ts';
import { openedText } from '../secrets/sealed-text.ts';
import { turnOff } from './turn-off.ts';

/** Events of one endpoint that all servers send at a time. */
const maxOfEndpoint = 3;
/** How long a lease lasts: longer than a call may take. */
const leaseMs = 60_000;

/** Leases what is due, for this server alone. */
export async function takeEvents({ store, clock, ids }: Deps, limit: number): Promise<LeasedEvent[]> {
  if (limit <= 0) return [];
  const now = clock.now();
  const lease = { id: ids.id(), now, until: now + leaseMs, limit, perEndpoint: maxOfEndpoint };
  return store.transaction((tx) => tx.eventDeliveries.take(lease));
}

/** Sends an event and notes what became of it. Never fails: what the database refuses is tried again once the lease ends. */
export async function deliverEvent(deps: Deps, calls: EventCalls, event: LeasedEvent): Promise<void> {
  const { store, clock, ids, logger } = deps;
  const fields = { event: event.id, endpoint: event.endpointId, build: event.buildId };
  try {
    const endpoint = await store.read((tx) => tx.eventEndpoints.find(event.endpointId));
    if (endpoint === null) return;
    const sent = await sendEvent(deps, calls, endpoint, event);
    const now = clock.now();
    const attempts = event.attempts + 1;
    const isSent = sent.problem === null;
    const retry = nextEventAttempt(attempts, now, { retryAt: sent.retryAt, random: ids.random() });
    const dueAt = isSent || sent.isGone ? null : retry;
    await store.transaction(async (tx) => {
      const after = { ...event, ...outcomeOf(sent), attempts, dueAt, sentAt: isSent ? now : event.sentAt };
      if (!(await tx.eventDeliveries.finish(after))) return;
      if (isSent || dueAt !== null) return;
      const why = sent.isGone
        ? 'It answered with status 410: it is gone.'
        : `An event did not arrive in ${maxEventAttempts} attempts. ${sent.problem}`;
      await turnOff(deps, tx, endpoint.id, why);
    });
    if (!isSent) logger.warn('An event could not be sent.', { ...fields, problem: sent.problem });
  } catch (error) {
    logger.warn('An event could not be noted; it is looked at again.', {
      ...fields,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

export interface SentEvent {
  answer: number | null;
  /** One sentence; null: it arrived. */
  problem: string | null;
  /** The endpoint asks for no more. */
  isGone: boolean;
  retryAt: number | null;
}

export function outcomeOf({ answer, problem }: SentEvent): Pick<EventDelivery, 'answer' | 'problem'> {
  return { answer, problem };
}

/** One attempt. */
export async function sendEvent(
  { vault, clock }: Pick<Deps, 'vault' | 'clock'>,
  calls: EventCalls,
  endpoint: EventEndpoint,
  { eventId, payload }: Pick<EventDelivery, 'eventId' | 'payload'>,
): Promise<SentEvent> {
  const failed = { answer: null, isGone: false, retryAt: null };
  const at = clock.now();
  let address: string;
  let secrets: string[];
  try {
    address = openedText(vault, endpoint.address);
    const isOldValid = endpoint.oldSecretUntil !== null && endpoint.oldSecretUntil > at;
    secrets = [endpoint.secret, isOldValid ? endpoint.oldSecret : null]
      .filter((sealed) => sealed !== null)
      .map((sealed) => openedText(vault, sealed));
  } catch {
    return {
      ...failed,
      problem: "The stored address cannot be read with this server's secret key. Enter it again.",
    };
  }
  const chat = chatMessage(endpoint.kind, JSON.parse(payload) as EventPayload);
  const body = chat === null ? payload : JSON.stringify(chat);
  try {
    const { status, retryAt } = await calls.send(address, { id: eventId, at, body, secrets });
    const isDone = status >= 200 && status < 300;
    return { answer: status, problem: isDone ? null : sentenceFor(status), isGone: status === 410, retryAt };
  } catch (error) {
    if (error instanceof EventUndelivered) return { ...failed, problem: error.message };
    throw error;
  }
}

function sentenceFor(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  if (isRedirect)
    return `The endpoint answered with status ${status}. Redirects are not followed: enter the final address.`;
  return `The endpoint answered with status ${status}.`;
}
