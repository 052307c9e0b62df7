import { z } from 'zod';
import {
  alignmentSummaries,
  blockKinds,
  changeKinds,
  maxBlocks,
  maxChanges,
} from '../domain/comparison/alignment.ts';

const count = z.int().min(0);
const box = z.object({
  left: count,
  top: count,
  width: z.int().min(1),
  height: z.int().min(1),
});
const side = z.string().max(200).nullable();

const changeName = z.object({
  selector: z.string().max(300).meta({ description: 'Path of the element, at most three steps.' }),
  kind: z.enum(['changed', 'added', 'removed']),
  facts: z
    .array(z.object({ what: z.string().max(50), before: side, after: side }))
    .max(3)
    .meta({ description: 'What differs: text, size or a style property. Long values are cut.' }),
});

/** How the parts of the two images correspond; what lies outside an image is refused by {@link boxOutside}. */
export const alignmentDetails = z.object({
  version: z.int().min(1),
  summary: z.enum(alignmentSummaries),
  moved_pixels: count.meta({ description: 'Pixels of the after image in moved or reordered blocks.' }),
  content_pixels: count.meta({
    description: 'Changed, added and removed pixels with content, after alignment.',
  }),
  residue_pixels: count.meta({
    description: 'Pixels inside moved blocks that differ by how a browser draws the same thing elsewhere.',
  }),
  space_pixels: count.meta({ description: 'Pixels of blank space that appeared or vanished.' }),
  truncated: z.boolean().meta({ description: 'The search or a list ended at its limit.' }),
  skipped: z.string().max(300).optional().meta({ description: 'Why the images were not aligned.' }),
  blocks: z.array(z.object({ before: box, after: box, kind: z.enum(blockKinds) })).max(maxBlocks),
  block_count: count,
  changes: z
    .array(
      z.object({
        kind: z.enum(changeKinds),
        before: box.nullable(),
        after: box.nullable(),
        changed_pixels: count,
        fingerprint: z.string().regex(/^fp\d+:[0-9a-f]{32}$/, 'is no fingerprint'),
        name: changeName.optional(),
      }),
    )
    .max(maxChanges),
  change_count: count,
  complete: z.boolean().meta({
    description:
      'Whether the changes explain every difference, so that decisions on all of them decide the run.',
  }),
});

interface Size {
  width: number;
  height: number;
}

/** The path of the first box that does not lie inside its image; null if all do. */
export function boxOutside(
  { blocks, changes }: z.infer<typeof alignmentDetails>,
  sizes: { before: Size; after: Size },
): string | null {
  for (const [list, items] of Object.entries({ blocks, changes }))
    for (const [index, item] of items.entries())
      for (const name of ['before', 'after'] as const) {
        const box = item[name];
        const { width, height } = sizes[name];
        if (box !== null && (box.left + box.width > width || box.top + box.height > height))
          return `${list}.${index}.${name}`;
      }
  return null;
}
