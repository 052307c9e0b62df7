import { z } from 'zod';
import { maxRegions } from '../domain/comparison/comparison.ts';
import type { ComparisonDetails } from '../domain/comparison/comparison-details.ts';
import { AppError } from '../base/errors.ts';
import { alignmentDetails, boxOutside } from './alignment.ts';
import { camelKeys } from './letter-case.ts';
import { json } from './parameters.ts';

const count = z.int().min(0);
const regions = z
  .array(z.object({ left: count, top: count, width: count, height: count, changed_pixels: count }))
  .max(maxRegions)
  .optional();
const size = z.object({ width: z.int().min(1), height: z.int().min(1) });

/** Measurements of a comparison, as sent in a worker's report and in answers about a run. */
export const comparisonDetails = z.object({
  changed_pixels: count.optional(),
  diff_ratio: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: 'Changed pixels ÷ pixels of the canvas.' }),
  regions: regions.meta({
    description:
      'Boxes in reading order that cover every changed pixel; if there are more than 200, nearby ones are merged.',
  }),
  region_count: count.optional().meta({ description: 'Number of regions before nearby ones were merged.' }),
  before: size.optional(),
  after: size.optional(),
  canvas: size.optional(),
  hidden: z.string().max(1_000).optional().meta({ description: 'What settings forgave, as a sentence.' }),
  forgiven_pixels: count.optional().meta({
    description:
      'Pixels that differ but do not count: anti-aliased, below the threshold, or within limits that make the images the same.',
  }),
  forgiven_regions: regions.meta({ description: 'Boxes of forgiven pixels, like `regions`.' }),
  forgiven_region_count: count.optional(),
  fail_on_forgiven: z.boolean().optional().meta({
    description: 'Whether forgiven pixels count as a difference; absent if the config does not say.',
  }),
  ignored: z.array(z.string().max(1_000)).max(20).optional().meta({
    description: 'Differences that the comparison ignores, one sentence each.',
  }),
  anti_aliased_pixels: count.optional().meta({ description: 'Pixels forgiven as anti-aliasing.' }),
  below_threshold_pixels: count
    .optional()
    .meta({ description: 'Pixels that differ by less than the threshold.' }),
  metric: z.object({ name: z.string().max(50), version: z.int() }).optional(),
  alignment: alignmentDetails.optional().meta({
    description: 'What moved and what changed apart from moving; absent if the images were not aligned.',
  }),
  beyond_max_move: z.object({ farthest_move: count, max_move: count }).optional().meta({
    description:
      'Where moves are tolerated but something moved too far: how far it moved, and how far it may, in pixels.',
  }),
});

/** The parameter that carries them. */
export const comparisonParameter = json(
  'Ours: measurements of the comparison.',
  z.toJSONSchema(comparisonDetails) as Record<string, unknown>,
  readComparisonDetails,
);

function readComparisonDetails(value: unknown): ComparisonDetails {
  const parsed = comparisonDetails.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refused(issue.path.join('.'), issue.message);
  }
  const { alignment, before, after } = parsed.data;
  if (alignment !== undefined) {
    if (before === undefined || after === undefined)
      throw refused('alignment', 'it needs the sizes of both images, before and after');
    const outside = boxOutside(alignment, { before, after });
    if (outside !== null) throw refused(`alignment.${outside}`, 'the box lies outside the image');
  }
  return camelKeys(parsed.data) as ComparisonDetails;
}

function refused(path: string, problem: string): AppError {
  return new AppError('invalid_argument', `comparison.${path} is invalid: ${problem}.`, {
    details: { parameter: 'comparison' },
  });
}
