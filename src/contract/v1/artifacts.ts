import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { artifactId, operation } from '../operation.ts';
import { buildId, json, parameters } from '../parameters.ts';

/** Digests that one question may have. */
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
      `${[parameter, ...issue.path].join('.')} is wrong: ${issue.message}.`,
      { details: { parameter } },
    );
  },
);

export const findArtifacts = operation('findArtifacts', {
  summary: 'Which of some files the build has already, so that they need not be uploaded again.',
  description:
    'Only what this build owns counts: a file that another build has is as unknown as any other. Both digests must be right.',
  parameters: parameters({ build_id: buildId, artifacts: wantedArtifacts }),
  answer: z.object({ owned: z.array(artifactId) }),
});
