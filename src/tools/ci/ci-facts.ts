/** What a CI system says about the job that this process is part of. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the JSON file that describes what started a workflow; null where it cannot be read. */
export type ReadEvent = (path: string) => unknown;

export interface Shard {
  /** From 1. */
  index: number;
  /** Null: how many there will be is not known yet. */
  total: number | null;
}

export interface CiFacts {
  /** What the job works on, as the system says; what is checked out is git's to say. */
  commit: string | null;
  /** The newest commit of the branch itself, where `commit` may be a test merge of it. */
  headCommit: string | null;
  branch: string | null;
  /** Name of the tag that is built. */
  tag: string | null;
  /** Where the pull request goes to; null without a pull request. */
  baseBranch: string | null;
  /** The branch that everything ends up on; null where the system does not say. */
  defaultBranch: string | null;
  /** As the forge counts them: `#7` or `!7`. */
  pullRequest: number | null;
  /** `host/path`. */
  repository: string | null;
  /** Where the head commit lives, if it is a fork's. */
  headRepository: string | null;
  /** Where the history has to start, if the system knows it better than git. */
  startCommit: string | null;
  /** Which parent of a test merge is the branch, where `headCommit` is not known. */
  testMergeHead: 'first' | 'second' | null;
  /** Screenshots are of `commit`, whatever is checked out: they were made by an earlier job. */
  isOfEarlierJob: boolean;
  /** The checkout of this kind of job is the base branch unless the workflow says otherwise. */
  mayHoldBase: boolean;
  /** The page of the job or pipeline; http or https. */
  ciUrl: string | null;
  shard: Shard | null;
  /** The same for all shards, and for jobs of them that run again. */
  shardId: string | null;
}

export interface CiSystem {
  /** For people. */
  name: string;
  /** What its shard ids begin with. */
  key: string;
  isHere: (env: Environment) => boolean;
  facts: (env: Environment, readEvent: ReadEvent) => Partial<Record<keyof CiFacts, unknown>>;
  /** What makes it clone the whole history, in one line. */
  fullClone: string;
  /** The parallel steps that it counts may do different things, and are shards only as far as anyone can tell. */
  countsOtherSteps?: true;
}
