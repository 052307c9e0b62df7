/** How the parts of two images correspond: what moved, and what changed apart from moving. */

/** In pixels from the top left of the image that it lies in. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * `moved`: the images differ only by displacements and the space between moved parts. `moved_and_changed`: something
 * changed as well. `changed`: nothing moved. `reflow`: so many displacements that none is worth telling.
 */
export const alignmentSummaries = ['moved', 'moved_and_changed', 'changed', 'reflow'] as const;
export type AlignmentSummary = (typeof alignmentSummaries)[number];

/** `reordered`: the part changed its place relative to its neighbors. */
export const blockKinds = ['moved', 'reordered'] as const;

/** A part with equal content at another place; both boxes have the same size. */
export interface MovedBlock {
  before: Box;
  after: Box;
  kind: (typeof blockKinds)[number];
}

/**
 * `changed`: the same place (after moving) and size, other content. `resized`: the same content area in another size.
 * `added`, `removed`: only in one image. `space`: blank rows that appeared or vanished. `reordered`: a part that
 * changed its place relative to its neighbors.
 */
export const changeKinds = ['changed', 'added', 'removed', 'resized', 'space', 'reordered'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One fact about the element behind a change: `{ what: 'text', before: 'Sale', after: 'Clearance' }`. */
export interface ChangeFact {
  /** `text`, `added`, `removed`, `size` or the name of a style property. */
  what: string;
  before: string | null;
  after: string | null;
}

/** The element behind a change, from what was recorded of the page's structure; never part of a verdict. */
export interface ChangeName {
  /** Path of the element, at most three steps: `header > a`. */
  selector: string;
  kind: 'changed' | 'added' | 'removed';
  /** At most three; values are cut at 40 characters. */
  facts: ChangeFact[];
}

/** One connected thing that differs after alignment. */
export interface Change {
  kind: ChangeKind;
  /** Null only for `added`; of `space`, null where it was added. */
  before: Box | null;
  /** Null only for `removed`; of `space`, null where it was removed. */
  after: Box | null;
  /** Pixels that differ inside it after alignment. */
  changedPixels: number;
  /** Digest of its content, independent of its place: equal for the same change on another page. */
  fingerprint: string;
  name?: ChangeName;
}

/** The most blocks, and the most changes, that are listed. */
export const maxBlocks = 200;
export const maxChanges = 200;

/** Changes whenever a number of an alignment could change; a change of a fingerprint has a new prefix. */
export const alignmentVersion = 6;

export interface Alignment {
  version: number;
  summary: AlignmentSummary;
  /** Pixels of the after image in moved or reordered blocks. */
  movedPixels: number;
  /** Changed, added and removed pixels with content, after alignment. */
  contentPixels: number;
  /** Pixels inside moved blocks that differ by how a browser draws the same thing at another place. */
  residuePixels: number;
  /** Pixels of blank space that appeared or vanished. */
  spacePixels: number;
  /** The search ended at its limit of work or the lists at theirs: `changes` is not all. */
  truncated: boolean;
  /** Why the images were not aligned, as a sentence. */
  skipped?: string;
  /** Biggest first up to the limit, then in reading order. */
  blocks: MovedBlock[];
  blockCount: number;
  changes: Change[];
  changeCount: number;
  /** Whether the changes explain every difference; {@link listsEveryDifference} also asks whether all are listed. */
  complete: boolean;
}

/** Whether decisions on the changes decide the image: they explain every difference, and all of them are listed. */
export function listsEveryDifference({
  complete,
  changes,
  changeCount,
}: Pick<Alignment, 'complete' | 'changes' | 'changeCount'>): boolean {
  return complete && changes.length > 0 && changes.length === changeCount;
}
