import { packDom } from '../../src/adapters/dom/dom-file.ts';
import type { Alignment, Change } from '../../src/domain/comparison/alignment.ts';
import { recordedStyles } from '../../src/domain/dom/dom-snapshot.ts';
import type { Comparer } from '../../src/ports/comparer.ts';

/** The structure of a page that shows a link with this text, as a file. */
export function sampleDom(text: string): Uint8Array {
  const box = { left: 0, top: 0, width: 4, height: 2 };
  const common = { id: '', className: '', box, styles: recordedStyles.map(() => '') };
  return packDom({
    elements: [
      { ...common, tag: 'header', text: '', parent: -1 },
      { ...common, tag: 'a', text, parent: 0 },
    ],
  });
}

const box = { left: 1, top: 0, width: 2, height: 1 };
const change: Change = {
  kind: 'changed',
  before: box,
  after: box,
  changedPixels: 2,
  fingerprint: `fp1:${'a'.repeat(32)}`,
};

const sampleAlignment: Alignment = {
  version: 1,
  summary: 'changed',
  movedPixels: 0,
  contentPixels: 2,
  residuePixels: 0,
  spacePixels: 0,
  truncated: false,
  blocks: [],
  blockCount: 0,
  changes: [change],
  changeCount: 1,
  complete: true,
};

/** A comparer whose differing images are aligned. */
export function aligning(comparer: Comparer): Comparer {
  return {
    ...comparer,
    compare: async (request) => {
      const result = await comparer.compare(request);
      return { ...result, alignment: result.same ? null : sampleAlignment };
    },
  };
}
