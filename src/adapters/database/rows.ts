/** Converts rows to domain objects and back. */

import { createHash } from 'node:crypto';
import type { Insertable, Selectable } from 'kysely';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import { environmentChange } from '../../domain/capture/environment.ts';
import { changeSetOf } from '../../domain/changes/run-changes.ts';
import { historyKind } from '../../domain/baselines/placed-release.ts';
import type { Activity } from '../../domain/people/activity.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Approval, EarlierVerdict } from '../../domain/runs/verdict.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { CaptureDetails } from '../../domain/capture/capture-details.ts';
import type { CaptureSlot, Run, RunFailure } from '../../domain/runs/run.ts';
import type { ComparisonDetails } from '../../domain/comparison/comparison-details.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { toRetention, toSettings } from './settings-text.ts';
import type { ActivityTable, ApiKeysTable } from './schema-people.ts';
import type { BuildsTable, ReleasesTable } from './schema-releases.ts';
import type { Flag } from './flag.ts';
import type { RunsTable } from './schema-runs.ts';
import type { TasksTable } from './schema-tasks.ts';

export const flag = (value: boolean): Flag => (value ? 1 : 0);

export function json<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

export function text(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

const noApprovals: readonly Approval[] = [];

export function toApprovals(stored: string | null): readonly Approval[] {
  return json<Approval[]>(stored) ?? noApprovals;
}

export function approvalsText(approvals: readonly Approval[]): string | null {
  return approvals.length === 0 ? null : JSON.stringify(approvals);
}

export function toBuild(row: Selectable<BuildsTable>): Build {
  return {
    id: row.id,
    name: row.name,
    isPublic: row.is_public === 1,
    sendEmail: row.send_email === 1,
    emailAlias: row.email_alias,
    failOnForgiven: row.fail_on_forgiven === 1,
    emailAliasConfirmed: row.email_alias_confirmed === 1,
    baselineSettings: toSettings(row.baseline_settings),
    workerLabel: row.worker_label,
    retention: toRetention(row.retention),
    createdAt: row.created_at,
  };
}

export function toRelease(row: Selectable<ReleasesTable>): Release {
  return {
    id: row.id,
    buildId: row.build_id,
    name: row.name,
    number: row.number,
    url: row.url,
    branch: row.branch,
    commit: row.commit_id,
    ciUrl: row.ci_url,
    git: {
      headCommit: row.head_commit,
      baseBranch: row.base_branch,
      pullRequest: row.pull_request,
      repository: row.repository,
      headRepository: row.head_repository,
      author:
        row.author_name === null && row.author_email === null
          ? null
          : { name: row.author_name, address: row.author_email },
      history: historyKind(row.history_length, row.history_note),
      historyNote: row.history_note,
      isSubset: row.is_subset === 1,
      skipReason: row.skip_reason,
    },
    status: row.status,
    version: row.version,
    statusVersion: row.status_version,
    commentsVersion: row.comments_version,
    createdAt: row.created_at,
    statusAt: row.status_at,
    updatedAt: row.updated_at,
    decidedBy: row.decided_by,
    decisionNote: row.decision_note,
    workerLabel: row.worker_label,
    tellsForges: row.tells_forges === 1,
    shards:
      row.shard_id === null ? null : { id: row.shard_id, total: row.shard_total, fault: row.shard_fault },
  };
}

export function toRun(row: Selectable<RunsTable>): Run {
  const current: CaptureSlot = {
    state: row.run_state,
    url: row.url,
    image: row.image,
    log: row.log,
    config: row.config,
    failure: json<RunFailure>(row.run_failure),
    requests: row.run_requests,
    details: json<CaptureDetails>(row.capture_facts),
  };
  const ref: CaptureSlot = {
    state: row.ref_state,
    url: row.ref_url,
    image: row.ref_image,
    log: row.ref_log,
    config: row.ref_config,
    failure: json<RunFailure>(row.ref_failure),
    requests: row.ref_requests,
    details: json<CaptureDetails>(row.ref_capture_facts),
  };
  return {
    id: row.id,
    buildId: row.build_id,
    releaseId: row.release_id,
    name: row.name,
    current,
    ref,
    baselineRunId: row.baseline_run_id,
    baselineChoice: json<BaselineChoice>(row.baseline_choice),
    previousNames: json<string[]>(row.previous_names) ?? [],
    pixelsSha256: row.pixels_sha256,
    verdictOrigin:
      row.origin_run_id === null ? null : { runId: row.origin_run_id, decisionId: row.origin_decision_id },
    shard: row.shard === null ? null : { index: row.shard, attempt: row.shard_attempt ?? 1 },
    earlierVerdict: json<EarlierVerdict>(row.earlier_verdict),
    workerLabel: row.worker_label,
    diff: {
      failed: row.diff_failed === 1,
      image: row.diff_image,
      forgivenMask: row.forgiven_mask,
      alignedMask: row.aligned_mask,
      failOnForgiven: row.fail_on_forgiven === 1,
      log: row.diff_log,
      distortion: row.distortion,
      failure: json<RunFailure>(row.diff_failure),
      requests: row.diff_requests,
      details: json<ComparisonDetails>(row.comparison),
    },
    status: row.status,
    verdict: row.verdict,
    verdictBy: row.verdict_by,
    verdictAt: row.verdict_at,
    verdictSource: row.verdict_source,
    verdictNote: row.verdict_note,
    approvals: toApprovals(row.approvals),
    openChanges: row.open_changes,
    version: row.version,
    factsVersion: row.facts_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

type RunChanges = Omit<Insertable<RunsTable>, 'id' | 'build_id' | 'release_id' | 'name' | 'created_at'>;

/** The mutable columns of a run. */
export function runChanges(run: Omit<Run, 'id'>): RunChanges {
  const { current, ref, diff } = run;
  const size = diff.details?.canvas ?? diff.details?.after ?? current.details;
  return {
    run_state: current.state,
    url: current.url,
    image: current.image,
    log: current.log,
    config: current.config,
    run_failure: text(current.failure),
    run_requests: current.requests,
    capture_facts: text(current.details),
    ref_state: ref.state,
    ref_url: ref.url,
    ref_image: ref.image,
    ref_log: ref.log,
    ref_config: ref.config,
    ref_failure: text(ref.failure),
    ref_requests: ref.requests,
    ref_capture_facts: text(ref.details),
    incomplete_count: (current.details?.incompleteCount ?? 0) + (ref.details?.incompleteCount ?? 0),
    warning_count: (current.details?.warnings?.length ?? 0) + (ref.details?.warnings?.length ?? 0),
    environment_change: text(environmentChange(ref.details, current.details)),
    baseline_run_id: run.baselineRunId,
    baseline_choice: text(run.baselineChoice),
    awaited_release_id: run.baselineChoice?.rule === 'waiting' ? run.baselineChoice.release!.id : null,
    awaited_until: run.baselineChoice?.waitUntil ?? null,
    previous_names: run.previousNames.length === 0 ? null : JSON.stringify(run.previousNames),
    pixels_sha256: run.pixelsSha256,
    origin_run_id: run.verdictOrigin?.runId ?? null,
    origin_decision_id: run.verdictOrigin?.decisionId ?? null,
    shard: run.shard?.index ?? null,
    shard_attempt: run.shard?.attempt ?? null,
    earlier_verdict: text(run.earlierVerdict),
    worker_label: run.workerLabel,
    diff_failed: flag(diff.failed),
    diff_image: diff.image,
    forgiven_mask: diff.forgivenMask,
    aligned_mask: diff.alignedMask,
    fail_on_forgiven: flag(diff.failOnForgiven),
    diff_log: diff.log,
    distortion: diff.distortion,
    diff_failure: text(diff.failure),
    diff_requests: diff.requests,
    status: run.status,
    verdict: run.verdict,
    verdict_by: run.verdictBy,
    verdict_at: run.verdictAt,
    verdict_source: run.verdictSource,
    verdict_note: run.verdictNote,
    approvals: approvalsText(run.approvals),
    open_changes: run.openChanges,
    version: run.version,
    facts_version: run.factsVersion,
    updated_at: run.updatedAt,
    changed_pixels: diff.details?.changedPixels ?? null,
    forgiven_pixels: diff.details?.forgivenPixels ?? null,
    diff_ratio: diff.details?.diffRatio ?? null,
    region_count: diff.details?.regionCount ?? diff.details?.regions?.length ?? null,
    ...changeColumns(run),
    width: size?.width ?? null,
    height: size?.height ?? null,
    comparison: text(diff.details),
  };
}

/** What is known about the changes of a run without looking at them. */
function changeColumns(run: Omit<Run, 'id'>) {
  const { fingerprints, isComplete } = changeSetOf({ ...run, id: 0 });
  const alignment = run.diff.details?.alignment;
  return {
    change_count: fingerprints.length,
    changes_complete: flag(isComplete),
    change_set: isComplete ? setKey(fingerprints) : null,
    content_pixels: alignment?.contentPixels ?? null,
    move_summary: alignment?.summary ?? null,
  };
}

/** 96 bits, independent of the order. */
function setKey(fingerprints: readonly string[]): string {
  const digest = createHash('sha256').update([...fingerprints].sort().join('\n'));
  return digest.digest('base64url').slice(0, 16);
}

export function toTask(row: Selectable<TasksTable>): Task {
  return {
    queue: row.queue,
    id: row.task_id,
    label: row.label,
    status: row.status,
    payload: row.payload,
    contentType: row.content_type,
    source: row.source,
    createdAt: row.created_at,
    eta: row.eta,
    dueAt: row.due_at,
    leaseAttempts: row.lease_attempts,
    lastLease: row.last_lease,
    leaseId: row.lease_id,
    owner: row.owner,
    leasedBy: row.leased_by,
    leaseMs: row.lease_ms,
    deadline: row.deadline,
    message: row.message,
    messageIndex: row.message_index,
    finishedAt: row.finished_at,
    error: row.error,
    leaseEnded: row.lease_ended === 1,
    runId: row.run_id,
    releaseId: row.release_id,
    slot: row.slot,
  };
}

/** The mutable columns of a task. */
export function taskChanges(task: Task) {
  return {
    status: task.status,
    eta: task.eta,
    due_at: task.dueAt,
    lease_attempts: task.leaseAttempts,
    last_lease: task.lastLease,
    lease_id: task.leaseId,
    owner: task.owner,
    leased_by: task.leasedBy,
    lease_ms: task.leaseMs,
    deadline: task.deadline,
    message: task.message,
    message_index: task.messageIndex,
    finished_at: task.finishedAt,
    error: task.error,
    lease_ended: flag(task.leaseEnded),
  };
}

export function taskRow(task: Task) {
  return {
    queue: task.queue,
    task_id: task.id,
    label: task.label,
    payload: task.payload,
    content_type: task.contentType,
    source: task.source,
    created_at: task.createdAt,
    run_id: task.runId,
    release_id: task.releaseId,
    slot: task.slot,
    ...taskChanges(task),
  };
}

export function toKey(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    purpose: row.purpose,
    buildId: row.build_id,
    superuser: row.superuser === 1,
    worker: row.worker === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    ci: row.ci === null ? null : (JSON.parse(row.ci) as ApiKey['ci']),
    expiresAt: row.expires_at,
  };
}

export function toActivity(row: Selectable<ActivityTable>): Activity {
  return {
    id: row.id,
    at: row.at,
    buildId: row.build_id,
    releaseId: row.release_id,
    runId: row.run_id,
    actor: row.actor,
    kind: row.kind,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    subject: row.subject,
    operationId: row.operation_id,
  };
}
