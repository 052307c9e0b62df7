import type { CdpSession } from './cdp-connection.ts';
import type { Rect } from './agent/geometry.ts';

/** Takes screenshots of one page. */
export interface Camera {
  /** Whether it draws what lies to the left of the first window, in pages that reach there. */
  readonly reachesLeft: boolean;
  /** Called before the first screenshot of an area, counted from the left edge of the page. */
  makeRoom(area: Rect): Promise<void>;
  /**
   * One screenshot of a part of the document, as base64 of a PNG (8-bit RGB or RGBA, not interlaced).
   *
   * @param pageLeft where the page begins, in CSS pixels of the document
   */
  take(area: Rect, pageLeft: number): Promise<string>;
}

export function chromiumCamera(session: CdpSession, viewport: { width: number; height: number }): Camera {
  return {
    reachesLeft: true,
    makeRoom: (area) => enlargeSurface(session, area, viewport),
    take: (area, pageLeft) => takeScreenshot(session, { ...area, x: area.x - pageLeft }),
  };
}

/**
 * Makes the rendering surface large enough for an area of the document, without the page noticing: its viewport,
 * and with it every `vh`, does not change, and no `resize` event fires. Screenshots of a constant surface take
 * a third less time than those for which Chromium enlarges and restores it each time (`captureBeyondViewport`).
 */
async function enlargeSurface(
  session: CdpSession,
  area: Rect,
  viewport: { width: number; height: number },
): Promise<void> {
  await session.send('Emulation.setVisibleSize', {
    width: Math.max(viewport.width, area.x + area.width),
    height: Math.max(viewport.height, area.y + area.height),
  });
}

async function takeScreenshot(session: CdpSession, area: Rect): Promise<string> {
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'png',
    optimizeForSpeed: true,
    clip: { ...area, scale: 1 },
  });
  return data;
}

/** Width and height of a PNG, from its header. */
export function pngSize(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
