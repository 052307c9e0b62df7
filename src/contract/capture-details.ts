import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { maxIncompleteParts } from '../domain/capture/capture.ts';
import { maxCaptureWarnings } from '../domain/capture/capture-warning.ts';
import type { CaptureDetails } from '../domain/capture/capture-details.ts';
import { camelKeys } from './letter-case.ts';
import { json } from './parameters.ts';

const pixels = z.int().min(1);
const milliseconds = z.number().min(0);

/** How a screenshot was captured, as sent in a worker's report and in answers about a run. */
export const artifactId = z.string().regex(/^[0-9a-f]{40}$/, 'must be the SHA-1 of an artifact');

export const captureDetails = z.object({
  width: pixels.meta({ description: 'Pixels of the image.' }),
  height: pixels,
  shots: z.int().min(1).meta({ description: 'Number of screenshots until two in a row were equal.' }),
  settled: z.boolean().meta({ description: 'false: no two screenshots in a row were equal.' }),
  browser_version: z.string().min(1).max(100),
  duration_ms: milliseconds,
  stages: z
    .array(z.object({ name: z.string().min(1).max(50), duration_ms: milliseconds }))
    .max(20)
    .meta({ description: 'Stages with durations, in order.' }),
  incomplete: z
    .array(z.object({ url: z.string().max(2_048), why: z.string().max(300) }))
    .max(maxIncompleteParts)
    .optional()
    .meta({
      description:
        'Images, style sheets, scripts, fonts and frames that failed or were still loading when the page was captured: the first 50. Secrets in addresses are masked. Absent if the worker does not report it.',
    }),
  incomplete_count: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Number of parts that did not load, including those beyond the first 50.' }),
  engine: z
    .object({
      browser: z.string().max(50),
      version: z.string().max(100),
      platform: z.string().max(100).meta({ description: 'For example `linux x64`.' }),
      fonts_digest: z
        .string()
        .max(64)
        .nullable()
        .meta({ description: 'null where the fonts are not known.' }),
      flags_digest: z.string().max(64).meta({ description: 'Of the rules by which pages are captured.' }),
    })
    .optional()
    .meta({
      description: 'What else the image depends on. Absent if the worker does not report it.',
    }),
  warnings: z
    .array(
      z.object({
        code: z
          .string()
          .regex(/^[a-z][a-z0-9_]{0,49}$/)
          .meta({ description: 'What the warning is about, for machines; later versions add codes.' }),
        selector: z.string().max(1_024).optional(),
        sentence: z.string().max(500),
      }),
    )
    .max(maxCaptureWarnings)
    .optional()
    .meta({
      description:
        'What may not be as meant, although the capture succeeded: one sentence each, with the selector that it is about. Secrets are masked. Absent if the worker does not report it.',
    }),
  dom: artifactId.optional().meta({
    description:
      'Artifact ID of the recorded structure of the page, from which changes are named; absent if there is none.',
  }),
});

/** The parameter that carries them. */
export const captureParameter = json(
  'Ours: how the reported image was captured.',
  z.toJSONSchema(captureDetails) as Record<string, unknown>,
  readCaptureDetails,
);

function readCaptureDetails(value: unknown): CaptureDetails {
  const parsed = captureDetails.safeParse(value);
  if (parsed.success) return camelKeys(parsed.data) as CaptureDetails;
  const issue = parsed.error.issues[0]!;
  throw new AppError('invalid_argument', `capture.${issue.path.join('.')} is invalid: ${issue.message}.`, {
    details: { parameter: 'capture' },
  });
}
