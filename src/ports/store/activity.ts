import type { Activity } from '../../domain/people/activity.ts';
import type { Page } from './page.ts';

export interface ActivityFilter {
  buildId?: number | undefined;
  releaseId?: number | undefined;
  runId?: number | undefined;
  actor?: string | undefined;
  kind?: string | undefined;
}

/** What the undos in a release are kept under. */
export const undoSubject = (releaseId: number) => `undo:${releaseId}`;

export interface ActivityRepository {
  /** @returns false if the subject already has this operation */
  insert(entry: Omit<Activity, 'id'>): Promise<boolean>;
  /** As `insert`, for many. */
  insertMany(entries: readonly Omit<Activity, 'id'>[]): Promise<void>;
  /** By subject: only subjects that have the operation. */
  findOperations(subjects: readonly string[], operationId: string): Promise<Map<string, Activity>>;
  findOperation(subject: string, operationId: string): Promise<Activity | null>;
  /** All entries of an operation in a build, oldest first. */
  ofOperation(buildId: number, operationId: string): Promise<Activity[]>;
  /** The newest entries before one, for each run. */
  verdictsBefore(runIds: readonly number[], beforeId: number): Promise<Map<number, Activity>>;
  /** Runs that have verdicts after an entry, apart from those that were undone, and those that an undo brought back. */
  judgedAfter(runIds: readonly number[], afterId: number): Promise<Set<number>>;
  /** Newest first. */
  list(filter: ActivityFilter, page: Page): Promise<Activity[]>;
}
