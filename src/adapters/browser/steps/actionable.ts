import type { Rect } from '../agent/geometry.ts';
import { ProtocolError } from '../cdp-connection.ts';
import { isNavigationError } from '../document-watch.ts';
import { scrollElsewhere, unmetState, type ElementState } from './element-functions.ts';
import type { PageFrames } from '../page-frames.ts';
import { findElement, type FoundElement } from '../selectors.ts';
import { callOn } from './call-on.ts';
import { coverAt, movePointer, pointOf, type Point } from './pointer.ts';

const pauseMs = [0, 20, 50, 100, 100, 250];

/** What a step still waits for, as the rest of a sentence about its element. */
export class Unmet {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** A step that can no longer succeed; the message is one sentence without a full stop. */
export class StepStuck extends Error {
  override readonly name = 'StepStuck';
}

/**
 * Tries until it succeeds.
 *
 * @param deadline `performance.now()`
 * @throws StepStuck with what was still missing at the deadline
 */
export async function untilMet<T>(
  deadline: number,
  attempt: (count: number) => Promise<T | Unmet>,
): Promise<T> {
  for (let count = 0; ; count++) {
    let unmet: Unmet;
    try {
      const result = await attempt(count);
      if (!(result instanceof Unmet)) return result;
      unmet = result;
    } catch (error) {
      if (!(error instanceof ProtocolError) || !isGone(error)) throw error;
      unmet = new Unmet('the element went away');
    }
    if (performance.now() >= deadline) throw new StepStuck(unmet.why);
    await new Promise((resolve) => setTimeout(resolve, pauseMs[count] ?? 500));
  }
}

/** The page replaced an element while it was looked at. */
function isGone(error: ProtocolError): boolean {
  return (
    isNavigationError(error) ||
    /Could not find (object|node)|detached|does not have a layout object|Could not compute|No node found/i.test(
      error.message,
    )
  );
}

export interface Wanted {
  selector: string;
  /** In the order in which they are checked. */
  states: readonly ElementState[];
}

/** The element of a selector, once it is in all the states. */
export async function readyElement(
  frames: PageFrames,
  { selector, states }: Wanted,
): Promise<FoundElement | Unmet> {
  const found = await findElement(frames, selector, { scroll: false });
  if (!('box' in found)) {
    const { matched } = found;
    if (matched === 0) return new Unmet('nothing matches the selector');
    return new Unmet(
      matched === 1 ? 'the element is not visible' : `${matched} elements match, and none of them is visible`,
    );
  }
  const unmet = await callOn<string>(found.frame.session, found.objectId, unmetState, [states]);
  if (unmet === 'stable') return new Unmet('the element is not stable: it keeps moving');
  if (unmet !== '') return new Unmet(`the element is not ${unmet}`);
  return found;
}

/** Blocks of the window that an element is scrolled to in turn, when something at the first covers it. */
const blocks: (ScrollLogicalPosition | null)[] = [null, 'end', 'center', 'start'];

/** Moves the pointer over an element that is in all the states and receives its events. */
export async function pointAt(
  frames: PageFrames,
  wanted: Wanted,
  count: number,
): Promise<(FoundElement & { point: Point }) | Unmet> {
  const { selector, states } = wanted;
  const { session: page } = frames.main;
  const found = await readyElement(frames, {
    selector,
    states: states.filter((state) => state !== 'stable'),
  });
  if (found instanceof Unmet) return found;
  const { session } = found.frame;
  const { objectId } = found;
  const block = blocks[count % blocks.length] ?? null;
  await session.send('DOM.scrollIntoViewIfNeeded', { objectId });
  if (block !== null && count > 0) await callOn(session, objectId, scrollElsewhere, [block]);
  const unmet = await callOn<string>(session, objectId, unmetState, [['stable']]);
  if (unmet !== '') return new Unmet('the element is not stable: it keeps moving');
  const { cssLayoutViewport } = await page.send('Page.getLayoutMetrics');
  const window = { width: cssLayoutViewport.clientWidth, height: cssLayoutViewport.clientHeight };
  // A frame in another process measures from its own corner, and hides what is in it from the page.
  const isApart = session !== page;
  const point = isApart ? middleOf(found.box) : await pointOf(session, objectId, window);
  if (point === null) return new Unmet('the element is outside of the window');
  const cover = (): Promise<string> => (isApart ? Promise.resolve('') : coverAt(page, objectId, point));
  const before = await cover();
  if (before !== '') return new Unmet(`the element does not receive events: ${before} covers it`);
  await movePointer(page, point);
  // The pointer may have opened something over it.
  const after = await cover();
  if (after !== '') return new Unmet(`the element does not receive events: ${after} covers it`);
  return { ...found, point };
}

function middleOf({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
