import type { Shard } from '../ci/ci-facts.ts';

export interface HistoryEntry {
  commit: string;
  /** Left out for the merged heads of a merge commit. */
  tree?: string;
}

/** What git and the CI system say about the code that a release is of. */
export interface GitStory {
  /** What is checked out; with `+dirty` behind it at a desk with changes that are not committed. */
  commit: string | null;
  /** The source tree of `commit`; null where it was changed. */
  tree: string | null;
  /** The newest commit of the branch itself; another than `commit` only where that is a test merge. */
  headCommit: string | null;
  branch: string | null;
  baseBranch: string | null;
  pullRequest: number | null;
  /** `host/path`. */
  repository: string | null;
  /** Where the head commit lives; the same but for forks. */
  headRepository: string | null;
  /** What a baseline may come from, closest first; at most 500. */
  history: HistoryEntry[];
  /** Commits of the branch alone, newest first; at most 100. */
  own: string[];
  author: { name: string; address: string } | null;
  ciUrl: string | null;
  /** `full`, `fetched`, `shallow: why`, `none: why`. */
  historyNote: string;
  /** Something that is not committed. */
  dirty: boolean;
  /** The release that the user wants to compare with. */
  baselineRelease: string | null;
  shard: Shard | null;
  shardId: string | null;
  /** Pages that are not there are not missing. */
  subset: boolean;
  /** The CI system, or null where none is recognised. */
  system: string | null;
  /** Name of the tag that is built. */
  tag: string | null;
  /** For the person who reads the job's log, with what to do. */
  warnings: string[];
  /** Why screenshots must not be sent: they would be filed under a commit that they are not of. */
  refusal: string | null;
}
