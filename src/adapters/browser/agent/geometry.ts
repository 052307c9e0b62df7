import type { HidingWanted } from './hiding.ts';
import type { PageAgent } from './page-agent.ts';

/** Selectors, each as its parts between `>>`. */
export interface ScreenshotWanted extends HidingWanted {
  mask: string[][];
  /** The only element to capture, in this document. */
  selector: string[] | null;
  /** Still copies of images that move, by their addresses. */
  images: Readonly<Record<string, string>>;
}

/** CSS pixels of the document. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The element that a selector means, if there is one. */
export interface ElementFound {
  /** How many elements match. */
  matched: number;
  /** The first one that can be seen, or null when none can. */
  box: Rect | null;
  /** Why the first one cannot be seen. */
  problem: 'size' | 'hidden' | null;
}

export interface ScreenshotGeometry {
  /** `x` is where the page begins: negative where it reaches to the left of its first window, as right-to-left pages do. */
  page: { x: number; width: number; height: number };
  viewport: Rect;
  /** The element of `selector`; null when none was asked for. */
  element: ElementFound | null;
  /** Whether the document is complete. */
  isComplete: boolean;
  /** Whether it may have changed since its nodes were counted. */
  hasChanged: boolean;
}

/** What {@link Geometry.findOne} found out. */
export interface Search {
  isFound: boolean;
  matched: number;
  problem: ElementFound['problem'];
}

export interface Geometry {
  /** Hides, stops motion, paints masks, and returns what to capture. Can be called before every screenshot. */
  prepareScreenshot(options: ScreenshotWanted): Promise<ScreenshotGeometry>;
  /**
   * Seeks the first element that can be seen, and leaves it in `found`.
   *
   * @param isWanted scrolls the scrollers around it so that it can be seen there
   */
  findOne(steps: string[], isWanted: boolean): Search;
  /** CSS pixels that people can scroll to the left of the first window, in right-to-left and vertical pages. */
  leftward(): number;
  /** The element that was found last, or none. */
  found: Element[];
}

export function installGeometry(agent: PageAgent): void {
  agent.leftward = () => {
    const scroller = document.scrollingElement;
    if (scroller === null) return 0;
    const { writingMode, direction } = getComputedStyle(document.body ?? scroller);
    const isLeftward = writingMode === 'horizontal-tb' ? direction === 'rtl' : writingMode.endsWith('-rl');
    return isLeftward ? Math.max(0, scroller.scrollWidth - scroller.clientWidth) : 0;
  };

  agent.found = [];
  agent.findOne = (steps, isWanted) => {
    const found = agent.findAll(steps);
    const element = found.find((one) => agent.isVisible(one));
    const [first] = found;
    agent.found = element === undefined ? [] : [element];
    if (element !== undefined && isWanted) agent.reveal(element, false);
    const isHidden = first !== undefined && getComputedStyle(first).visibility !== 'visible';
    const problem = element !== undefined || first === undefined ? null : isHidden ? 'hidden' : 'size';
    return { isFound: element !== undefined, matched: found.length, problem };
  };

  const elementFound = (steps: string[]): ElementFound => {
    const { matched, problem } = agent.findOne(steps, true);
    const box = agent.found[0]?.getBoundingClientRect();
    const rect = box && {
      x: box.x + window.scrollX,
      y: box.y + window.scrollY,
      width: box.width,
      height: box.height,
    };
    return { matched, problem, box: rect ?? null };
  };

  agent.prepareScreenshot = async (wanted) => {
    const hasChanged = agent.hasChangedSinceCount();
    agent.keepSheets();
    agent.clearMasks();
    agent.hideAndRemove(wanted);
    await Promise.all([agent.stopMotion(), agent.replaceImages(wanted.images)]);
    const element = wanted.selector === null ? null : elementFound(wanted.selector);
    agent.paintMasks(wanted.mask);
    const root = document.documentElement as Element | null;
    const scroller = document.scrollingElement ?? root;
    return {
      page: {
        x: 0 - agent.leftward(),
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
      element,
      isComplete: document.readyState === 'complete',
      hasChanged,
    };
  };
}
