import type { Generated } from 'kysely';
import type { EndpointKind, SentType } from '../../domain/events/event.ts';

export interface EventEndpointsTable {
  id: Generated<number>;
  build_id: number;
  kind: EndpointKind;
  /** Sealed, in base64; so are the secrets. */
  address: string;
  /** Separated by spaces. */
  types: string;
  secret: string | null;
  old_secret: string | null;
  old_secret_until: number | null;
  disabled_at: number | null;
  problem: string | null;
  created_at: number;
  created_by: string;
}

export interface EventDeliveriesTable {
  id: Generated<number>;
  endpoint_id: number;
  build_id: number;
  release_id: number | null;
  event_id: string;
  type: SentType;
  payload: string;
  created_at: number;
  attempts: number;
  due_at: number | null;
  sent_at: number | null;
  answer: number | null;
  problem: string | null;
  lease_id: string | null;
  lease_until: number | null;
}

/** Tokens of CI systems that were exchanged, by digest, until they end anyway. */
export interface UsedTokensTable {
  digest: string;
  expires_at: number;
}

/** Whose CI jobs get keys of a build. */
export interface CiTrustsTable {
  id: Generated<number>;
  build_id: number;
  kind: string;
  /** Null: a CI system that is no forge. */
  connection_id: number | null;
  organization: string | null;
  project: string | null;
  created_at: number;
  created_by: string;
}
