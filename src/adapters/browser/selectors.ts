import type { ElementFound, Rect } from './agent/geometry.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { PageFrame, FrameCalls } from './page-frames.ts';

/** The steps of a selector in one document. */
export interface SelectorInFrame {
  frame: PageFrame;
  steps: string[];
}

/** The element that a selector means. */
export interface FoundElement {
  frame: PageFrame;
  /** The element as a remote object of `frame.session`. */
  objectId: string;
  /** How many elements match, in all documents that the selector leads to. */
  matched: number;
  /** CSS pixels of the page, without its scroll position: relative to its window. */
  box: Rect;
}

/** Why there is none: nothing matches, or what matches cannot be seen. */
export interface NoElement {
  matched: number;
  problem: ElementFound['problem'];
}

/** The parts of a selector between `>>`, which is not CSS; quotes, brackets and escapes keep it. */
export function stepsOf(selector: string): string[] {
  const steps: string[] = [''];
  let depth = 0;
  let quote = '';
  for (let at = 0; at < selector.length; at++) {
    const c = selector[at]!;
    let text = c;
    if (c === '\\') text += selector[++at] ?? '';
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (depth === 0 && selector.startsWith('>>', at)) {
      steps.push('');
      at++;
      continue;
    }
    steps[steps.length - 1] += text;
  }
  return steps.map((step) => step.trim());
}

/**
 * Every document that a selector may mean elements of, with its steps there: the one it starts in, and the frames that its
 * left sides match.
 */
export async function documentsOf(
  frames: FrameCalls,
  frame: PageFrame,
  steps: string[],
): Promise<SelectorInFrame[]> {
  const found: SelectorInFrame[] = [{ frame, steps }];
  for (let length = 1; length < steps.length; length++) {
    const left = JSON.stringify(steps.slice(0, length));
    const elements = await frames.objects(frame, `findAll(${left}).filter((one) => __dpxdt.isFrame(one))`);
    const inner = await Promise.all(elements.map((objectId) => frameOf(frames, frame.session, objectId)));
    const entered = await Promise.all(
      inner.map(async (one) => (one === undefined ? [] : documentsOf(frames, one, steps.slice(length)))),
    );
    found.push(...entered.flat());
  }
  return found;
}

/** The frame that an `<iframe>` holds. */
async function frameOf(
  frames: FrameCalls,
  session: CdpSession,
  objectId: string,
): Promise<PageFrame | undefined> {
  const described = await session.send('DOM.describeNode', { objectId }).catch(() => undefined);
  return frames.find(described?.node.frameId ?? '');
}

/**
 * Finds the one element that a selector means: the first that can be seen, in document order. A selector without `>>` is
 * sought in the page itself.
 *
 * @param options `scroll`: scrolls the scrollers around it so that it can be seen there; the page itself stays, unless
 *   the element is in a frame
 * @throws ScriptThrew when the selector is not valid, ProtocolError when the page navigates meanwhile
 */
export async function findElement(
  frames: FrameCalls,
  selector: string,
  options: { scroll: boolean },
): Promise<FoundElement | NoElement> {
  const documents = await documentsOf(frames, frames.main, stepsOf(selector));
  let matched = 0;
  let problem: ElementFound['problem'] = null;
  let found: { frame: PageFrame; objectId: string } | undefined;
  for (const { frame, steps } of documents) {
    const call = JSON.stringify(steps);
    const result = await frames.call<NoElement & { isFound: boolean }>(
      frame,
      `findOne(${call}, ${options.scroll && found === undefined})`,
    );
    if (result === undefined) continue;
    matched += result.matched;
    problem ??= result.problem;
    if (!result.isFound || found !== undefined) continue;
    const [objectId] = await frames.objects(frame, `found`);
    if (objectId === undefined) continue;
    if (await areFramesSeen(frames, frame, options)) found = { frame, objectId };
    else problem ??= 'hidden';
  }
  const box = found === undefined ? null : await boxOf(frames, found.frame, found.objectId);
  if (found === undefined) return { matched, problem: matched === 0 ? null : (problem ?? 'size') };
  // What no page ever shows, such as `<meta>`, has no box.
  return { ...found, matched, box: box ?? { x: 0, y: 0, width: 0, height: 0 } };
}

/** Whether a frame can be seen in each document around it. */
async function areFramesSeen(
  frames: FrameCalls,
  inner: PageFrame,
  { scroll }: { scroll: boolean },
): Promise<boolean> {
  for (let frame = inner; frame.parentId !== undefined;) {
    const parent = frames.find(frame.parentId);
    if (parent === undefined) return false;
    const { session } = parent;
    try {
      const { backendNodeId } = await session.send('DOM.getFrameOwner', { frameId: frame.frameId });
      const { object } = await session.send('DOM.resolveNode', { backendNodeId });
      // Chromium does not draw frames of another origin outside the window.
      const { result } = await session.send('Runtime.callFunctionOn', {
        objectId: object.objectId!,
        functionDeclaration: `function(){${scroll ? '__dpxdt.reveal(this,true);' : ''}return __dpxdt.isVisible(this)}`,
        returnByValue: true,
      });
      if (result.value !== true) return false;
    } catch {
      return false;
    }
    frame = parent;
  }
  return true;
}

/** Where an element is, relative to the page's window; null when it has no box. */
async function boxOf(frames: FrameCalls, frame: PageFrame, objectId: string): Promise<Rect | null> {
  const answer = await frame.session.send('DOM.getContentQuads', { objectId }).catch(() => undefined);
  const quads = answer?.quads ?? [];
  if (quads.length === 0) return null;
  const xs = quads.flatMap((quad) => quad.filter((_, at) => at % 2 === 0));
  const ys = quads.flatMap((quad) => quad.filter((_, at) => at % 2 === 1));
  const { x, y } = await originOf(frames, frame);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return { x: left + x, y: top + y, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/** Where the frames of another process begin; those of the page's own are measured from its window. */
async function originOf(frames: FrameCalls, inner: PageFrame): Promise<{ x: number; y: number }> {
  const origin = { x: 0, y: 0 };
  for (let frame = inner; frame.parentId !== undefined;) {
    const parent = frames.find(frame.parentId);
    if (parent === undefined) break;
    if (parent.session !== frame.session) {
      const { backendNodeId } = await parent.session.send('DOM.getFrameOwner', { frameId: frame.frameId });
      const { model } = await parent.session.send('DOM.getBoxModel', { backendNodeId });
      origin.x += model.content[0]!;
      origin.y += model.content[1]!;
    }
    frame = parent;
  }
  return origin;
}
