/** All changes that must never be called "same", drawn at one and at two device pixels per CSS pixel. */
import type { PlainPixels } from '../../support/png-writer.ts';
import type { Change } from './change.ts';
import { glyphChanges, textChanges } from './glyphs.ts';
import { chartChanges, lineChanges } from './lines.ts';
import { colourChanges, shapeChanges } from './shapes.ts';
import { renderCells } from './sheet.ts';
import type { RenderSheet } from './sheet.ts';

function listChanges(scale: number): Change[] {
  const device = 1 / scale;
  return [
    ...glyphChanges(),
    ...textChanges(),
    ...lineChanges(device),
    ...chartChanges(device),
    ...shapeChanges(device),
    ...colourChanges(),
  ];
}

export interface RenderedChange {
  family: string;
  name: string;
  before: PlainPixels;
  after: PlainPixels;
}

/**
 * Changes whose images differ at all: some of a step of colour are lost in rounding, some letters look alike.
 *
 * @param step only one case in so many
 */
export async function renderChanges(
  scale: number,
  { step = 1, render }: { step?: number; render?: RenderSheet } = {},
): Promise<RenderedChange[]> {
  const changes = listChanges(scale).filter((_, index) => index % step === 0);
  const sides = async (side: 'before' | 'after') =>
    renderCells(
      changes.map((change) => ({ drawing: change[side], background: change.background })),
      scale,
      render,
    );
  const [before, after] = await Promise.all([sides('before'), sides('after')]);
  return changes
    .map(({ family, name }, index) => ({
      family,
      name: `${name}, scale ${scale}`,
      before: before[index]!,
      after: after[index]!,
    }))
    .filter((change) => Buffer.compare(change.before.data, change.after.data) !== 0);
}
