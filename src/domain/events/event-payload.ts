/** The content of events: few facts, and links to the rest. */

import type { Conclusion } from '../releases/release-conclusion.ts';
import type { Build } from '../builds/build.ts';
import type { Release } from '../releases/release.ts';
import type { StatusCounts } from '../releases/status-counts.ts';
import { nameOfActor } from '../people/actor-name.ts';
import type { SentType } from './event.ts';

export interface EventPayload {
  type: SentType;
  /** When it happened; ISO 8601. */
  timestamp: string;
  data: {
    build: { id: number; name: string; url: string };
    release: {
      name: string;
      number: number;
      url: string;
      status: Release['status'];
      conclusion: Conclusion;
      /** What the status of a commit says: at most 140 characters. */
      text: string;
      branch: string | null;
      commit: string | null;
      pull_request: string | null;
    } | null;
    counts: StatusCounts | null;
    /** With `comment.created`; what it says stays in Depicted. */
    comment?: { id: number; url: string };
    /** Who caused it; null: the server. */
    actor: { kind: 'person' | 'key' | 'server'; name: string | null };
  };
}

/** People are named only where the build wants it. */
export function eventActor(
  actor: string | null,
  { baselineSettings }: Pick<Build, 'baselineSettings'>,
): EventPayload['data']['actor'] {
  if (actor === null || actor === 'server') return { kind: 'server', name: null };
  if (actor.startsWith('key:')) return { kind: 'key', name: null };
  return { kind: 'person', name: baselineSettings.nameReviewers ? nameOfActor(actor) : null };
}
