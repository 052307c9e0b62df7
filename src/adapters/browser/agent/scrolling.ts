import type { PageAgent } from './page-agent.ts';

export interface ScrollWanted {
  capMs: number;
  backToTop: boolean;
}

export interface Scrolling {
  /** Scrolls every part of the page into view once, then back to the top. Returns the number of windows that it has. */
  scrollThrough(options: ScrollWanted): Promise<number>;
}

export function installScrolling(agent: PageAgent): void {
  const { now, drawn } = agent.clock;
  /** A part of the page must be seen by more than half, or away from the edges of the window. */
  let isDemanding = false;
  if (agent.isTop) {
    const RealObserver = window.IntersectionObserver;
    window.IntersectionObserver = new Proxy(RealObserver, {
      construct(target, args: ConstructorParameters<typeof IntersectionObserver>, newTarget) {
        const { threshold = 0, rootMargin = '' } = args[1] ?? {};
        isDemanding ||= [threshold].flat().some((share) => share > 0.5) || rootMargin.includes('-');
        return Reflect.construct(target, args, newTarget) as IntersectionObserver;
      },
    });
    RealObserver.prototype.constructor = window.IntersectionObserver;
  }

  agent.scrollThrough = async (wanted) => {
    const root = document.scrollingElement;
    if (root === null) return 0;
    // What people cannot scroll to is not waited for.
    const isFixedSideways = [document.documentElement, document.body].some(
      (one: Element | null) => one !== null && getComputedStyle(one).overflowX === 'hidden',
    );
    const isWide = root.scrollWidth > window.innerWidth + 1 && !isFixedSideways;
    if (root.scrollHeight <= window.innerHeight + 1 && !isWide) return 0;
    const isDrawn = agent.isDrawn();
    agent.watchScroll();
    const before = { left: window.scrollX, top: window.scrollY };
    // Where two windows meet, a part may be seen by half in each, and at their edges.
    const step = Math.max(60, isDemanding ? window.innerHeight / 3 : Math.max(200, window.innerHeight));
    // What is appended on the way is left out, so there is no need to follow it; images that get their height are.
    const farthest = root.scrollHeight * 2;
    // What lies beside the window is seen row by row.
    const lefts = [0];
    const toLeft = agent.leftward() > 0;
    for (let left = window.innerWidth; isWide && left < root.scrollWidth; left += window.innerWidth)
      lefts.push(toLeft ? -left : left);
    let spentMs = 0;
    let steps = 0;
    for (
      let top = 0;
      top < Math.min(root.scrollHeight - agent.appendedHeight(), farthest) && spentMs < wanted.capMs;
      top += step
    ) {
      steps++;
      for (const left of lefts) {
        // Where the first window was drawn as it is now, another frame brings nothing.
        if (top === 0 && left === 0 && before.left === 0 && before.top === 0 && isDrawn) continue;
        window.scrollTo({ left, top, behavior: 'instant' });
        const start = now();
        await drawn();
        // A busy machine draws fewer frames; the page must be seen to its end all the same.
        spentMs += Math.min(now() - start, 50);
      }
    }
    window.scrollTo(
      wanted.backToTop ? { left: 0, top: 0, behavior: 'instant' } : { ...before, behavior: 'instant' },
    );
    agent.needFrames();
    return steps;
  };
}
