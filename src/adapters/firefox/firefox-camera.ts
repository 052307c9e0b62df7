import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import { evaluate } from '../browser/evaluate.ts';
import { CaptureFailed } from '../browser/failures.ts';
import { pngSize, type Camera } from '../browser/screenshot.ts';
import { settleDrawing, stretchRoot } from './before-screenshot.ts';
import type { FirefoxPage } from './firefox-page.ts';

/** Firefox draws a screenshot on a canvas, of at most this many device pixels on each side. */
const maxSidePixels = 32_767;

export function firefoxCamera(
  page: FirefoxPage,
  { deviceScaleFactor: scale, viewportSize }: ResolvedCaptureConfig,
): Camera {
  const asPixels = (length: number): number => Math.floor(length * scale);
  return {
    reachesLeft: false,
    makeRoom: async ({ x, y, width, height }) => {
      const longest = asPixels(Math.max(width, height));
      if (longest > maxSidePixels) throw tooLong(`The page is ${count(longest)} pixels long for Firefox`);
      await evaluate(page, `(${String(stretchRoot)})(${x + width}, ${y + height})`);
    },
    take: async (area) => {
      const scrolled = await evaluate<{ x: number; y: number }>(page, `(${String(settleDrawing)})()`);
      const seen = { ...area, x: area.x - scrolled.x, y: area.y - scrolled.y };
      const isInWindow =
        Math.min(seen.x, seen.y) >= 0 &&
        seen.x + seen.width <= viewportSize.width &&
        seen.y + seen.height <= viewportSize.height;
      const screenshot = isInWindow
        ? await page.screenshot('viewport', seen)
        : await page.screenshot('document', area);
      const { width, height } = pngSize(Buffer.from(screenshot.slice(0, 64), 'base64'));
      if (width >= asPixels(area.width) && height >= asPixels(area.height)) return screenshot;
      throw tooLong(`Firefox drew only ${count(width)} × ${count(height)} pixels of the page`);
    },
  };
}

function count(pixels: number): string {
  return pixels.toLocaleString('en-US');
}

function tooLong(what: string): CaptureFailed {
  return new CaptureFailed(
    'page_too_large',
    `${what}; it draws at most ${count(maxSidePixels)} on a side. Capture a part of the page with clipRect or selector, or all of it in Chromium.`,
  );
}
