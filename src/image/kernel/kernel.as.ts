// The comparison kernel: AssemblyScript, compiled to WebAssembly with SIMD by `npm run build:kernel`.
// It has no access to files and allocates nothing: the host lays out the memory and calls the steps in order
// (see kernel.ts): startInflate and inflateSome, setPair, setBits, findChanges, forgiveColours, setRings and forgiveAntiAliasing, the regions of
// slight changes, subtractBits, markRectangle, countTiles, writeMask. `reconstructRows` stands alone. The alignment (sides.as.ts, lines.as.ts,
// near.as.ts, apart.as.ts and residue.as.ts) comes last: it turns the compared rows into plain ones.

export { setPair, stateOf, readyA } from './pair.as';
export { setBits, findChanges, getPlainError, getWeightedError, isOpaque } from './changes.as';
export { reconstructRows } from './unfilter.as';
export { inflateBytes, inflateSome, inflatedBytes, startInflate } from './inflate.as';
export { forgiveColours, forgiveColoursIn } from './colour.as';
export { ringBytes, setRings } from './rows.as';
export { forgiveAntiAliasing, startAntiAliasing } from './anti-aliasing.as';
export { addTile, isBalanced, restoreTile, setForgiven, startRegion } from './slight.as';
export { copyRectangle, setSides, settleOwnRows, settleRows } from './sides.as';
export { countRowsApart } from './apart.as';
export { hashColumns, hashRows, markSteps } from './lines.as';
export {
  closeRows,
  countBeyond,
  equalRows,
  findColumns,
  findContent,
  getContentBottom,
  getContentLeft,
  getContentRight,
  getContentTop,
  getEndColumn,
} from './near.as';
export { clearWeak, countStrong, markResidue } from './residue.as';
export { addBits, clear, countTiles, markRectangle, move, subtractBits, writeMask } from './outcome.as';

/** First byte that the host may use. */
export function freeMemory(): usize {
  return __heap_base;
}
