import type { EventCalls } from '../../ports/event-calls.ts';
import type { Deps } from '../deps.ts';
import { runSender } from '../run-sender.ts';
import { deliverEvent, takeEvents } from './deliver-event.ts';
import { eventSignal } from './note-event.ts';

/** Sends due events until stopped. */
export function runEvents(deps: Deps, calls: EventCalls, stopping: AbortSignal): Promise<void> {
  return runSender(
    deps,
    {
      signal: eventSignal,
      take: (limit) => takeEvents(deps, limit),
      send: (event) => deliverEvent(deps, calls, event),
      problem: 'Events could not be read; retrying.',
    },
    stopping,
  );
}
