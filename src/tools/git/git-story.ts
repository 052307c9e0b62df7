import type { Shard } from '../ci/ci-job.ts';

export interface HistoryEntry {
  commit: string;
  /** Omitted for the merged heads of a merge commit. */
  tree?: string;
}

/** What git and the CI system say about the code of a release. */
export interface GitStory {
  /** What is checked out; followed by `+dirty` on a developer's machine with uncommitted changes. */
  commit: string | null;
  /** The source tree of `commit`; null if it was changed. */
  tree: string | null;
  /** The newest commit of the branch itself; differs from `commit` only if that is a test merge. */
  headCommit: string | null;
  branch: string | null;
  baseBranch: string | null;
  pullRequest: number | null;
  /** `host/path`. */
  repository: string | null;
  /** The repository of the head commit; differs only for forks. */
  headRepository: string | null;
  /** Commits that a baseline may come from, closest first; at most 500. */
  history: HistoryEntry[];
  /** Commits of the branch alone, newest first; at most 100. */
  own: string[];
  author: { name: string; address: string } | null;
  ciUrl: string | null;
  /** `full`, `fetched`, `shallow: why`, `none: why`. */
  historyNote: string;
  /** There are uncommitted changes. */
  dirty: boolean;
  /** The release that the user wants to compare with. */
  baselineRelease: string | null;
  shard: Shard | null;
  shardId: string | null;
  /** Absent pages do not count as missing. */
  subset: boolean;
  /** No earlier verdict is taken over. */
  freshReview: boolean;
  /** The CI system; null if none is recognized. */
  system: string | null;
  /** Name of the tag that is built. */
  tag: string | null;
  /** For the reader of the job's log, with what to do. */
  warnings: string[];
  /** Why screenshots must not be sent: they would be stored under a commit that they do not show. */
  refusal: string | null;
}
