import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import { artifactId } from './capture-details.ts';
import { json } from './parameters.ts';

/** Why a capture or comparison failed, in a worker's report and in answers. */
export const runFailure = z.object({
  reason: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a snake_case word'),
  message: z.string().min(1).max(4_096),
  http_status: z.int().min(100).max(999).optional(),
  image: artifactId
    .optional()
    .meta({ description: 'With step_failed: artifact ID of what the window showed at that moment.' }),
});

/** The parameter with the reason of a failed attempt. */
export const failureReason = json(
  'Ours, in addition to run_failed, diff_failed or error: why it failed. A transient reason is retried.',
  z.toJSONSchema(runFailure) as Record<string, unknown>,
  readRunFailure,
);

function readRunFailure(value: unknown): RunFailure {
  const parsed = runFailure.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new AppError('invalid_argument', `failure.${issue.path.join('.')} is invalid: ${issue.message}.`, {
      details: { parameter: 'failure' },
    });
  }
  const { reason, message, http_status: httpStatus, image } = parsed.data;
  return {
    reason,
    message: message.toWellFormed().replaceAll('\0', ' '),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(image !== undefined && { image }),
  };
}
