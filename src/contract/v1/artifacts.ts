import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { artifactId, operation } from '../operation.ts';
import { buildId, json, parameters } from '../parameters.ts';

/** Maximum digests per request. */
const maxDigests = 1_000;

const digest = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const wanted = z
  .array(z.object({ sha1sum: digest(40), sha256sum: digest(64) }))
  .min(1)
  .max(maxDigests);

const wantedArtifacts = json(
  'Digests of files, in lower case.',
  z.toJSONSchema(wanted) as Record<string, unknown>,
  (value, parameter) => {
    const parsed = wanted.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    throw new AppError(
      'invalid_argument',
      `${[parameter, ...issue.path].join('.')} is invalid: ${issue.message}.`,
      { details: { parameter } },
    );
  },
);

export const findArtifacts = operation('findArtifacts', {
  summary: 'Which of the files the build already has, so that they need not be uploaded again.',
  description: "Only this build's files count; files of other builds are unknown. Both digests must match.",
  parameters: parameters({ build_id: buildId, artifacts: wantedArtifacts }),
  answer: z.object({ owned: z.array(artifactId) }),
});
