/** What a build tells other programs: events, the addresses they go to, and what became of each. */

import { AppError } from '../../base/errors.ts';

/** `webhook`: as Standard Webhooks says. `slack`, `teams`: a message in a channel. */
export const endpointKinds = ['webhook', 'slack', 'teams'] as const;
export type EndpointKind = (typeof endpointKinds)[number];

/** Those that a person chooses from. */
export const eventTypes = [
  /** It waits for its reviewers. */
  'release.ready',
  /** It became good or bad. */
  'release.decided',
  /** It cannot be reviewed as it is: pages failed, nothing was compared, or a shard never reported. */
  'release.failed',
  /** A release in review is compared with other baselines. */
  'release.baseline_changed',
  /** A comment on it, on one of its runs, or on a place in an image. */
  'comment.created',
  /** A person is asked to review a release. */
  'review.requested',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Sent by a person to see whether it arrives. */
export const testType = 'endpoint.test';
export type SentType = EventType | typeof testType;

export interface EventEndpoint {
  id: number;
  buildId: number;
  kind: EndpointKind;
  /** Sealed: the addresses of chats are secrets. */
  address: Uint8Array;
  types: readonly EventType[];
  /** Sealed; null: a chat has none. */
  secret: Uint8Array | null;
  /** The one before, which signs too until it ends. */
  oldSecret: Uint8Array | null;
  oldSecretUntil: number | null;
  /** Since when nothing is sent. */
  disabledAt: number | null;
  /** Why, if no person turned it off. */
  problem: string | null;
  createdAt: number;
  createdBy: string;
}

/** One event for one endpoint. */
export interface EventDelivery {
  id: number;
  endpointId: number;
  buildId: number;
  /** Null: a test. */
  releaseId: number | null;
  /** The same in every attempt, and for every endpoint. */
  eventId: string;
  type: SentType;
  /** JSON, as it is signed. */
  payload: string;
  createdAt: number;
  /** Failed in a row. */
  attempts: number;
  /** When it is tried next; null: it is over. */
  dueAt: number | null;
  sentAt: number | null;
  /** Of the last answer; null: there was none. */
  answer: number | null;
  problem: string | null;
}

export type EventState = 'waiting' | 'sent' | 'failed';

export function eventStateOf({ dueAt, sentAt }: Pick<EventDelivery, 'dueAt' | 'sentAt'>): EventState {
  if (dueAt !== null) return 'waiting';
  return sentAt === null ? 'failed' : 'sent';
}

/** Most endpoints of a build. */
export const maxEndpoints = 10;
export const maxAddressLength = 2_000;
/** How long the secret before a rotation signs too. */
export const oldSecretMs = 24 * 3_600_000;

/** @throws AppError `invalid_argument` */
export function checkEndpointAddress(text: string): string {
  const url = URL.parse(text.trim());
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  if (isWeb && url.username === '' && url.password === '' && url.href.length <= maxAddressLength) {
    url.hash = '';
    return url.href;
  }
  throw new AppError(
    'invalid_argument',
    `address must be an address that begins with https:// and has no user in it, of at most ${maxAddressLength} characters.`,
    { details: { parameter: 'address' } },
  );
}

/** What may be shown of an address: what follows may grant access. */
export function shownAddress(kind: EndpointKind, address: string): string {
  const { origin, pathname, search } = new URL(address);
  if (kind !== 'webhook') return `${origin}/…`;
  return origin + pathname + (search === '' ? '' : '?…');
}

/** @throws AppError `invalid_argument` for an unknown type, or none */
export function checkTypes(types: readonly string[]): EventType[] {
  const known = eventTypes.filter((type) => types.includes(type));
  const strange = types.find((type) => !(eventTypes as readonly string[]).includes(type));
  if (strange === undefined && known.length > 0) return known;
  const got = strange === undefined ? 'none' : JSON.stringify(strange.slice(0, 60));
  throw new AppError(
    'invalid_argument',
    `types must be one or more of ${eventTypes.join(', ')}, got ${got}.`,
    { details: { parameter: 'types' } },
  );
}
