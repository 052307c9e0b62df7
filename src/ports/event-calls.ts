/** A request that carries an event. */
export interface EventRequest {
  /** Stable over attempts. */
  id: string;
  /** Epoch milliseconds of this attempt. */
  at: number;
  /** JSON. */
  body: string;
  /** Each signs it; none for a chat. */
  secrets: readonly string[];
}

export interface EventAnswer {
  status: number;
  /** When the endpoint wants to be called again; epoch milliseconds. */
  retryAt: number | null;
}

/** Calls the addresses that builds send their events to. */
export interface EventCalls {
  /** Whether the operator allows calls to an address. @returns a sentence if not */
  checkAddress(address: string): string | null;
  /** @throws EventUndelivered where there is no answer */
  send(address: string, request: EventRequest): Promise<EventAnswer>;
}

/** Nothing answered, or a rule forbids the call. The message is one sentence, without the address's secrets. */
export class EventUndelivered extends Error {
  override readonly name = 'EventUndelivered';
}
