import type {
  Delivery,
  DeliveryKind,
  DeliveryState,
  ForgeConnection,
} from '../../domain/forges/connection.ts';
import type { ForgeKind } from '../../domain/forges/forge-kinds.ts';

export interface ForgeConnectionRepository {
  insert(connection: Omit<ForgeConnection, 'id'>): Promise<ForgeConnection>;
  /** Writes everything but id, buildId, createdAt and createdBy. */
  update(connection: ForgeConnection): Promise<void>;
  find(id: number): Promise<ForgeConnection | null>;
  /** Oldest first. */
  ofBuild(buildId: number): Promise<ForgeConnection[]>;
  /** Of any build that is not deleted; oldest first. */
  ofRepository(repository: {
    kind: ForgeKind;
    baseUrl: string;
    repository: string;
  }): Promise<ForgeConnection[]>;
  /** With what was to be delivered to it. */
  delete(id: number): Promise<void>;
  /** Also of releases that were created before the build had a connection. @returns their ids, newest first */
  watchReleases(buildId: number, limit: number): Promise<number[]>;
}

export interface DeliveryPlace {
  connectionId: number;
  buildId: number;
  releaseId: number;
  kind: DeliveryKind;
  target: string;
}

/** A delivery that this server alone may send for a while. */
export interface LeasedDelivery extends Delivery {
  leaseId: string;
}

export interface DeliveryFilter {
  /** Undefined: of all builds. */
  buildId?: number;
  state?: DeliveryState;
}

/** `waiting`: it will be sent. `failed`: it is not tried again. `sent`: the forge knows everything. */

export interface DeliveryTotals {
  waiting: number;
  failed: number;
  /** When the change was made that waits longest; null: none waits. */
  oldestAt: number | null;
}

/** What forges have to be told. */
export interface DeliveryRepository {
  /** Lets a place speak about a release from now on, and makes it due. */
  point(place: DeliveryPlace, now: number): Promise<void>;
  /** Makes everything due that is about these releases, unless it failed: then it keeps its time. */
  bump(releaseIds: readonly number[], now: number): Promise<void>;
  /** Makes the summaries of a commit due. */
  bumpSummaries(connectionIds: readonly number[], target: string, now: number): Promise<void>;
  /**
   * Leases due deliveries, longest due first: none of a connection that is stopped or paused, and only a few of one
   * connection at a time.
   */
  take(lease: {
    id: string;
    now: number;
    until: number;
    limit: number;
    perConnection: number;
  }): Promise<LeasedDelivery[]>;
  /** Extends a lease that is still held. */
  renew(delivery: Pick<LeasedDelivery, 'id' | 'leaseId'>, until: number): Promise<void>;
  /**
   * Writes what became of a leased delivery and ends the lease.
   *
   * @param dueIfChanged when it is due if something changed after it was leased
   * @returns false if another server has leased it since
   */
  finish(delivery: LeasedDelivery, dueIfChanged: number | null): Promise<boolean>;
  /** Removes everything of a connection: it leads to another place. */
  forget(connectionId: number): Promise<void>;
  /** Makes everything of a connection due that stopped, failed or waits. */
  restart(connectionId: number, now: number): Promise<void>;
  /** As `restart`, only what waits after a failure: the forge answers again. */
  wake(connectionId: number, now: number): Promise<void>;
  /** Ids of the releases that the statuses of a commit are about. */
  releasesOf(connectionIds: readonly number[], target: string): Promise<number[]>;
  /** Last changed first. */
  list(filter: DeliveryFilter, page: { limit: number; offset: number }): Promise<Delivery[]>;
  /** By connection. */
  failedOf(buildId: number): Promise<Map<number, { count: number; lastError: string | null }>>;
  totals(): Promise<DeliveryTotals>;
}
