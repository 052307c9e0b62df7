/**
 * Runs inside every captured page, from before its first script: keeps the page hidden until it is ready,
 * detects when it is quiet, stops motion, and measures. Sent to the page as text after `page-clock.ts`, so it
 * uses nothing from outside itself.
 */

import type { PageClock } from './page-clock.ts';

interface QuietOptions {
  /** The document must not have changed for this long. */
  windowMs: number;
  /** Give up after this long. */
  capMs: number;
}

export interface QuietResult {
  quiet: boolean;
  /** What was still in progress when it gave up. */
  busy: string[];
}

interface StyleOptions {
  injectCss: string | null;
  hideSelectors: string[];
  removeSelectors: string[];
}

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

interface PageAgent {
  quiet(options: QuietOptions): Promise<QuietResult>;
  /** Scrolls every part of the page into view once, then back to the top. Returns the number of steps. */
  scrollThrough(options: { capMs: number; backToTop: boolean }): Promise<number>;
  /** Adds style sheets that work under any content security policy. Returns the selectors that match nothing. */
  addStyles(options: StyleOptions): string[];
  /** Stops motion, paints masks, and returns what to capture. Can be called before every screenshot. */
  prepareScreenshot(options: ScreenshotOptions): Promise<ScreenshotGeometry>;
  /** Shows the page, which has been hidden since its first script. */
  show(): void;
  busy(): string[];
  /** How many nodes the page has with those of its frames, if it is at most `limit`; else a greater number. */
  countNodes(limit: number): number;
}

