import { operation } from '../operation.ts';
import { buildId, integer, oneOf, optional, parameters, sha1 } from '../parameters.ts';

/** Small images derived from large ones. All are bytes with the access rules of a download. */

const kept =
  'Created once and cached, with an ETag; 304 after the access check. 422 for a file that is not a PNG, JPEG or WebP, is corrupt or has too many pixels.';

export const runThumbnail = operation('runThumbnail', {
  summary: 'A run as a WebP of 240 × 150 pixels.',
  description: `Around the biggest change, or else the top of the page; of the baseline if the run has no image; 404 if there is none at all. With the run's facts_version, it never changes and may be cached indefinitely. ${kept}`,
  parameters: parameters({
    build_id: buildId,
    run_id: integer('ID of the run.'),
    side: optional(
      oneOf('Only this image of the run, around the same place; 404 if it has none. diff: the mask.', [
        'before',
        'diff',
        'after',
      ]),
    ),
    facts_version: optional(integer('facts_version of the run, from list_runs.', 0)),
  }),
  answer: null,
});

const image = { build_id: buildId, sha1sum: sha1('Artifact ID of the image.') };

export const imageOverview = operation('imageOverview', {
  summary: 'A whole image as WebP, its longer side at most 2,048 pixels.',
  description: kept,
  parameters: parameters(image),
  answer: null,
});

export const imageStrip = operation('imageStrip', {
  summary: 'One strip of a tall image, as lossless PNG.',
  description: `An image of at most 4,096 rows is its own only strip; a taller one has strips of 1,024 rows, numbered from 0. 404 beyond the last. ${kept}`,
  parameters: parameters({ ...image, index: integer('Which strip, from 0.', 0) }),
  answer: null,
});
