import { ProtocolError, type CdpSession } from '../cdp-connection.ts';
import { coveredBy } from './element-functions.ts';
import { callOn } from './call-on.ts';

/** CSS pixels of the window. */
export interface Point {
  x: number;
  y: number;
}

/** The middle of the first part of an element that the window shows; null: it shows none. */
export async function pointOf(
  session: CdpSession,
  objectId: string,
  window: { width: number; height: number },
): Promise<Point | null> {
  const { quads } = await session.send('DOM.getContentQuads', { objectId });
  const within = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
  for (const quad of quads) {
    const corners = [0, 2, 4, 6].map((index) => ({
      x: within(quad[index]!, window.width),
      y: within(quad[index + 1]!, window.height),
    }));
    if (areaOf(corners) <= 0.99) continue;
    const sum = corners.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }));
    return { x: sum.x / 4, y: sum.y / 4 };
  }
  return null;
}

/** The shoelace formula. */
function areaOf(corners: readonly Point[]): number {
  let area = 0;
  for (const [index, { x, y }] of corners.entries()) {
    const next = corners[(index + 1) % corners.length]!;
    area += (x * next.y - next.x * y) / 2;
  }
  return Math.abs(area);
}

/** What covers the element at a point, such as `<div class="overlay">`; empty: it receives the events itself. */
export async function coverAt(session: CdpSession, objectId: string, point: Point): Promise<string> {
  const { cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  const { backendNodeId } = await session.send('DOM.getNodeForLocation', {
    x: Math.floor(point.x + cssLayoutViewport.pageX),
    y: Math.floor(point.y + cssLayoutViewport.pageY),
  });
  const { object } = await session.send('DOM.resolveNode', { backendNodeId });
  try {
    const { result } = await session.send('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: String(coveredBy),
      arguments: [{ objectId: object.objectId! }],
      returnByValue: true,
    });
    return String(result.value);
  } catch (error) {
    if (!(error instanceof ProtocolError) || !/same JavaScript world/i.test(error.message)) throw error;
    // Another frame's element.
    return callOn<string>(session, object.objectId!, describeIt, []);
  }
}

function describeIt(this: Element): string {
  const copy = this.cloneNode(false) as Element;
  return (/^<[^>]*>/.exec(copy.outerHTML)?.[0] ?? `<${this.localName}>`).slice(0, 120);
}

export async function movePointer(session: CdpSession, point: Point): Promise<void> {
  await mouse(session, 'mouseMoved', point, 0);
}

/** Presses and releases the left button where the pointer is. */
export async function clickAt(session: CdpSession, point: Point, times: 1 | 2): Promise<void> {
  for (let count = 1; count <= times; count++) {
    await mouse(session, 'mousePressed', point, count);
    await mouse(session, 'mouseReleased', point, count);
  }
}

function mouse(
  session: CdpSession,
  type: 'mouseMoved' | 'mousePressed' | 'mouseReleased',
  { x, y }: Point,
  clickCount: number,
): Promise<unknown> {
  return session.send('Input.dispatchMouseEvent', {
    type,
    x,
    y,
    button: type === 'mouseMoved' ? 'none' : 'left',
    buttons: type === 'mousePressed' ? 1 : 0,
    clickCount,
    pointerType: 'mouse',
  });
}
