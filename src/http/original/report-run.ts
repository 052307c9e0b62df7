import type { FastifyInstance } from 'fastify';
import { reportRun as operation } from '../../contract/original/report-run.ts';
import type { RunFailure } from '../../domain/runs/run.ts';
import { shardOf } from '../../domain/releases/shards.ts';
import { reportRun } from '../../services/runs/report-run.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveReportRun(app: FastifyInstance, { core, metrics }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    const { run_failed: runFailed, diff_failed: diffFailed, lease_id: leaseId } = parameters;
    const { run, changed } = await reportRun(core, principal, {
      buildId: parameters.build_id,
      releaseName: parameters.release_name,
      releaseNumber: parameters.release_number,
      runName: parameters.run_name,
      url: parameters.url,
      image: parameters.image,
      log: parameters.log,
      config: parameters.config,
      refUrl: parameters.ref_url,
      refImage: parameters.ref_image,
      refLog: parameters.ref_log,
      refConfig: parameters.ref_config,
      diffImage: parameters.diff_image,
      forgivenMask: parameters.forgiven_mask,
      alignedMask: parameters.aligned_mask,
      diffLog: parameters.diff_log,
      runFailed: isFailure(runFailed),
      diffFailed: isFailure(diffFailed),
      distortion: parameters.distortion,
      leaseId,
      failure: parameters.failure ?? reasonGiven(runFailed) ?? reasonGiven(diffFailed),
      comparison: parameters.comparison,
      capture: parameters.capture,
      previousNames: parameters.previous_name,
      choosesBaseline: parameters.choose_baseline,
      pixelsSha256: parameters.pixels_sha256,
      shard: shardOf(parameters.shard),
    });
    if (leaseId !== undefined) metrics.reported(leaseId);
    if (changed)
      metrics.runReported(run.status, reasonOf(run.current.failure ?? run.ref.failure ?? run.diff.failure));
    return {};
  });
}

function isFailure(sent: string | boolean | undefined): boolean {
  return sent !== undefined && sent !== false && sent !== '';
}

/** The original's clients send only "yes"; anything longer is kept as a reason. */
function reasonGiven(sent: string | boolean | undefined): RunFailure | undefined {
  if (typeof sent !== 'string' || !sent.trim().includes(' ')) return undefined;
  return { reason: 'reported', message: sent.trim() };
}

const reasonWords = /^[a-z_]{1,40}$/;

function reasonOf(failure: RunFailure | null): string | null {
  return failure !== null && reasonWords.test(failure.reason) ? failure.reason : null;
}
