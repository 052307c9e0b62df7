import type { CdpSession } from './cdp-connection.ts';
import type { Rect } from './page-agent.ts';

/** One shot of a part of the document, as base64 of a PNG (8-bit RGB or RGBA, not interlaced). */
export async function takeShot(session: CdpSession, area: Rect, beyondViewport: boolean): Promise<string> {
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'png',
    optimizeForSpeed: true,
    captureBeyondViewport: beyondViewport,
    clip: { ...area, scale: 1 },
  });
  return data;
}

/** Width and height of a PNG, from its header. */
export function pngSize(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
