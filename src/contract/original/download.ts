import { operation } from '../operation.ts';
import { buildId, parameters, sha1 } from '../parameters.ts';

export const download = operation('download', {
  summary: 'Downloads an artifact that the build owns.',
  description:
    'The bytes, with an ETag. If-None-Match is answered with 304 after the access check. Everything except images is sent as an attachment, and served files cannot run script.',
  parameters: parameters({ build_id: buildId, sha1sum: sha1('Artifact ID.') }),
  answer: null,
});
