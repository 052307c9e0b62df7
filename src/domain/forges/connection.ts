/** What connects a build with a repository of a forge, and what it has to be told. */

import type { ForgeKind } from './forge-kinds.ts';

/** `signed`: small images behind links that anyone who has them can open, for a time. */
export const commentImageKinds = ['none', 'signed'] as const;
export type CommentImages = (typeof commentImageKinds)[number];

export interface ForgeConnection {
  id: number;
  buildId: number;
  kind: ForgeKind;
  /** Where people visit the forge; without a slash at the end. */
  baseUrl: string;
  /** As the forge names it: `owner/name`. */
  repository: string;
  /** The forge's number or id of the repository, from the last test; null: not tested yet. */
  repositoryId: string | null;
  /** GitHub's id of an App, whose private key is the token; null: the token is one. */
  appId: string | null;
  /** Sealed. */
  token: Uint8Array;
  /** The name of the status. It stays when the build is renamed. */
  context: string;
  /** Whether pull requests get a comment. */
  comments: boolean;
  /** What the comment shows of the pages that differ. */
  commentImages: CommentImages;
  /** Whether the commit also gets one status for all builds of the repository. */
  summary: boolean;
  /** Whether the server marks a release good in which nothing is left to decide. */
  marksGood: boolean;
  /** The forge asked for no calls until then. */
  pausedUntil: number | null;
  /** Since when nothing is sent, because the forge refuses the token. */
  stoppedAt: number | null;
  /** Why, as the forge said it. */
  problem: string | null;
  createdAt: number;
  createdBy: string;
  updatedAt: number;
}

/** `status`: of a commit. `summary`: of a commit, for all builds. `comment`: of a pull request. */
export const deliveryKinds = ['status', 'summary', 'comment'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/**
 * What one place in a forge should say and what it was told. It holds no message: what it should say is computed when it
 * is sent, so that an old state can never follow a newer one.
 */
export interface Delivery {
  id: number;
  connectionId: number;
  buildId: number;
  /** The newest release that the place is about. */
  releaseId: number;
  kind: DeliveryKind;
  /** A commit, or `pull/<number>`. */
  target: string;
  /** Incremented whenever what it should say may have changed. */
  revision: number;
  /** Digest of what the forge was told last. */
  sentHash: string | null;
  /** The state that it was told, in the forge's word. */
  sentWord: string | null;
  sentAt: number | null;
  /** The forge's id of the comment. */
  remoteId: string | null;
  /** The release for which a person deleted the comment. */
  goneReleaseId: number | null;
  /** Failed in a row. */
  attempts: number;
  failingSince: number | null;
  /** When it is tried next; null: the forge knows everything, or it stopped. */
  dueAt: number | null;
  /** It is not tried again until a person changes something. */
  stoppedAt: number | null;
  lastError: string | null;
}

/** `sent`: the forge knows everything. `failed`: it is not tried again by itself. */
export const deliveryStates = ['waiting', 'failed', 'sent'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export function deliveryStateOf({ stoppedAt, dueAt }: Pick<Delivery, 'stoppedAt' | 'dueAt'>): DeliveryState {
  if (stoppedAt !== null) return 'failed';
  return dueAt === null ? 'sent' : 'waiting';
}

/** Most connections of a build. */
export const maxConnections = 5;
export const maxContextLength = 100;

/** The name of the status of a build. */
export function contextOf(buildName: string): string {
  return [...`dpxdt/${buildName}`].slice(0, maxContextLength).join('').trim();
}

/** The name of the status of all builds of a commit. */
export const summaryContext = 'dpxdt';
