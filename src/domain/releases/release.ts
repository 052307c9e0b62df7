/** Times are epoch milliseconds. */

import type { HistoryKind } from '../baselines/placed-release.ts';
import type { ShardedRelease } from './shards.ts';

export const releaseStatuses = ['receiving', 'processing', 'reviewing', 'good', 'bad'] as const;
export type ReleaseStatus = (typeof releaseStatuses)[number];

/** Source of a release's code, as reported by its client. */
export interface ReleaseSource {
  branch: string | null;
  /** Usually the commit hash. */
  commit: string | null;
  /** The page of the CI run; http or https. */
  ciUrl: string | null;
}

/** What else its client reported about git; all of it is written once, when the release is created. */
export interface ReleaseGit {
  /** The branch's own newest commit; another one than `commit` where CI built a test merge. */
  headCommit: string | null;
  baseBranch: string | null;
  /** Its number. */
  pullRequest: string | null;
  /** Host and path. */
  repository: string | null;
  /** Where the branch lives: that of a fork, or the same. */
  headRepository: string | null;
  /** Who wrote the newest commit. */
  author: { name: string | null; address: string | null } | null;
  history: HistoryKind;
  /** How the history was read: `full`, `fetched`, `shallow: …`, `none: …`. */
  historyNote: string | null;
  /** Shows a part of the pages only. */
  isSubset: boolean;
  /** Why there was nothing to show. */
  skipReason: string | null;
}

/** One attempt of a named set of runs. */
export interface Release extends ReleaseSource {
  id: number;
  buildId: number;
  name: string;
  /** 1, 2, 3 … under its name. */
  number: number;
  /** The release's landing page. */
  url: string | null;
  git: ReleaseGit;
  status: ReleaseStatus;
  /** Incremented with every change of the release or one of its runs. */
  version: number;
  /** `version` at the last change of `status`. */
  statusVersion: number;
  /** `version` at the last change of a comment; 0: there is none. */
  commentsVersion: number;
  createdAt: number;
  /** When `status` last changed. */
  statusAt: number;
  /** When the release or one of its runs last changed. */
  updatedAt: number;
  /** Who decided good or bad (an actor id), or null. */
  decidedBy: string | null;
  /** Reason for the decision: `superseded by #4`, `cancelled by the client` … */
  decisionNote: string | null;
  /** The build's when the release was created. */
  workerLabel: string;
  /** Whether a connection of its build may have to tell a forge of its changes. */
  tellsForges: boolean;
  /** Null: one job sends all of it. */
  shards: ShardedRelease | null;
}
