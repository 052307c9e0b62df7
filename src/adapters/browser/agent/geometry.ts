import type { PageAgent } from './page-agent.ts';

interface ScreenshotOptions {
  mask: string[];
  selector: string | null;
}

/** CSS pixels of the document. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ScreenshotGeometry {
  page: { width: number; height: number };
  viewport: Rect;
  /** The element of `selector`; null when nothing matches. */
  element: Rect | null;
  /** How many animations this call stopped. */
  stopped: number;
}

export interface Geometry {
  /** Stops motion, paints masks, and returns what to capture. Can be called before every screenshot. */
  prepareScreenshot(options: ScreenshotOptions): Promise<ScreenshotGeometry>;
}

export function installGeometry(agent: PageAgent): void {
  agent.prepareScreenshot = async (wanted) => {
    agent.keepSheets();
    const stopped = await agent.stopMotion();
    agent.paintMasks(wanted.mask);
    const root = document.documentElement as Element | null;
    const scroller = document.scrollingElement ?? root;
    const element = wanted.selector === null ? null : document.querySelector(wanted.selector);
    const box = element?.getBoundingClientRect();
    return {
      page: {
        width: Math.max(
          scroller?.scrollWidth ?? 0,
          root?.scrollWidth ?? 0,
          root?.clientWidth ?? window.innerWidth,
        ),
        height: Math.max(
          scroller?.scrollHeight ?? 0,
          root?.scrollHeight ?? 0,
          root?.clientHeight ?? window.innerHeight,
        ),
      },
      viewport: {
        x: window.scrollX,
        y: window.scrollY,
        width: window.innerWidth,
        height: window.innerHeight,
      },
      element:
        box === undefined
          ? null
          : { x: box.x + window.scrollX, y: box.y + window.scrollY, width: box.width, height: box.height },
      stopped,
    };
  };
}
