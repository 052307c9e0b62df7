import { ProtocolError, type CdpSession } from '../cdp-connection.ts';

/** Remote objects that one attempt of a step needs. */
const objectGroup = 'dpxdt-steps';

/** An element of the page. */
export interface FoundElement {
  objectId: string;
}

export interface Matches {
  /** The first visible one; null when none is. */
  element: FoundElement | null;
  count: number;
}

/**
 * Finds what a selector matches: also in open shadow roots and, behind `>>`, in the frame that its left side matches.
 */
export async function findElements(session: CdpSession, selector: string): Promise<Matches> {
  const parts = partsOf(selector);
  const { result } = await session.send('Runtime.evaluate', { expression: 'document', objectGroup });
  let scope = result.objectId!;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const list = await callForObject(session, scope, allMatching, [part]);
    const count = await callOn<number>(session, list!, lengthOf, []);
    const first = count === 0 ? null : await callForObject(session, list!, firstVisible, []);
    if (isLast) return { element: first === null ? null : { objectId: first }, count };
    // A frame may be hidden itself; then nothing in it is visible either.
    if (first === null) return { element: null, count: 0 };
    scope = (await documentOfFrame(session, first)) ?? first;
  }
  return { element: null, count: 0 };
}

/** The parts of a selector between `>>`. */
export function partsOf(selector: string): string[] {
  return selector.split('>>').map((part) => part.trim());
}

/** Calls a function of `element-functions.ts` with the element as `this`. */
export async function callOn<T>(
  session: CdpSession,
  objectId: string,
  run: (...args: never[]) => unknown,
  args: readonly unknown[],
): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: `${String(run)}`,
    arguments: args.map((value) => ({ value })),
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined)
    throw new ProtocolError(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

/** Like {@link callOn}, for an answer that stays in the page. Null when it is null. */
async function callForObject(
  session: CdpSession,
  objectId: string,
  run: (...args: never[]) => unknown,
  args: readonly unknown[],
): Promise<string | null> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: `${String(run)}`,
    arguments: args.map((value) => ({ value })),
    objectGroup,
  });
  if (exceptionDetails !== undefined)
    throw new ProtocolError(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.objectId ?? null;
}

/** The document of a frame, of any origin; null: the element is not a frame. */
async function documentOfFrame(session: CdpSession, objectId: string): Promise<string | null> {
  const { node } = await session.send('DOM.describeNode', { objectId, pierce: true, depth: 0 });
  if (node.contentDocument === undefined) return null;
  const { object } = await session.send('DOM.resolveNode', {
    backendNodeId: node.contentDocument.backendNodeId,
    objectGroup,
  });
  return object.objectId ?? null;
}

/** Forgets what one attempt found. */
export async function releaseElements(session: CdpSession): Promise<void> {
  await session.send('Runtime.releaseObjectGroup', { objectGroup }).catch(() => undefined);
}

function allMatching(this: Document | Element, selector: string): Element[] {
  const found: Element[] = [];
  const search = (root: ParentNode): void => {
    found.push(...root.querySelectorAll(selector));
    for (const element of root.querySelectorAll('*'))
      if (element.shadowRoot !== null) search(element.shadowRoot);
  };
  search(this);
  if (this instanceof Element && this.shadowRoot !== null) search(this.shadowRoot);
  return found;
}

function lengthOf(this: Element[]): number {
  return this.length;
}

function firstVisible(this: Element[]): Element | null {
  const isVisible = (element: Element): boolean => {
    const style = element.ownerDocument.defaultView!.getComputedStyle(element);
    if (style.display === 'contents') return [...element.children].some(isVisible);
    if (style.visibility !== 'visible' || !element.checkVisibility()) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  return this.find(isVisible) ?? null;
}
