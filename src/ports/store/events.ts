import type { EventDelivery, EventEndpoint, EventState } from '../../domain/events/event.ts';

export interface EventEndpointRepository {
  insert(endpoint: Omit<EventEndpoint, 'id'>): Promise<EventEndpoint>;
  /** Writes everything but id, buildId, kind, createdAt and createdBy. */
  update(endpoint: EventEndpoint): Promise<void>;
  find(id: number): Promise<EventEndpoint | null>;
  /** Waits for others that change it. */
  lock(id: number): Promise<EventEndpoint | null>;
  /** Oldest first. */
  ofBuild(buildId: number): Promise<EventEndpoint[]>;
  /** With all its deliveries. */
  delete(id: number): Promise<void>;
}

/** One that this server alone may send for a while. */
export interface LeasedEvent extends EventDelivery {
  leaseId: string;
}

export interface EventFilter {
  /** Undefined: of all builds. */
  buildId?: number;
  state?: EventState;
}

export interface EventTotals {
  waiting: number;
  /** Since when the one waits that waits longest; null: none. */
  oldestAt: number | null;
  /** Endpoints that the server turned off. */
  endpointsOff: number;
}

/** A row per event and endpoint. */
export interface EventDeliveryRepository {
  insert(delivery: Omit<EventDelivery, 'id'>): Promise<EventDelivery>;
  find(id: number): Promise<EventDelivery | null>;
  /** Leases due ones: of a release and an endpoint only the oldest that is not over, and only a few of one endpoint. */
  take(lease: {
    id: string;
    now: number;
    until: number;
    limit: number;
    perEndpoint: number;
  }): Promise<LeasedEvent[]>;
  /** Writes what became of it and ends the lease. @returns false if another server has leased it since */
  finish(delivery: LeasedEvent): Promise<boolean>;
  /** Makes one due, as if it had never been tried. */
  restart(id: number, now: number): Promise<void>;
  /** Ends everything of an endpoint that waits. */
  giveUp(endpointId: number, problem: string): Promise<void>;
  /** Newest first. */
  list(filter: EventFilter, page: { limit: number; offset: number }): Promise<EventDelivery[]>;
  totals(): Promise<EventTotals>;
}
