/** What a CI system says about the job that this process is part of. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the JSON file that describes the event that started a workflow; null if it cannot be read. */
export type ReadEvent = (path: string) => unknown;

export interface Shard {
  /** 1-based. */
  index: number;
  /** Null: the total is not known yet. */
  total: number | null;
}

export interface CiJob {
  /** The commit that the system says the job works on; git says what is checked out. */
  commit: string | null;
  /** The newest commit of the branch itself, in case `commit` is a test merge of it. */
  headCommit: string | null;
  branch: string | null;
  /** Name of the tag that is built. */
  tag: string | null;
  /** The pull request's target; null without a pull request. */
  baseBranch: string | null;
  /** The branch that all changes are merged into; null if the system does not say. */
  defaultBranch: string | null;
  /** The forge's number: `#7` or `!7`. */
  pullRequest: number | null;
  /** `host/path`. */
  repository: string | null;
  /** Repository of the head commit, if it is a fork. */
  headRepository: string | null;
  /** Where the history has to start, if the system knows it better than git. */
  startCommit: string | null;
  /** Which parent of a test merge is the branch, if `headCommit` is not known. */
  testMergeHead: 'first' | 'second' | null;
  /** Screenshots are of `commit`, not of what is checked out: an earlier job made them. */
  isOfEarlierJob: boolean;
  /** The checkout of this kind of job is the base branch unless the workflow says otherwise. */
  mayHoldBase: boolean;
  /** The page of the job or pipeline; http or https. */
  ciUrl: string | null;
  shard: Shard | null;
  /** The same for all shards, and for their jobs that run again. */
  shardId: string | null;
}

export interface CiSystem {
  /** Display name. */
  name: string;
  /** Prefix of its shard ids. */
  key: string;
  isHere: (env: Environment) => boolean;
  read: (env: Environment, readEvent: ReadEvent) => Partial<Record<keyof CiJob, unknown>>;
  /** How to make it clone the whole history, in one line. */
  fullClone: string;
  /** The parallel steps that it counts may do different things, so they may not be shards. */
  countsOtherSteps?: true;
}
