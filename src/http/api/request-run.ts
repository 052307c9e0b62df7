import type { FastifyInstance } from 'fastify';
import { parseCaptureConfig } from '../../contract/capture-config.ts';
import { requestRun as operation } from '../../contract/request-run.ts';
import { AppError } from '../../domain/errors.ts';
import { checkPageUrl } from '../../domain/names.ts';
import { requestRun } from '../../services/request-run.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveRequestRun(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    const { run, release } = await requestRun(core, principal, {
      buildId: parameters.build_id,
      releaseName: parameters.release_name,
      releaseNumber: parameters.release_number,
      url: parameters.url,
      runName: parameters.run_name,
      config: checkedConfig('config', parameters.config),
      refUrl: parameters.ref_url,
      refConfig: checkedConfig('ref_config', parameters.ref_config),
    });
    return {
      build_id: release.buildId,
      release_name: release.name,
      release_number: release.number,
      run_name: run.name,
      url: run.current.url ?? parameters.url,
      config: run.current.config!,
      ref_url: run.ref.url,
      ref_config: run.ref.config,
    };
  });
}

/** The config with its mistakes named after the parameter that carries it. */
function checkedConfig(
  parameter: string,
  value: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  if (value === undefined) return undefined;
  for (const local of ['setup', 'waitFor']) {
    if (Object.hasOwn(value, local)) {
      throw new AppError(
        'config_invalid',
        `${parameter}: "${local}" runs only in local tests, never on a server.`,
        {
          details: { parameter },
        },
      );
    }
  }
  try {
    const config = parseCaptureConfig(value);
    if (config.targetUrl !== undefined) checkPageUrl('targetUrl', config.targetUrl);
    return { ...config };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${parameter}: ${error.message}`, {
      details: { ...error.details, parameter },
    });
  }
}
