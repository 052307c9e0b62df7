/** The same drawing, rasterized slightly differently: changes that an anti-aliasing rule may forgive. */
import { moved } from './change.ts';
import { glyphChanges, textChanges } from './glyphs.ts';
import { chartChanges, lineChanges } from './lines.ts';
import { shapeChanges } from './shapes.ts';
import { renderCells } from './sheet.ts';
import type { RenderedChange } from './corpus.ts';

/** CSS pixels. */
const shifts = [0.02, 0.05, 0.1];

/** Drawings of the corpus of changes, shifted by a fraction of a pixel. */
export async function renderNoise(scale: number, step: number): Promise<RenderedChange[]> {
  const drawings = [
    ...glyphChanges(),
    ...textChanges(),
    ...lineChanges(1 / scale),
    ...chartChanges(1 / scale),
    ...shapeChanges(1 / scale),
  ].filter((_, index) => index % step === 0);
  const cells = (shift: number) =>
    renderCells(
      drawings.map(({ before, background }) => ({ drawing: moved(before, shift, shift / 2), background })),
      scale,
    );
  const still = await cells(0);
  const rendered: RenderedChange[] = [];
  for (const shift of shifts) {
    const shifted = await cells(shift);
    drawings.forEach(({ name }, index) => {
      rendered.push({
        family: `shifted by ${shift} px`,
        name,
        before: still[index]!,
        after: shifted[index]!,
      });
    });
  }
  return rendered.filter(({ before, after }) => Buffer.compare(before.data, after.data) !== 0);
}
