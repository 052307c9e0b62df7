import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { snakeKeys } from '../../contract/letter-case.ts';
import * as contract from '../../contract/v1/runs.ts';
import { listRuns } from '../../services/list-runs.ts';
import { pictureSizes } from '../../services/picture-sizes.ts';
import { retryRuns } from '../../services/retry-runs.ts';
import { reviewRun } from '../../services/review-run.ts';
import { reviewRuns } from '../../services/review-runs.ts';
import type { RunVerdictResult } from '../../services/review-runs.ts';
import { runDetail } from '../../services/run-detail.ts';
import { notModified, serve } from '../api/define.ts';
import { matches } from '../api/download.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';
import { buildView, columnsView, countsView, releaseView, runView, taskView } from './views.ts';

export function serveRuns(app: FastifyInstance, { core, pictures }: HttpContext): void {
  serve(app, contract.listRuns, async ({ parameters, principal, request, reply }) => {
    const list = await listRuns(core, principal, {
      ...releaseOf(parameters),
      sinceVersion: parameters.since_version,
    });
    const { release, workerAbsence } = list;
    const missing = workerAbsence === null ? '' : `-${workerAbsence.kind}-${workerAbsence.since ?? 'never'}`;
    const etag = `W/"${release.id}-${release.version}${missing}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Authorization, Cookie' });
    if (matches(request.headers['if-none-match'], etag)) return notModified;
    return {
      build: buildView(list.build),
      release: releaseView(release),
      counts: countsView(list.counts),
      runs: columnsView(list.runs),
      mask_keys: list.maskKeys,
      worker_absence: workerAbsence,
    };
  });

  serve(app, contract.runDetail, async ({ parameters, principal }) => {
    const detail = await runDetail(core, principal, {
      ...releaseOf(parameters),
      runName: parameters.run_name,
    });
    return {
      build: buildView(detail.build),
      release: releaseView(detail.release),
      run: runView(detail.run),
      sizes: await pictureSizes(core, pictures, principal, detail.run),
      baseline_reason: detail.baselineReason,
      baseline_release: detail.baselineRelease && releaseView(detail.baselineRelease),
      position: detail.position,
      history: detail.history.map((entry) => ({
        run_id: entry.runId,
        release: releaseView(entry.release),
        status: entry.status,
        verdict: entry.verdict,
        distortion: entry.distortion,
        image: entry.image,
        created_at: entry.createdAt,
      })),
      tasks: detail.tasks.map(taskView),
    };
  });

  serve(app, contract.retryRuns, async ({ parameters, principal }) => {
    const { release, results } = await retryRuns(core, principal, {
      ...releaseOf(parameters),
      runIds: parameters.run_ids,
    });
    return {
      release: releaseView(release),
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
    return { release: releaseView(release), result: resultView(result) };
  });

  serve(app, contract.reviewRuns, async ({ parameters, principal }) => {
    const { release, results } = await reviewRuns(core, principal, {
      ...releaseOf(parameters),
      runs: parameters.runs,
      operationId: parameters.operation_id,
      note: parameters.note,
    });
    return { release: releaseView(release), results: results.map(resultView) };
  });
}

type ResultView = Omit<z.output<typeof contract.reviewRun.answer>, 'success'>['result'];

function resultView(result: RunVerdictResult): ResultView {
  return snakeKeys(result) as ResultView;
}
