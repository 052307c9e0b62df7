import type { RunPlace } from './baselines.ts';

/**
 * What a change of a release, or of verdicts in it, leaves to do for the releases that wait for it or were compared with
 * it, and how far that is.
 */
export interface FollowUp {
  id: number;
  /** That changed. */
  releaseId: number;
  /** Whose verdict changed; null: the release's own state did, or many verdicts. */
  runIds: readonly number[] | null;
  /** `waiting`: runs that wait for the release; `lost`: runs whose baseline is none any more; `releases`: all is chosen. */
  stage: 'waiting' | 'lost' | 'releases';
  /** The last of the release's pages that was looked at, in the order of names; empty: none yet. */
  afterName: string;
  /** The last run that was chosen for in this stage, or of these pages. */
  afterRunId: number;
  /** Releases that must be looked at once all is chosen. */
  releaseIds: readonly number[];
}

export interface FollowUpRepository {
  insert(followUp: Omit<FollowUp, 'id'>): Promise<void>;
  /** The first after that id which no other transaction holds; held until the transaction ends. */
  lockNext(afterId: number): Promise<FollowUp | null>;
  update(followUp: FollowUp): Promise<void>;
  delete(id: number): Promise<void>;
  /** Runs that wait for a release, to be compared with it, by id. */
  awaiting(releaseId: number, afterRunId: number, limit: number): Promise<RunPlace[]>;
  /** The next runs of a release, in the order of names. */
  runsAfter(releaseId: number, afterName: string, limit: number): Promise<{ id: number; name: string }[]>;
  /**
   * Runs whose baseline, one of these runs of that release, is none any more, in releases that sent a history and are not
   * decided; by id.
   */
  lostBaselines(
    releaseId: number,
    baselineIds: readonly number[],
    afterRunId: number,
    limit: number,
  ): Promise<RunPlace[]>;
  /** Releases in review that sent a history and were compared with these runs of that release; null: with any. */
  comparedWith(releaseId: number, runIds: readonly number[] | null): Promise<number[]>;
}
