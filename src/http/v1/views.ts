import type { z } from 'zod';
import { snakeKeys } from '../../contract/letter-case.ts';
import * as peopleShapes from '../../contract/v1/people-shapes.ts';
import * as shapes from '../../contract/v1/shapes.ts';
import type { Invitation, User } from '../../domain/people.ts';
import type { Activity, ApiKey, Build, Release, Run, StatusCounts, Task } from '../../domain/model.ts';
import type { QueueSummary } from '../../services/list-queues.ts';
import type { RunColumns } from '../../services/list-runs.ts';

/**
 * Things of the domain as the resource API shows them: the contract's fields and no others, so that a field that is
 * added inside never leaks.
 */
function view<Shape extends z.ZodObject>(shape: Shape, value: object): z.output<Shape> {
  return shape.parse(snakeKeys(value));
}

export const buildView = (build: Build) => view(shapes.build, build);
export const releaseView = (release: Release) => view(shapes.release, release);
export const runView = (run: Run) => view(shapes.run, run);
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

/** Columns are long: only their names are changed, nothing in them is looked at. */
export function columnsView(columns: RunColumns): z.output<typeof shapes.runColumns> {
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
    mask: columns.mask,
    width: columns.width,
    height: columns.height,
    has_image: columns.hasImage,
    has_ref: columns.hasRef,
    failure_reason: columns.failureReason,
    incomplete_count: columns.incompleteCount,
  };
}
