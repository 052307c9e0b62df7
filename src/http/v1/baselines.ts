import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/baselines.ts';
import { hasPartIn } from '../../domain/people/access.ts';
import { compareAgain, compareWith } from '../../services/baselines/compare-with.ts';
import { listMissing } from '../../services/baselines/list-missing.ts';
import { reviewMissing } from '../../services/baselines/review-missing.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';
import { viewsFor, viewsOf } from './views.ts';

export function serveBaselines(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listMissing, async ({ parameters, principal }) => {
    const { build, release, missing, baselineReleases } = await listMissing(core, principal, {
      ...releaseOf(parameters),
      soFar: parameters.so_far,
    });
    // People are named to those who have a part in the build.
    const isMember = hasPartIn(principal, build.id);
    return {
      release: viewsFor(principal, build).release(release),
      missing: missing.map((entry) => ({
        name: entry.name,
        baseline_run_id: entry.baselineRunId,
        baseline_release_id: entry.baselineReleaseId,
        verdict: entry.verdict,
        verdict_by: isMember ? entry.verdictBy : null,
        verdict_at: entry.verdictAt,
        renamed_to: entry.renamed?.name ?? null,
        renamed_run_id: entry.renamed?.runId ?? null,
      })),
      baseline_releases: baselineReleases.map(({ id, name, number, branch, commit }) => ({
        id,
        name,
        number,
        branch,
        commit,
      })),
    };
  });

  serve(app, contract.reviewMissing, async ({ parameters, principal }) => {
    const { names, verdict, seen } = parameters;
    const release = await reviewMissing(core, principal, { ...releaseOf(parameters), names, verdict, seen });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(release) };
  });

  serve(app, contract.compareAgain, async ({ parameters, principal }) => {
    const { release, changed } = await compareAgain(core, principal, {
      ...releaseOf(parameters),
      runIds: parameters.run_ids,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(release), changed };
  });

  serve(app, contract.compareWith, async ({ parameters, principal }) => {
    const { release, baselineRunId } = await compareWith(core, principal, {
      ...releaseOf(parameters),
      runId: parameters.run_id,
      baselineName: parameters.baseline_name,
      baselineNumber: parameters.baseline_number,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(release), baseline_run_id: baselineRunId };
  });
}
