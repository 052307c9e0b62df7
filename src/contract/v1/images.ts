import { operation } from '../operation.ts';
import { buildId, integer, oneOf, optional, parameters, sha1 } from '../parameters.ts';

/** Small images made from large ones. All of them are bytes under the access rules of a download. */

const kept =
  'Made once and kept; an ETag, and 304 after the access check. 422 for what is no PNG, JPEG or WebP, is broken or has too many pixels.';

export const runThumbnail = operation('runThumbnail', {
  summary: 'A run as a WebP of 240 × 150 pixels.',
  description: `Around the biggest changed region, else the top of the page; of the baseline where the run has no image of its own; 404 where it has none at all. With the run's facts_version it never changes and may be cached for ever. ${kept}`,
  parameters: parameters({
    build_id: buildId,
    run_id: integer('ID of the run.'),
    side: optional(
      oneOf('Only this image of the run, around the same place; 404 where it has none. diff: the mask.', [
        'before',
        'diff',
        'after',
      ]),
    ),
    facts_version: optional(integer('facts_version of the run, as list_runs answers it.', 0)),
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
  summary: 'One strip of a tall image, without loss, as PNG.',
  description: `An image of at most 4,096 rows has one strip, itself; a taller one has strips of 1,024 rows, counted from 0. 404 beyond the last. ${kept}`,
  parameters: parameters({ ...image, index: integer('Which strip, from 0.', 0) }),
  answer: null,
});
