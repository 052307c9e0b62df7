import { z } from 'zod';
import { buildSecretLimits } from '../../domain/capture/build-secrets.ts';
import { operation } from '../operation.ts';
import { buildId, listOf, name, parameters, secret } from '../parameters.ts';

/** Secrets that a build keeps for the steps of its captures. */

const { secrets, nameCharacters, bytes, characters, origins, originCharacters } = buildSecretLimits;

const about = {
  name: 'What ${secret:NAME} names: letters, digits and underscores.',
  origins: 'Origins of the frames in which it is filled in, such as https://shop.example.',
};

const buildSecret = z.object({
  name: z.string().meta({ description: about.name }),
  origins: z.array(z.string()).meta({ description: about.origins }),
  updated_at: z.int(),
  updated_by: z.string(),
});

export const listBuildSecrets = operation('listBuildSecrets', {
  summary: 'The secrets of a build by name, without their values.',
  description: 'Values are in no answer; a worker gets those that a capture needs with its task.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ secrets: z.array(buildSecret) }),
});

export const setBuildSecret = operation('setBuildSecret', {
  summary: 'Adds a secret to a build, or replaces the one of that name.',
  description: `At most ${secrets} of a build. Captures of releases from forks get none.`,
  parameters: parameters({
    build_id: buildId,
    name: name(about.name, nameCharacters),
    value: secret(
      `${characters} characters to ${bytes.toLocaleString('en-US')} bytes; stored encrypted and in no answer.`,
      bytes,
    ),
    origins: listOf(
      `${about.origins} 1 to ${origins}.`,
      z.string().max(originCharacters),
      { type: 'string', maxLength: originCharacters },
      'origins, such as "https://shop.example"',
    ),
  }),
  answer: z.object({ secret: buildSecret }),
});

export const deleteBuildSecret = operation('deleteBuildSecret', {
  summary: 'Deletes a secret of a build.',
  description: 'Captures that name it fail from then on.',
  parameters: parameters({ build_id: buildId, secret_name: name(about.name, nameCharacters) }),
  answer: z.object({ success: z.literal(true) }),
});
