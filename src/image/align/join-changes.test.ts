import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { comparedPixels } from '../../../test/support/compared-pixels.ts';
import { blankPage, fillRect } from '../../../test/support/strip-page.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Rect } from '../kernel/pair-pixels.ts';
import type { Unsigned } from './fingerprint.ts';
import { joinChanges } from './join-changes.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

const yellow = [255, 233, 168] as const;
const blank = () => blankPage(200, 100);
const withNote = (...notes: (readonly [number, number, number, number])[]): PlainPixels => {
  const image = blank();
  for (const note of notes) fillRect(image, note, yellow);
  return image;
};
const box = (left: number, top: number, width: number, height: number): Rect => ({
  left,
  top,
  width,
  height,
});
const added = (after: Rect): Unsigned => ({ kind: 'added', before: null, after, changedPixels: 10 });
const removed = (before: Rect): Unsigned => ({ kind: 'removed', before, after: null, changedPixels: 10 });
const changed = (at: Rect): Unsigned => ({ kind: 'changed', before: at, after: at, changedPixels: 5 });

function join(before: PlainPixels, after: PlainPixels, changes: readonly Unsigned[]): Unsigned[] {
  return joinChanges(comparedPixels(kernel, before, after), changes);
}

describe('changes side by side', () => {
  const note = withNote([20, 30, 100, 20]);
  const [left, right] = [box(0, 28, 80, 24), box(80, 30, 40, 20)];

  it.each<[string, Unsigned[], PlainPixels, PlainPixels, Partial<Unsigned>]>([
    ['added', [added(left), added(right)], blank(), note, { kind: 'added', before: null, changedPixels: 20 }],
    ['removed', [removed(right), removed(left)], note, blank(), { kind: 'removed', after: null }],
    ['added, one of them on a blank place', [added(left), changed(right)], blank(), note, { kind: 'added' }],
    [
      'removed, one of them to a blank place',
      [changed(right), removed(left)],
      note,
      blank(),
      { kind: 'removed' },
    ],
  ])('are one if something is drawn across their seam: %s', (_how, changes, before, after, whole) => {
    const joined = join(before, after, changes);
    expect(joined).toMatchObject([whole]);
    expect(joined[0]!.after ?? joined[0]!.before).toEqual(box(0, 28, 120, 24));
  });

  it('are as many as there are boxes: blank columns part them', () => {
    const two = withNote([20, 30, 50, 20], [100, 30, 60, 20]);
    const changes = [added(box(10, 28, 75, 24)), added(box(85, 28, 90, 24))];
    expect(join(blank(), two, changes)).toEqual(changes);
  });

  it('stay apart if the place of one was not blank before: it also changed', () => {
    const changes = [added(left), changed(right)];
    expect(join(withNote([90, 35, 10, 5]), note, changes)).toEqual(changes);
  });

  it('stay apart if they do not touch, stand at other heights, or are of different kinds', () => {
    for (const changes of [
      [added(left), added(box(81, 30, 39, 20))],
      [added(left), added(box(80, 46, 40, 40))],
      [added(left), removed(right)],
      [changed(left), changed(right)],
    ])
      expect(join(blank(), note, changes)).toEqual(changes);
  });

  it('are joined one after the other, whatever their order', () => {
    const wide = withNote([10, 30, 180, 20]);
    const parts = [box(10, 30, 40, 20), box(50, 30, 60, 20), box(110, 30, 80, 20)].map(added);
    for (const order of [parts, parts.toReversed(), [parts[0]!, parts[2]!, parts[1]!]])
      expect(join(blank(), wide, order)).toMatchObject([{ after: box(10, 30, 180, 20), changedPixels: 30 }]);
  });
});
