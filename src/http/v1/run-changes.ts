import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { snakeKeys } from '../../contract/letter-case.ts';
import * as contract from '../../contract/v1/run-changes.ts';
import type { ChangeDecision } from '../../domain/changes/decided-changes.ts';
import { hasPartIn } from '../../domain/people/access.ts';
import type { Approval } from '../../domain/runs/verdict.ts';
import type { ChangeSample } from '../../ports/store/changes.ts';
import type { ApprovedEarlier } from '../../services/changes/approved-earlier.ts';
import { describeChange, listChanges } from '../../services/changes/list-changes.ts';
import { reviewChange } from '../../services/changes/review-change.ts';
import { undoDecision } from '../../services/changes/undo-decision.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from '../original/define.ts';
import { viewsFor, viewsOf } from './views.ts';

/** What changed in a release, and decisions on it. */
export function serveRunChanges(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listChanges, async ({ parameters, principal }) => {
    const list = await listChanges(core, principal, {
      releaseId: parameters.release_id,
      limit: parameters.limit,
    });
    const isMember = hasPartIn(principal, list.build.id);
    return {
      release: viewsFor(principal, list.build).release(list.release),
      total: list.total,
      decisions_left: list.decisionsLeft,
      runs_left: list.runsLeft,
      changes: list.changes.map(({ fingerprint, runs, places, openRuns, ...change }) => ({
        ...{ fingerprint, runs, places },
        open_runs: openRuns,
        decision: decisionView(change.decision, isMember),
        ...approvalsView(change.approvals, isMember),
        approved_earlier: earlierView(change.approvedEarlier, isMember),
        sample: sampleView(change.sample),
      })),
    };
  });

  serve(app, contract.describeChange, async ({ parameters, principal }) => {
    const { fingerprint } = parameters;
    const change = await describeChange(core, principal, { releaseId: parameters.release_id, fingerprint });
    const isMember = hasPartIn(principal, change.build.id);
    const excepted = new Set(change.exceptedRunIds);
    return {
      release: viewsFor(principal, change.build).release(change.release),
      fingerprint,
      decision: decisionView(change.decision, isMember),
      ...approvalsView(change.approvals, isMember),
      approved_earlier: earlierView(change.approvedEarlier, isMember),
      places: change.places.map(sampleView),
      runs: change.members.map((member) => ({
        run_id: member.runId,
        run_name: member.runName,
        place: member.place,
        verdict: member.verdict,
        change_count: member.changeCount,
        open_changes: member.openChanges,
        is_excepted: excepted.has(member.runId),
      })),
    };
  });

  serve(app, contract.reviewChange, async ({ parameters, principal }) => {
    const { release, ...result } = await reviewChange(core, principal, {
      releaseId: parameters.release_id,
      fingerprint: parameters.fingerprint,
      verdict: parameters.verdict,
      exceptRunIds: parameters.except_run_ids,
      version: parameters.version,
      operationId: parameters.operation_id,
      note: parameters.note,
    });
    const show = await viewsOf(core, principal, release.buildId);
    return { release: show.release(release), ...result };
  });

  serve(app, contract.undoDecision, async ({ parameters, principal }) => {
    const { undone, kept } = await undoDecision(core, principal, {
      buildId: parameters.build_id,
      operationId: parameters.operation_id,
    });
    return {
      undone,
      kept: kept.map(({ runId, releaseId, why }) => ({ run_id: runId, release_id: releaseId, why })),
    };
  });
}

/** People are named to members only. */
function decisionView(decision: ChangeDecision | null, isMember: boolean) {
  if (decision === null) return null;
  return {
    verdict: decision.verdict === 'rejected' ? ('rejected' as const) : ('approved' as const),
    by: isMember ? decision.actor : null,
    at: decision.at,
    operation_id: isMember ? decision.operationId : null,
  };
}

function earlierView(earlier: ApprovedEarlier | null, isMember: boolean) {
  if (earlier === null) return null;
  const { releaseName, releaseNumber, by, at } = earlier;
  return { release_name: releaseName, release_number: releaseNumber, by: isMember ? by : null, at };
}

function sampleView({ fingerprint: _fingerprint, ...sample }: ChangeSample) {
  return snakeKeys(sample) as SampleView;
}

type SampleView = z.output<typeof contract.listChanges.answer>['changes'][number]['sample'];

function approvalsView(approvals: readonly Approval[], isMember: boolean) {
  return { approvals: approvals.length, approved_by: isMember ? approvals.map(({ by }) => by) : [] };
}
