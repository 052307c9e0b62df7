import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/taken-over.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { listTakenOver, revokeTakenOver } from '../../services/baselines/taken-over.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';
import { viewsFor } from './views.ts';

const maxListed = 100;

export function serveTakenOver(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listTakenOver, async ({ parameters, principal }) => {
    const { build, runs } = await listTakenOver(core, principal, {
      ...releaseOf(parameters),
      runId: parameters.run_id,
    });
    const show = viewsFor(principal, build);
    return {
      total: runs.length,
      open: runs.filter(({ release }) => !isDecided(release.status)).length,
      runs: runs.slice(0, maxListed).map(({ runId, name, verdict, release }) => ({
        run_id: runId,
        run_name: name,
        verdict,
        release: show.release(release),
      })),
    };
  });

  serve(app, contract.revokeTakenOver, async ({ parameters, principal }) =>
    revokeTakenOver(core, principal, {
      ...releaseOf(parameters),
      runId: parameters.run_id,
      operationId: parameters.operation_id,
    }),
  );
}