export function installPageAgent(): void {
  const scope = window as unknown as { __dpxdt?: PageAgent; __dpxdtClock: PageClock };
  if (scope.__dpxdt !== undefined) return;
  const isTop = window.top === window;
  const { now: clock, sleep, frame, pending } = scope.__dpxdtClock;

  // --- style sheets that work under any content security policy ---------------------------------------------------
  const sheet = (css: string): CSSStyleSheet => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  const steady = sheet(
    '*,*::before,*::after{caret-color:transparent!important}html{scroll-behavior:auto!important}',
  );
  const hidden = sheet(':root{opacity:0!important}');
  const added: CSSStyleSheet[] = isTop ? [steady, hidden] : [steady];
  const keepSheets = (): void => {
    const present = document.adoptedStyleSheets;
    const missing = added.filter((one) => !present.includes(one));
    if (missing.length > 0) document.adoptedStyleSheets = [...present, ...missing];
  };
  const dropSheet = (gone: CSSStyleSheet): void => {
    const index = added.indexOf(gone);
    if (index !== -1) added.splice(index, 1);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== gone);
  };
  keepSheets();

  // --- quiet ------------------------------------------------------------------------------------------------------
  let lastChange = clock();
  new MutationObserver(() => (lastChange = clock())).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'src', 'srcset', 'href', 'hidden', 'open', 'd', 'points'],
  });

  const busy = (): string[] => {
    const found = pending();
    if (document.fonts.status === 'loading') found.push('fonts are loading');
    for (let i = 0; i < window.frames.length; i++) {
      try {
        found.push(...((window.frames[i] as unknown as { __dpxdt?: PageAgent }).__dpxdt?.busy() ?? []));
      } catch {
        // Another origin.
      }
    }
    return found;
  };

  async function quiet({ windowMs, capMs }: QuietOptions): Promise<QuietResult> {
    const start = clock();
    for (;;) {
      const now = clock();
      const reasons = busy();
      const stillFor = now - lastChange;
      if (stillFor < windowMs) reasons.push('the document keeps changing');
      if (reasons.length === 0) break;
      if (now - start >= capMs) return { quiet: false, busy: [...new Set(reasons)] };
      await sleep(Math.max(4, Math.min(windowMs - stillFor, 25)));
    }
    return { quiet: true, busy: [] };
  }

  async function scrollThrough(wanted: { capMs: number; backToTop: boolean }): Promise<number> {
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
  }

  // --- images ---------------------------------------------------------------------------------------------------
  // Decoding an image at full size before it is drawn makes Chromium scale it from that copy, or not, depending on
  // its cache: two results a few color steps apart. Drawing decodes anyway, so this only has to wait.
  HTMLImageElement.prototype.decode = async function decode(this: HTMLImageElement): Promise<void> {
    if (!this.complete) {
      await new Promise((resolve) => {
        this.addEventListener('load', resolve, { once: true });
        this.addEventListener('error', resolve, { once: true });
      });
    }
    if (this.naturalWidth === 0)
      throw new DOMException('The source image cannot be decoded.', 'EncodingError');
  };

  function countNodes(limit: number): number {
    let count = 0;
    const roots: Node[] = rootsOf(document);
    for (let root = roots.pop(); root !== undefined && count <= limit; root = roots.pop()) {
      const walker = document.createTreeWalker(root);
      for (let node = walker.nextNode(); node !== null && count <= limit; node = walker.nextNode()) {
        count++;
        // Null for a frame of another origin.
        if (node instanceof HTMLIFrameElement && node.contentDocument !== null)
          roots.push(node.contentDocument);
      }
    }
    return count;
  }

  // --- motion -----------------------------------------------------------------------------------------------------
  function rootsOf(root: Document | ShadowRoot): (Document | ShadowRoot)[] {
    const roots: (Document | ShadowRoot)[] = [root];
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot !== null) roots.push(...rootsOf(element.shadowRoot));
    }
    return roots;
  }

  /**
   * Finishes finite animations, resets infinite ones to their beginning; returns how many it stopped. Animated images and
   * SVG's animation elements never start (see `browser-flags.ts`).
   */
  function stopAnimations(root: Document | ShadowRoot): number {
    let count = 0;
    for (const animation of root.getAnimations()) {
      if (!(animation.timeline instanceof DocumentTimeline) || animation.playState === 'finished') continue;
      const endTime = animation.effect?.getComputedTiming().endTime;
      try {
        if (typeof endTime === 'number' && Number.isFinite(endTime) && animation.playbackRate > 0) {
          animation.finish();
          count++;
        } else if (animation.playState !== 'paused' || animation.currentTime !== 0) {
          animation.pause();
          animation.currentTime = 0;
          count++;
        }
      } catch {
        // An animation without a target cannot be moved and shows nothing.
      }
    }
    return count;
  }

  async function stopVideos(root: Document | ShadowRoot): Promise<void> {
    const videos = [...root.querySelectorAll('video')];
    await Promise.all(videos.map((video) => stopVideo(video)));
  }

  /** A video that has started shows its first frame, any other its poster. */
  async function stopVideo(video: HTMLVideoElement): Promise<void> {
    video.autoplay = false;
    if (!video.paused) video.pause();
    if (video.currentTime === 0 || !Number.isFinite(video.duration)) return;
    const seeked = new Promise<void>((resolve) => {
      video.addEventListener('seeked', () => resolve(), { once: true });
    });
    video.currentTime = 0;
    await Promise.race([seeked, sleep(1_000)]);
  }

  // --- the screenshot -----------------------------------------------------------------------------------------------------
  let maskHost: HTMLElement | undefined;
  let maskRoot: ShadowRoot | undefined;

  function addStyles(wanted: StyleOptions): string[] {
    for (const selector of wanted.hideSelectors)
      added.push(sheet(`${selector}{visibility:hidden!important}`));
    for (const selector of wanted.removeSelectors) added.push(sheet(`${selector}{display:none!important}`));
    if (wanted.injectCss !== null) {
      added.push(sheet(wanted.injectCss));
      if (/@import\b/i.test(wanted.injectCss)) {
        // Constructed sheets ignore @import; a style element loads it if the page's policy allows.
        const style = document.createElement('style');
        style.textContent = wanted.injectCss;
        document.documentElement.append(style);
      }
    }
    keepSheets();
    return [...wanted.hideSelectors, ...wanted.removeSelectors].filter(
      (selector) => document.querySelector(selector) === null,
    );
  }

  function paintMasks(selectors: string[]): void {
    if (selectors.length === 0) return;
    if (maskHost === undefined || maskRoot === undefined) {
      maskHost = document.createElement('div');
      maskRoot = maskHost.attachShadow({ mode: 'closed' });
    }
    maskHost.style.cssText =
      'all:initial!important;position:absolute!important;left:0!important;top:0!important;width:0!important;height:0!important;z-index:2147483647!important;pointer-events:none!important';
    if (!maskHost.isConnected) document.documentElement.append(maskHost);
    const origin = maskHost.getBoundingClientRect();
    const boxes: HTMLElement[] = [];
    for (const selector of selectors) {
      for (const element of document.querySelectorAll(selector)) {
        const rect = element.getBoundingClientRect();
        if (rect.width === 0 || rect.height === 0) continue;
        const box = document.createElement('div');
        box.style.cssText = `position:absolute;background:#ff00ff;left:${rect.left - origin.left}px;top:${rect.top - origin.top}px;width:${rect.width}px;height:${rect.height}px`;
        boxes.push(box);
      }
    }
    maskRoot.replaceChildren(...boxes);
  }

  async function prepareScreenshot(wanted: ScreenshotOptions): Promise<ScreenshotGeometry> {
    keepSheets();
    let stopped = 0;
    const roots = rootsOf(document);
    for (const root of roots) stopped += stopAnimations(root);
    for (const root of roots) await stopVideos(root);
    paintMasks(wanted.mask);
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
  }

  const agent: PageAgent = {
    quiet,
    scrollThrough,
    addStyles,
    prepareScreenshot,
    show: () => dropSheet(hidden),
    busy,
    countNodes,
  };
  Object.defineProperty(window, '__dpxdt', { value: agent });
}
