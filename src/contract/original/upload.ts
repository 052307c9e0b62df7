import { z } from 'zod';
import { artifactId, operation, success } from '../operation.ts';
import { buildId, optional, parameters, sha1 } from '../parameters.ts';

export const upload = operation('upload', {
  summary: 'Uploads an artifact referenced by a run.',
  description:
    'Exactly one file, in a multipart body, before or after the other fields. The same bytes again are fine and are stored once. The content type is read from the bytes.',
  parameters: parameters({
    build_id: buildId,
    sha1sum: optional(sha1('SHA-1 that the bytes must have; another one is refused.')),
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    sha1sum: artifactId,
    content_type: z.string(),
  }),
});
