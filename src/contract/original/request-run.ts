import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { checkPageUrl } from '../../domain/names.ts';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { captureConfigSchema, parseCaptureConfig } from '../capture-config.ts';
import { artifactId, operation, success } from '../operation.ts';
import { previousNames } from '../previous-names.ts';
import { shard } from '../shard.ts';
import {
  buildId,
  json,
  name,
  optional,
  parameters,
  releaseName,
  releaseNumber,
  pageUrl,
} from '../parameters.ts';

function captureConfig(description: string) {
  const schema = z.toJSONSchema(captureConfigSchema, { io: 'input', unrepresentable: 'any' });
  return json(description, schema as Record<string, unknown>, readCaptureConfig);
}

/** A capture config; errors name its parameter. */
function readCaptureConfig(value: unknown, parameter: string): CaptureConfig {
  try {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new AppError('config_invalid', 'it must be a JSON object.');
    }
    for (const local of ['setup', 'waitFor']) {
      if (Object.hasOwn(value, local)) {
        throw new AppError('config_invalid', `"${local}" runs only in local tests, never on a server.`);
      }
    }
    const config = parseCaptureConfig(value);
    if (typeof config.storageState === 'string')
      throw new AppError('config_invalid', '"storageState" names a file, which only local tests read.');
    if (config.targetUrl !== undefined) checkPageUrl('targetUrl', config.targetUrl);
    return config;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${parameter}: ${error.message}`, {
      details: { ...error.details, parameter },
    });
  }
}

export const requestRun = operation('requestRun', {
  summary: 'Requests a new run for a release candidate: the server captures the page and compares it.',
  description:
    'Send ref_url and ref_config together or not at all: with them, the baseline is also captured; without them, it is chosen along the history that the release was created with or, for a release created without one, is the last good run of that name, if any. Repeating a request with the same URL and config changes nothing while the run is waiting or filled, and recaptures it if it failed. In a release with shards, a new run needs shard; a shard that runs again replaces its runs, and a run of another shard answers 409.',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    release_number: releaseNumber,
    url: pageUrl('URL of the page to capture; http or https.'),
    run_name: optional(name("Name of the run; the URL's path plus query by default.")),
    config: optional(captureConfig('Capture config; {} by default. Its targetUrl is overwritten with url.')),
    ref_url: optional(pageUrl('URL of the page to capture as the baseline.')),
    ref_config: optional(captureConfig('Capture config of the baseline.')),
    previous_name: optional(previousNames),
    shard: optional(shard),
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    release_name: z.string(),
    release_number: z.int(),
    run_name: z.string(),
    url: z.string(),
    config: artifactId,
    ref_url: z.string().nullable(),
    ref_config: artifactId.nullable(),
  }),
});
