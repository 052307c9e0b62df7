/** The functions of the kernel, in the order in which they are called; see their sources. */
export interface KernelExports {
  freeMemory(): number;
  inflateBytes(): number;
  startInflate(stream: number, input: number, inputBytes: number, output: number, outputBytes: number): void;
  inflateSome(stream: number, wanted: number): number;
  inflatedBytes(stream: number): number;
  setPair(
    bytesPerPixel: number,
    width: number,
    height: number,
    before: number,
    beforePitch: number,
    beforeLead: number,
    after: number,
    afterPitch: number,
    afterLead: number,
    zeroRow: number,
    states: number,
  ): void;
  reconstructRows(rows: number, pitch: number, height: number, bytesPerPixel: number, zeroRow: number): void;
  setBits(pointer: number, pitch: number): void;
  findChanges(first: number, end: number): void;
  getPlainError(): number;
  getWeightedError(): number;
  isOpaque(): number;
  forgiveColours(largest: number): number;
  ringBytes(): number;
  setRings(pointer: number): void;
  setForgiven(pointer: number): void;
  startAntiAliasing(onlySlight: boolean): void;
  forgiveAntiAliasing(compared: number): number;
  startRegion(): void;
  addTile(column: number, row: number): void;
  isBalanced(): number;
  restoreTile(column: number, row: number): number;
  markRectangle(left: number, top: number, right: number, bottom: number): void;
  clear(pointer: number, bytes: number): void;
  move(to: number, from: number, bytes: number): void;
  subtractBits(from: number, what: number, bytes: number): void;
  addBits(to: number, what: number, bytes: number): void;
  countTiles(marks: number, pitch: number, canvasHeight: number, planes: number, planeBytes: number): number;
  writeMask(marks: number, pitch: number, to: number, width: number, height: number): void;
  forgiveColoursIn(left: number, top: number, right: number, bottom: number, largest: number): number;
  setSides(before: number, beforePitch: number, after: number, afterPitch: number): void;
  settleRows(first: number, end: number): void;
  settleOwnRows(side: number, first: number, end: number): void;
  hashRows(side: number, x: number, y: number, width: number, rows: number, to: number): void;
  hashColumns(
    side: number,
    x: number,
    y: number,
    width: number,
    rows: number,
    to: number,
    pitch: number,
  ): void;
  findColumns(x: number, y: number, otherX: number, otherY: number, width: number, rows: number): number;
  getEndColumn(): number;
  markSteps(side: number, x: number, y: number, width: number, rows: number, to: number): void;
  countBeyond(
    side: number,
    x: number,
    y: number,
    otherSide: number,
    otherX: number,
    otherY: number,
    width: number,
    rows: number,
  ): number;
  countRowsApart(
    x: number,
    y: number,
    otherX: number,
    otherY: number,
    width: number,
    rows: number,
    largest: number,
    to: number,
  ): void;
  closeRows(
    x: number,
    y: number,
    otherX: number,
    otherY: number,
    width: number,
    rows: number,
    step: number,
  ): number;
  equalRows(
    side: number,
    x: number,
    y: number,
    otherSide: number,
    otherX: number,
    otherY: number,
    width: number,
    rows: number,
    step: number,
  ): number;
  findContent(
    side: number,
    x: number,
    y: number,
    width: number,
    rows: number,
    cornerX: number,
    cornerY: number,
    marks: number,
    marksPitch: number,
  ): number;
  getContentLeft(): number;
  getContentTop(): number;
  getContentRight(): number;
  getContentBottom(): number;
  copyRectangle(
    side: number,
    x: number,
    y: number,
    width: number,
    rows: number,
    to: number,
    pitch: number,
  ): void;
  markResidue(left: number, top: number, right: number, bottom: number, to: number): void;
  countStrong(left: number, top: number, right: number, bottom: number): number;
  clearWeak(left: number, top: number, right: number, bottom: number): number;
}
