/** Finds columns without a step, where an image can be cut. */
import type { KernelExports } from './exports.ts';
import { roundUp } from './memory.ts';
import type { KernelMemory } from './memory.ts';
import type { Rect } from './pair-pixels.ts';

/** Rows after which it is asked again which columns may still be without a step. */
const stepRows = 128;

/** A jump to another column of the row costs as much as so many pixels. */
const stripCost = 192;

/** See {@link PairPixels.stepColumns}. */
export function findStepColumns(
  kernel: KernelExports,
  memory: KernelMemory,
  before: Rect,
  after: Rect,
  least: number,
): Uint8Array {
  const { width } = before;
  const bytes = roundUp(width, 16) / 8;
  const pointer = memory.take(bytes);
  memory.grow();
  kernel.clear(pointer, bytes);
  const steps = new Uint8Array(width);
  let open = [{ from: 0, to: width }];
  const rows = Math.max(before.height, after.height);
  for (let y = 0; y < rows && open.length > 0; y += stepRows) {
    for (const { from, to } of open) {
      const at = pointer + from / 8;
      for (const [side, { left, top, height }] of [before, after].entries()) {
        const count = Math.min(stepRows, height - y);
        if (count > 0) kernel.markSteps(side, left + from, top + y, to - from, count, at);
      }
    }
    const bits = memory.view(pointer, bytes);
    for (const { from, to } of open)
      for (let x = Math.max(from, 1); x < to; x++) steps[x] = (bits[x >> 3]! >> (x & 7)) & 1;
    const strips = withoutSteps(steps, least);
    if (strips.length === 0 || costOfStrips(strips) < width) open = strips;
  }
  return steps;
}

/** Columns, in whole blocks of the kernel, where more than `least` without a step follow each other. */
function withoutSteps(steps: Uint8Array, least: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (let start = 0; start < steps.length;) {
    let end = start + 1;
    while (end < steps.length && steps[end] === 0) end++;
    if (end - start > least) {
      const [from, to] = [start - (start % 16), Math.min(roundUp(end, 16), steps.length)];
      const last = found.at(-1);
      if (last !== undefined && from <= last.to) last.to = to;
      else found.push({ from, to });
    }
    start = end;
  }
  return found;
}

function costOfStrips(strips: readonly { from: number; to: number }[]): number {
  return strips.reduce((cost, { from, to }) => cost + to - from + stripCost, -stripCost);
}
