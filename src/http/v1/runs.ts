import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { snakeKeys } from '../../contract/letter-case.ts';
import * as contract from '../../contract/v1/runs.ts';
import { listRuns } from '../../services/runs/list-runs.ts';
import { imageSizes } from '../../services/artifacts/image-sizes.ts';
import { retryRuns } from '../../services/runs/retry-runs.ts';
import { reviewRun } from '../../services/runs/review-run.ts';
import { reviewRuns } from '../../services/runs/review-runs.ts';
import type { RunVerdictResult } from '../../services/runs/review-runs.ts';
import { runDetail } from '../../services/runs/run-detail.ts';
import type { DecidedRunChange } from '../../services/runs/run-detail.ts';
import { hasPartIn } from '../../domain/people/access.ts';
import { notModified, serve } from '../original/define.ts';
import { matches } from '../original/download.ts';
import { withdrawnSentence } from '../../domain/baselines/withdrawn.ts';
import type { Withdrawn } from '../../domain/baselines/withdrawn.ts';
import { nameOfActor } from '../../domain/people/actor-name.ts';
import { whyNotText } from '../../domain/baselines/sentence.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';
import { countsView, viewsFor, viewsOf } from './views.ts';

export function serveRuns(app: FastifyInstance, { core, images }: HttpContext): void {
  serve(app, contract.listRuns, async ({ parameters, principal, request, reply }) => {
    const list = await listRuns(core, principal, {
      ...releaseOf(parameters),
      sinceVersion: parameters.since_version,
      explain: parameters.explain,
    });
    const { release, workerAbsence } = list;
    const missing =
      workerAbsence === null
        ? ''
        : `-${workerAbsence.kind}-${workerAbsence.label ?? ''}-${workerAbsence.since ?? 'never'}`;
    // Signed-in callers see more of the same version.
    const reader = hasPartIn(principal, release.buildId) ? '' : '-public';
    // What a verdict does depends on it, and the build is part of the answer.
    const { approvals } = list.build.baselineSettings;
    const needed = approvals === 1 ? '' : `-${approvals}-approvals`;
    const etag = `W/"${release.id}-${release.version}${missing}${needed}${reader}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Authorization, Cookie' });
    if (matches(request.headers['if-none-match'], etag)) return notModified;
    const show = viewsFor(principal, list.build);
    return {
      build: show.build(),
      release: show.release(release),
      counts: countsView(list.counts),
      runs: show.columns(list.runs),
      explanations: snakeKeys(list.explanations) as ListAnswer['explanations'],
      change_sets: list.changeSets,
      environment_changes: list.environmentChanges,
      worker_absence: workerAbsence,
    };
  });

  serve(app, contract.runDetail, async ({ parameters, principal }) => {
    const detail = await runDetail(core, principal, {
      ...releaseOf(parameters),
      runName: parameters.run_name,
    });
    const show = viewsFor(principal, detail.build);
    return {
      build: show.build(),
      release: show.release(detail.release),
      run: show.run(detail.run),
      sizes: await imageSizes(core, images, principal, detail.run),
      baseline_reason: detail.baselineReason,
      baseline: baselineView(detail.run, detail.baselineReason),
      baseline_withdrawn:
        detail.withdrawn && withdrawnView(detail.withdrawn, hasPartIn(principal, detail.build.id)),
      main_ahead: detail.mainAhead,
      verdict_origin: detail.verdictOrigin && {
        run_id: detail.verdictOrigin.runId,
        run_name: detail.verdictOrigin.runName,
        reason: detail.verdictOrigin.reason,
        release_id: detail.verdictOrigin.release.id,
        release_name: detail.verdictOrigin.release.name,
        release_number: detail.verdictOrigin.release.number,
      },
      renamed_from: detail.renamedFrom,
      changes: detail.changes.map((change) => changeView(change, hasPartIn(principal, detail.build.id))),
      baseline_release: detail.baselineRelease && show.release(detail.baselineRelease),
      position: detail.position,
      history: detail.history.map((entry) => ({
        run_id: entry.runId,
        release: show.release(entry.release),
        status: entry.status,
        verdict: entry.verdict,
        verdict_by: hasPartIn(principal, detail.build.id) ? entry.verdictBy : null,
        verdict_at: entry.verdictAt,
        facts_version: entry.factsVersion,
        distortion: entry.distortion,
        image: entry.image,
        created_at: entry.createdAt,
      })),
      tasks: detail.tasks.map((task) => show.task(task)),
    };
  });

  serve(app, contract.retryRuns, async ({ parameters, principal }) => {
    const { release, results } = await retryRuns(core, principal, {
      ...releaseOf(parameters),
      runIds: parameters.run_ids,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return {
      release: show.release(release),
      results: results.map(({ runId, outcome }) => ({ run_id: runId, outcome })),
    };
  });

  serve(app, contract.reviewRun, async ({ parameters, principal }) => {
    const { release, result } = await reviewRun(core, principal, {
      ...releaseOf(parameters),
      runId: parameters.run_id,
      verdict: parameters.verdict,
      version: parameters.version,
      operationId: parameters.operation_id,
      note: parameters.note,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(release), result: resultView(result) };
  });

  serve(app, contract.reviewRuns, async ({ parameters, principal }) => {
    const { release, results } = await reviewRuns(core, principal, {
      ...releaseOf(parameters),
      runs: parameters.runs,
      operationId: parameters.operation_id,
      note: parameters.note,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(release), results: results.map(resultView) };
  });
}

function baselineView({ baselineChoice }: Run, reason: string) {
  if (baselineChoice === null) return null;
  return {
    reason,
    rule: baselineChoice.rule,
    candidates: baselineChoice.others.map(({ release, runId, why }) => ({
      release_id: release.id,
      release_name: release.name,
      release_number: release.number,
      branch: release.branch,
      commit: release.commit,
      run_id: runId,
      why: whyNotText(why),
    })),
  };
}

/** People are named to members only. */
function changeView({ fingerprint, decision, otherOpenRuns }: DecidedRunChange, isMember: boolean) {
  const verdict = decision?.verdict;
  return {
    fingerprint,
    verdict: verdict === 'approved' || verdict === 'rejected' ? verdict : ('none' as const),
    verdict_by: isMember ? (decision?.actor ?? null) : null,
    verdict_at: decision?.at ?? null,
    other_open_runs: otherOpenRuns,
  };
}

/** People are named to members only. */
function withdrawnView({ kind, by, at }: Withdrawn, isMember: boolean) {
  return {
    kind,
    sentence: withdrawnSentence({ kind }, isMember ? nameOfActor(by) : null),
    by: isMember ? by : null,
    at,
  };
}

type ListAnswer = z.output<typeof contract.listRuns.answer>;
type ResultView = Omit<z.output<typeof contract.reviewRun.answer>, 'success'>['result'];

function resultView(result: RunVerdictResult): ResultView {
  return snakeKeys(result) as ResultView;
}
