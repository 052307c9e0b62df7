import { ProtocolError, type CdpSession } from '../cdp-connection.ts';
import { isNavigationError } from '../navigation-errors.ts';
import { scrollElsewhere, unmetState, type ElementState } from './element-functions.ts';
import { callOn, findElements, releaseElements, type FoundElement } from './find-elements.ts';
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
  session: CdpSession,
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
    } finally {
      await releaseElements(session);
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

export interface Ready extends FoundElement {
  count: number;
}

/** The element of a selector, once it is in all the states. */
export async function readyElement(
  session: CdpSession,
  { selector, states }: Wanted,
): Promise<Ready | Unmet> {
  const { element, count } = await findElements(session, selector);
  if (element === null) {
    if (count === 0) return new Unmet('nothing matches the selector');
    return new Unmet(
      count === 1 ? 'the element is not visible' : `${count} elements match, and none of them is visible`,
    );
  }
  const unmet = await callOn<string>(session, element.objectId, unmetState, [states]);
  if (unmet === 'stable') return new Unmet('the element is not stable: it keeps moving');
  if (unmet !== '') return new Unmet(`the element is not ${unmet}`);
  return { ...element, count };
}

/** Blocks of the window that an element is scrolled to in turn, when something at the first covers it. */
const blocks: (ScrollLogicalPosition | null)[] = [null, 'end', 'center', 'start'];

/** Moves the pointer over an element that is in all the states and receives its events. */
export async function pointAt(
  session: CdpSession,
  wanted: Wanted,
  count: number,
): Promise<(Ready & { point: Point }) | Unmet> {
  const { selector, states } = wanted;
  const found = await readyElement(session, {
    selector,
    states: states.filter((state) => state !== 'stable'),
  });
  if (found instanceof Unmet) return found;
  const block = blocks[count % blocks.length] ?? null;
  await session.send('DOM.scrollIntoViewIfNeeded', { objectId: found.objectId });
  if (block !== null && count > 0) await callOn(session, found.objectId, scrollElsewhere, [block]);
  const unmet = await callOn<string>(session, found.objectId, unmetState, [['stable']]);
  if (unmet !== '') return new Unmet('the element is not stable: it keeps moving');
  const { cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  const point = await pointOf(session, found.objectId, {
    width: cssLayoutViewport.clientWidth,
    height: cssLayoutViewport.clientHeight,
  });
  if (point === null) return new Unmet('the element is outside of the window');
  const before = await coverAt(session, found.objectId, point);
  if (before !== '') return new Unmet(`the element does not receive events: ${before} covers it`);
  await movePointer(session, point);
  // The pointer may have opened something over it.
  const after = await coverAt(session, found.objectId, point);
  if (after !== '') return new Unmet(`the element does not receive events: ${after} covers it`);
  return { ...found, point };
}
