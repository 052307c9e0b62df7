import { z } from 'zod';
import { artifactId, operation, success } from '../operation.ts';
import { buildId, optional, parameters, sha1 } from '../parameters.ts';

export const upload = operation('upload', {
  summary: 'Uploads an artifact referenced by a run.',
  description:
    'Send exactly one file, in a multipart body, before or after the other fields. The same bytes may be uploaded again and are stored once. The content type is detected from the bytes.',
  parameters: parameters({
    build_id: buildId,
    sha1sum: optional(sha1('Expected SHA-1 of the bytes; a mismatch is refused.')),
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    sha1sum: artifactId,
    content_type: z.string(),
  }),
});
