import type { z } from 'zod';
import { snakeKeys } from '../../contract/letter-case.ts';
import { hasPartIn, type Principal } from '../../domain/people/access.ts';
import { followsGit, isOnMain } from '../../domain/baselines/placed-release.ts';
import * as peopleShapes from '../../contract/v1/people-shapes.ts';
import * as shapes from '../../contract/v1/shapes.ts';
import type { Invitation, User } from '../../domain/people/membership.ts';
import type { Activity } from '../../domain/people/activity.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { CaptureSlot, DiffSlot, Run } from '../../domain/runs/run.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { noLabel } from '../../domain/tasks/labels.ts';
import { readBuild } from '../../services/builds/read-build.ts';
import type { Deps } from '../../services/deps.ts';
import type { QueueSummary } from '../../services/tasks/list-queues.ts';
import type { RunColumns } from '../../services/runs/list-runs.ts';

/**
 * Domain entities as shown by the resource API: only the contract's fields, so that new internal fields
 * never leak.
 */
function view<Shape extends z.ZodObject>(shape: Shape, value: object): z.output<Shape> {
  return shape.parse(snakeKeys(value));
}

/** A build and its entities as one reader may see them. */
export interface BuildViews {
  build(): z.output<typeof shapes.build>;
  release(release: Release): z.output<typeof shapes.release>;
  run(run: Run): z.output<typeof shapes.run>;
  /** A task of one of its runs. */
  task(task: Task): z.output<typeof shapes.taskView>;
  columns(columns: RunColumns): z.output<typeof shapes.runColumns>;
  actors(actors: readonly string[]): string[];
}

/**
 * Viewers of a public build who are not members see no people, addresses or workers:
 * all views are created here.
 */
export function viewsFor(principal: Principal, build: Build): BuildViews {
  const isStranger = !hasPartIn(principal, build.id);
  return {
    build: () =>
      view(shapes.build, {
        ...build,
        ...build.baselineSettings,
        ...build.retention,
        ...(isStranger && { emailAlias: null, emailAliasConfirmed: false, workerLabel: noLabel }),
      }),
    release: (release) => releaseView(release, build, isStranger),
    run: (run) => {
      const { current, ref, diff } = run;
      const wire = { ...run, current: onWire(current), ref: onWire(ref), diff: onWire(diff) };
      const approvals = run.approvals.map(({ at }) => ({ by: null, at }));
      const hidden = { verdictBy: null, verdictNote: null, approvals };
      return view(shapes.run, isStranger ? { ...wire, ...hidden } : wire);
    },
    task: (task) =>
      taskView(
        isStranger
          ? { ...task, label: noLabel, payload: '', source: null, owner: null, message: null, error: null }
          : task,
      ),
    columns: (columns) => columnsView(isStranger ? withoutPeople(columns) : columns),
    actors: (actors) => (isStranger ? [] : [...actors]),
  };
}

/** A slot with the wire's name for its details. */
const onWire = ({ details, ...slot }: CaptureSlot | DiffSlot) => ({ ...slot, facts: details });

/** For answers of operations that do not return the build. */
export async function viewsOf(core: Deps, principal: Principal, buildId: number): Promise<BuildViews> {
  return viewsFor(principal, await readBuild(core, principal, buildId));
}

function releaseView(
  { git, ...release }: Release,
  { baselineSettings }: Build,
  isStranger: boolean,
): z.output<typeof shapes.release> {
  return view(shapes.release, {
    ...release,
    ...git,
    pullRequest: git.pullRequest === null ? null : Number(git.pullRequest),
    followsGit: followsGit(git, baselineSettings),
    isOnMain: isOnMain({ ...git, branch: release.branch }, baselineSettings),
    ...(isStranger && { author: null, decidedBy: null, decisionNote: null, commentsVersion: 0 }),
  });
}

/** For superusers, who see every task. */
export const taskView = (task: Task) => view(shapes.taskView, task);
export const keyView = (key: Omit<ApiKey, 'secretHash'>) => view(shapes.apiKey, key);
export const personView = (user: User) => view(peopleShapes.person, user);
export const invitationView = (invitation: Invitation) => view(peopleShapes.invitation, invitation);
export const countsView = (counts: StatusCounts) => view(shapes.counts, counts);

export function activityView(entry: Activity): z.output<typeof shapes.activityEntry> {
  return { ...view(shapes.activityEntry, entry), detail: entry.detail };
}

export function queueView({ oldestWaitingMs, ...queue }: QueueSummary) {
  return {
    queue: queue.queue,
    labels: queue.labels
      .filter(({ label }) => label !== noLabel)
      .map(({ oldestWaiting, askedAt, ...counts }) => ({
        ...counts,
        oldest_waiting: oldestWaiting,
        asked_at: askedAt,
      })),
    waiting: queue.waiting,
    delayed: queue.delayed,
    leased: queue.leased,
    error: queue.error,
    oldest_waiting: queue.oldestWaiting,
    newest: queue.newest,
    done_last_hour: queue.doneLastHour,
    oldest_waiting_ms: oldestWaitingMs,
  };
}

function withoutPeople(columns: RunColumns): RunColumns {
  const none = columns.id.map(() => null);
  return { ...columns, verdictBy: none, verdictNote: none, approvedBy: none };
}

/** Renames columns without touching their long contents. */
function columnsView(columns: RunColumns): z.output<typeof shapes.runColumns> {
  return {
    id: columns.id,
    name: columns.name,
    status: columns.status,
    verdict: columns.verdict,
    verdict_by: columns.verdictBy,
    verdict_at: columns.verdictAt,
    version: columns.version,
    facts_version: columns.factsVersion,
    distortion: columns.distortion,
    changed_pixels: columns.changedPixels,
    forgiven_pixels: columns.forgivenPixels,
    diff_ratio: columns.diffRatio,
    region_count: columns.regionCount,
    move_summary: columns.moveSummary,
    change_set: columns.changeSet,
    change_count: columns.changeCount,
    open_changes: columns.openChanges,
    verdict_source: columns.verdictSource,
    verdict_note: columns.verdictNote,
    approvals: columns.approvals,
    approved_by: columns.approvedBy,
    width: columns.width,
    height: columns.height,
    has_image: columns.hasImage,
    has_ref: columns.hasRef,
    failure_reason: columns.failureReason,
    incomplete_count: columns.incompleteCount,
    warning_count: columns.warningCount,
    environment_change: columns.environmentChange,
  };
}
