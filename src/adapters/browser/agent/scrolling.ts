import type { PageAgent } from './page-agent.ts';

export interface Scrolling {
  /** Scrolls every part of the page into view once, then back to the top. Returns the number of steps. */
  scrollThrough(options: { capMs: number; backToTop: boolean }): Promise<number>;
}

export function installScrolling(agent: PageAgent): void {
  const { now: clock, frame } = agent.clock;

  agent.scrollThrough = async (wanted) => {
    const root = document.scrollingElement;
    if (root === null || root.scrollHeight <= window.innerHeight + 1) return 0;
    const before = { left: window.scrollX, top: window.scrollY };
    const end = clock() + wanted.capMs;
    const step = Math.max(200, window.innerHeight);
    const farthest = root.scrollHeight * 2;
    let steps = 0;
    for (let top = 0; top < Math.min(root.scrollHeight, farthest) && clock() < end; top += step) {
      window.scrollTo({ left: 0, top, behavior: 'instant' });
      steps++;
      await frame();
    }
    window.scrollTo(
      wanted.backToTop ? { left: 0, top: 0, behavior: 'instant' } : { ...before, behavior: 'instant' },
    );
    await frame();
    await frame();
    return steps;
  };
}
