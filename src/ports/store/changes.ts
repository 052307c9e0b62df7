import type { DecidedChange } from '../../domain/baselines/taken-over.ts';
import type { ChangeDecision, ChangeSet } from '../../domain/changes/decided-changes.ts';
import type { RunChangeEntry } from '../../domain/changes/run-changes.ts';
import type { Box, ChangeKind, ChangeName } from '../../domain/comparison/alignment.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { JudgedRun } from './runs.ts';

/** The changes of a run, as they are listed now. */
export interface ListedChanges {
  run: Pick<Run, 'id' | 'buildId' | 'releaseId'>;
  changes: readonly RunChangeEntry[];
}

/** A run, and the key of its set of changes; null where they do not explain every difference. */
export type RunWithSet = Pick<JudgedRun, 'id' | 'changeSet'>;

export interface NewChangeDecision extends Omit<ChangeDecision, 'id'> {
  buildId: number;
  releaseId: number;
  note: string | null;
  /** The release's with this decision. */
  version: number;
  seenRunId: number | null;
}

export interface StoredChangeDecision extends NewChangeDecision {
  id: number;
  undoneAt: number | null;
}

/** One change with all runs of a release that have it and whose changes explain every difference. */
export interface ChangeGroup {
  fingerprint: string;
  /** Runs that have it. */
  runs: number;
  /** Distinct ones. */
  places: number;
  /** Of the runs: those without a verdict. */
  openRuns: number;
  /** The one with the lowest id. */
  firstRunId: number;
}

/** A change where it can be looked at. */
export interface ChangeSample {
  fingerprint: string;
  runId: number;
  runName: string;
  kind: ChangeKind;
  name: ChangeName | null;
  place: string;
  before: Box | null;
  after: Box | null;
  image: string | null;
  refImage: string | null;
  /** Heights of the two images in pixels; null where they were not reported. */
  imageRows: number | null;
  refImageRows: number | null;
}

/** A run that has a change. */
export interface ChangeMember {
  runId: number;
  runName: string;
  /** Where the change is first. */
  place: string;
  verdict: Run['verdict'];
  changeCount: number;
  openChanges: number;
}

/** A decision on a change of a run of the same name in another release. */
export interface JudgedChange extends DecidedChange {
  /** The run of that name. */
  runId: number;
}

/** What changed in runs, and what was decided about it. */
export interface ChangeRepository {
  /** Replaces the listed changes of runs. */
  list(runs: readonly ListedChanges[]): Promise<void>;
  /** The sets of runs that have changes, in no order. Equal complete sets are read once. */
  setsOf(releaseId: number, runs: readonly RunWithSet[]): Promise<ChangeSet[]>;
  /** Ids of the runs of a release that have one of the changes, and whose changes explain every difference. */
  runsWith(releaseId: number, fingerprints: readonly string[]): Promise<number[]>;
  /** Decisions of a release that were not undone: all, those on some changes, or those of them that concern a run. */
  live(
    releaseId: number,
    of?: { runId?: number; fingerprints: readonly string[] },
  ): Promise<ChangeDecision[]>;
  /** Of them: those on all runs that have a change, and those that take a run out of one. */
  liveOnGroups(releaseId: number): Promise<ChangeDecision[]>;
  /** Adds decisions; of those given together, the later ones get the higher ids. */
  decide(decisions: readonly NewChangeDecision[]): Promise<void>;
  /** The decisions of an operation in a build, those that were undone as well. */
  ofOperation(buildId: number, operationId: string): Promise<StoredChangeDecision[]>;
  /** Runs in releases of the build whose verdict is taken over from one of the runs, also where they have no changes. */
  carriedFrom(runIds: readonly number[]): Promise<{ runId: number; releaseId: number }[]>;
  /** Decisions that were not undone and repeat one of the decisions, or the verdict of one of the runs. */
  repeating(decisionIds: readonly number[], runIds: readonly number[]): Promise<StoredChangeDecision[]>;
  undo(decisionIds: readonly number[], actor: string, at: number): Promise<void>;
  /** Undoes the decisions on runs alone. */
  withdraw(runIds: readonly number[], actor: string, at: number): Promise<void>;
  /** The changes of a release, in no order. */
  groups(releaseId: number): Promise<ChangeGroup[]>;
  /** One for each of the changes, of its first run. */
  samples(groups: readonly Pick<ChangeGroup, 'fingerprint' | 'firstRunId'>[]): Promise<ChangeSample[]>;
  /** One for each place of a change. */
  placesOf(releaseId: number, fingerprint: string, limit: number): Promise<ChangeSample[]>;
  /** By name. */
  members(releaseId: number, fingerprint: string): Promise<ChangeMember[]>;
  /** Runs of a release without a verdict, and how many of them have differences that their changes do not explain. */
  undecided(releaseId: number): Promise<{ runs: number; unexplained: number }>;
  /** Which of the runs of a release have no verdict. */
  undecidedOf(releaseId: number, runIds: readonly number[]): Promise<number[]>;
  /** In how many runs of the release each of the changes waits for a decision. */
  openRuns(releaseId: number, fingerprints: readonly string[]): Promise<Map<string, number>>;
  /** Decisions by callers, not taken over and not undone, on changes of runs of a name, in no order. */
  judged(buildId: number, name: string, fingerprints: readonly string[]): Promise<JudgedChange[]>;
  /** Decisions by callers, not taken over and not undone, on all runs of a release that have one of the changes, in no order. */
  judgedInGroups(
    buildId: number,
    fingerprints: readonly string[],
  ): Promise<Omit<DecidedChange, 'browserVersion'>[]>;
}
