/** Aligns a compared pair. Whatever goes wrong here, the plain comparison stands. */
import { AppError } from '../../base/errors.ts';
import { alignmentVersion } from '../../domain/comparison/alignment.ts';
import type { Alignment } from '../../domain/comparison/alignment.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { alignPixels } from './align.ts';
import type { AlignRequest } from './align.ts';

export interface AlignedPair {
  alignment: Alignment;
  /**
   * What changed apart from moving, as rows of a 1-bit PNG of the image after; null if the pair was not aligned, or nothing
   * worth telling moved, so that it would say what the plain mask says.
   */
  alignedRows: Uint8Array | null;
  farthestMove: number;
}

/**
 * @param kernel after its `compare`
 * @param tolerate whether moves are tolerated: then what the aligned mask shows decides, however little moved
 */
export function alignPair(kernel: Kernel, request: AlignRequest, tolerate: boolean): AlignedPair {
  try {
    const pixels = kernel.pairPixels();
    const { alignment, marks, farthestMove } = alignPixels(pixels, request);
    const { before, after } = request;
    const hasOneSize = before.width === after.width && before.height === after.height;
    const isPlain = hasOneSize && (farthestMove === 0 || (alignment.summary === 'changed' && !tolerate));
    return { alignment, alignedRows: isPlain ? null : pixels.maskRows(marks).slice(), farthestMove };
  } catch (error) {
    return { alignment: skippedAlignment(reasonOf(error)), alignedRows: null, farthestMove: 0 };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError && error.code === 'image_too_large')
    return 'There was not enough memory to find what moved.';
  return `Finding what moved failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300);
}

function skippedAlignment(skipped: string): Alignment {
  return {
    version: alignmentVersion,
    summary: 'changed',
    movedPixels: 0,
    contentPixels: 0,
    residuePixels: 0,
    spacePixels: 0,
    truncated: false,
    skipped,
    blocks: [],
    blockCount: 0,
    changes: [],
    changeCount: 0,
    complete: false,
  };
}
