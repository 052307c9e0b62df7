import type { PageAgent } from './page-agent.ts';
import type { ScrollWanted } from './scrolling.ts';
import type { TidyResult } from './scroll-effects.ts';

export interface CutScroller {
  selector: string;
  /** CSS pixels of its content that its box has no room for. */
  hiddenHeight: number;
}

export interface WholeShown {
  /** The large inner scrollers whose content is cut, unless they were let grow. */
  cut: CutScroller[];
  /** Windows that were scrolled through; 0: the page is no taller than one, or was not scrolled. */
  windows: number;
}

export interface WholePage {
  /**
   * Shows what browsers draw only inside the window (skipped content, fixed backgrounds), and scrolls through the page.
   *
   * @param options `expand` lets inner scrollers grow; without `scroll`, the page is not scrolled
   */
  showWhole(options: { expand: boolean; scroll: ScrollWanted | null }): Promise<WholeShown>;
  /** Shows the content of this document that browsers skip outside the window. */
  showSkipped(): void;
  /** Undoes what scrolling did, and seeks the frames that are not drawn; in one call, of which each page needs one. */
  afterScroll(): TidyResult & { framesBelow: string[] };
  /** CSS pixels. */
  pageHeight(): number;
  /** The frames of other origins below the first window, which browsers do not draw there. */
  framesBelow(): string[];
  /** Where everything on the page is, as a digest: equal when nothing has moved or changed its size. */
  layoutDigest(): number;
}

export function installWholePage(agent: PageAgent): void {
  /** Share of the window that an inner scroller covers if the page lives in it. */
  const mainShare = 0.4;
  const slack = 4;

  const set = (element: Element, styles: Record<string, string>): void => {
    agent.clock.noteChange();
    for (const [name, value] of Object.entries(styles))
      (element as HTMLElement).style.setProperty(name, value, 'important');
  };

  const isMainScroller = (element: Element, { overflowY, visibility }: CSSStyleDeclaration): boolean => {
    // Dialogs that lock scrolling make the body as high as the window, and hide the rest.
    const isLocked = element === document.body && overflowY === 'hidden';
    if (overflowY !== 'auto' && overflowY !== 'scroll' && !isLocked) return false;
    if (element === document.scrollingElement || element instanceof HTMLTextAreaElement) return false;
    if (element === document.body && getComputedStyle(document.documentElement).overflowY === 'visible')
      return false;
    const { width, height } = element.getBoundingClientRect();
    const share = (width * height) / (window.innerWidth * window.innerHeight);
    return visibility === 'visible' && share >= mainShare;
  };

  /** Lets an element be as tall as its content, and everything around it too. */
  function grow(element: Element): void {
    const height = element.scrollHeight + (element as HTMLElement).offsetHeight - element.clientHeight;
    const { position } = getComputedStyle(element);
    set(element, {
      height: `${height}px`,
      'max-height': 'none',
      overflow: 'visible',
      flex: 'none',
      contain: 'none',
    });
    if (position === 'fixed') set(element, { position: 'absolute' });
    if (position === 'fixed' || position === 'absolute') set(element, { bottom: 'auto' });
    for (let up = element.parentElement; up !== null; up = up.parentElement) {
      const style = getComputedStyle(up);
      set(up, {
        'min-height': `${up.offsetHeight}px`,
        height: 'auto',
        'max-height': 'none',
        overflow: 'visible',
        contain: 'none',
      });
      if (style.position === 'fixed') set(up, { position: 'absolute' });
      if (style.position === 'fixed' || style.position === 'absolute') set(up, { bottom: 'auto' });
    }
  }

  const unskip = (element: Element, { contentVisibility }: CSSStyleDeclaration): void => {
    if (contentVisibility === 'auto') set(element, { 'content-visibility': 'visible' });
  };

  agent.showSkipped = () => {
    for (const root of agent.rootsOf(document, 'known')) {
      for (const element of root.querySelectorAll('*')) unskip(element, getComputedStyle(element));
    }
  };

  /** Whether the style sheets of a root speak of anything fixed besides positions, or cannot be read. */
  const mayFixBackgrounds = (root: Document | ShadowRoot): boolean =>
    [...root.styleSheets, ...root.adoptedStyleSheets].some((sheet) => {
      try {
        return [...sheet.cssRules].some(
          (rule) => rule instanceof CSSImportRule || /(?<!position: )\bfixed\b/.test(rule.cssText),
        );
      } catch {
        return true;
      }
    });
  const isFixedBehind = (element: Element, pseudo: string): boolean =>
    getComputedStyle(element, pseudo).backgroundAttachment.includes('fixed');

  agent.showWhole = async ({ expand, scroll }) => {
    const cut: CutScroller[] = [];
    const isTall = agent.pageHeight() > window.innerHeight + 1;
    let hasFixedPseudo = false;
    for (const root of agent.rootsOf(document, 'known')) {
      // A new style sheet costs a frame, and each pseudo-element some time.
      const seeksPseudo = isTall && mayFixBackgrounds(root);
      for (const element of root.querySelectorAll('*')) {
        const style = getComputedStyle(element);
        unskip(element, style);
        if (isTall && style.backgroundAttachment.includes('fixed'))
          set(element, { 'background-attachment': 'scroll' });
        if (seeksPseudo)
          hasFixedPseudo ||= ['::before', '::after'].some((one) => isFixedBehind(element, one));
        const hiddenHeight = element.scrollHeight - element.clientHeight;
        if (hiddenHeight <= slack || element.clientHeight === 0 || !isMainScroller(element, style)) continue;
        if (expand) grow(element);
        else cut.push({ selector: agent.describe(element), hiddenHeight });
      }
    }
    if (hasFixedPseudo)
      agent.addSheet('*::before,*::after{background-attachment:scroll!important}', 'everywhere');
    // Those of other origins are drawn in a window as tall as the page.
    for (const inner of agent.agents().slice(1)) inner.showSkipped();
    return { cut, windows: scroll === null ? 0 : await agent.scrollThrough(scroll) };
  };

  agent.afterScroll = () => ({ ...agent.tidyScroll(), framesBelow: agent.framesBelow() });

  agent.pageHeight = () =>
    Math.max(document.scrollingElement?.scrollHeight ?? 0, document.documentElement?.scrollHeight ?? 0);

  const isForeign = (frame: HTMLIFrameElement): boolean => {
    try {
      return frame.contentDocument === null;
    } catch {
      return true;
    }
  };

  agent.framesBelow = () =>
    agent
      .rootsOf(document, 'known')
      .flatMap((root) => [...root.querySelectorAll('iframe')])
      .filter((frame) => {
        const { top, height } = frame.getBoundingClientRect();
        return height > 0 && top + window.scrollY >= window.innerHeight && isForeign(frame);
      })
      .map((frame) => agent.describe(frame));

  agent.layoutDigest = () => {
    let digest = 0;
    for (const root of agent.rootsOf(document, 'known')) {
      for (const element of root.querySelectorAll('*')) {
        const { x, y, width, height } = element.getBoundingClientRect();
        for (const value of [x, y + window.scrollY, width, height])
          digest = (Math.imul(digest, 31) + Math.round(value * 64)) | 0;
      }
    }
    return digest;
  };
}
