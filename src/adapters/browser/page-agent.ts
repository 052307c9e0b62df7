/**
 * What runs inside every captured page, from before its first script: it keeps the page hidden until it is ready,
 * knows whether it is quiet, stops what moves, and measures. The function is sent to the page as text, so it uses
 * nothing from outside itself.
 */

export interface AgentOptions {
  /** Epoch milliseconds at which the page's clock stands; null leaves it running. */
  frozenAt: number | null;
  /** Start of the fixed random sequence; null leaves randomness alone. */
  randomSeed: number | null;
}

export interface QuietOptions {
  /** The document must not have changed for this long. */
  windowMs: number;
  /** Give up after this long. */
  capMs: number;
}

export interface QuietResult {
  quiet: boolean;
  /** What was still going on, when it gave up. */
  busy: string[];
}

export interface StyleOptions {
  injectCss: string | null;
  hideSelectors: string[];
  removeSelectors: string[];
}

export interface ShotOptions {
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

export interface ShotGeometry {
  page: { width: number; height: number };
  viewport: Rect;
  /** The element of `selector`; null when nothing matches. */
  element: Rect | null;
  /** How many animations this call stopped. */
  stopped: number;
}

export interface PageAgent {
  quiet(options: QuietOptions): Promise<QuietResult>;
  /** Brings every part of the page into view once, then goes back to the top. Returns how many steps it took. */
  scrollThrough(options: { capMs: number; backToTop: boolean }): Promise<number>;
  /** Adds style sheets that hold under any content security policy. Returns the selectors that match nothing. */
  addStyles(options: StyleOptions): string[];
  /** Shows the page, stops what moves, paints masks; says what to shoot. Safe to call before every shot. */
  prepareShot(options: ShotOptions): Promise<ShotGeometry>;
  setShooting(on: boolean): void;
  busy(): string[];
}

export function installPageAgent(options: AgentOptions): void {
  const scope = window as unknown as { __dpxdt?: PageAgent };
  if (scope.__dpxdt !== undefined) return;
  const isTop = window.top === window;
  const realSetTimeout = window.setTimeout.bind(window);
  const realClearTimeout = window.clearTimeout.bind(window);
  const realSetInterval = window.setInterval.bind(window);
  const realClearInterval = window.clearInterval.bind(window);
  const realFrame = window.requestAnimationFrame.bind(window);
  const realCancelFrame = window.cancelAnimationFrame.bind(window);
  const clock = performance.now.bind(performance);
  const frozen = options.frozenAt !== null;
  /** One-shot timers up to this delay are waited for: what they do belongs to the page's first picture. */
  const awaitedDelayMs = 1_000;
  /** A chain of timers longer than this is a heartbeat, not a start. */
  const awaitedChain = 10;
  const awaitedTimers = 60;
  const frozenFrames = 60;
  const frozenTicks = 20;
  const frozenLongestDelayMs = 1_000;
  const frameMs = 1000 / 60;

  // --- timers and frames ----------------------------------------------------------------------------------------
  const pendingTimers = new Set<number>();
  const liveFrames = new Set<number>();
  let timerLevel = 0;
  let timersFired = 0;
  let frameLevel = 0;
  let virtualMs = 0;
  let deadTimer = 2 ** 30;

  const runAtLevel = (level: number, run: () => void): void => {
    const before = timerLevel;
    timerLevel = level;
    try {
      run();
    } finally {
      // After the promises that the callback settled, so that `await sleep()` loops count as one chain.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => (timerLevel = before))));
    }
  };

  window.setTimeout = function setTimeout(handler: TimerHandler, delay?: number, ...args: unknown[]): number {
    const ms = Number(delay) || 0;
    const level = timerLevel + 1;
    if (frozen && (ms >= frozenLongestDelayMs || level > frozenTicks)) return deadTimer++;
    if (typeof handler !== 'function' || ms > awaitedDelayMs) return realSetTimeout(handler, ms, ...args);
    const awaited = frozen || (level <= awaitedChain && timersFired < awaitedTimers);
    const id = realSetTimeout(() => {
      if (pendingTimers.delete(id)) timersFired++;
      runAtLevel(level, () => void (handler as (...rest: unknown[]) => void).apply(window, args));
    }, ms);
    if (awaited) pendingTimers.add(id);
    return id;
  } as typeof window.setTimeout;
  window.clearTimeout = function clearTimeout(id?: number): void {
    pendingTimers.delete(id!);
    realClearTimeout(id);
  } as typeof window.clearTimeout;

  if (frozen) {
    window.setInterval = function setInterval(
      handler: TimerHandler,
      delay?: number,
      ...args: unknown[]
    ): number {
      const ms = Number(delay) || 0;
      if (ms >= frozenLongestDelayMs) return deadTimer++;
      if (typeof handler !== 'function') return realSetInterval(handler, ms, ...args);
      let ticks = 0;
      const id = realSetInterval(() => {
        if (++ticks >= frozenTicks) {
          pendingTimers.delete(id);
          realClearInterval(id);
        }
        (handler as (...rest: unknown[]) => void).apply(window, args);
      }, ms);
      pendingTimers.add(id);
      return id;
    } as typeof window.setInterval;
    window.clearInterval = function clearInterval(id?: number): void {
      pendingTimers.delete(id!);
      realClearInterval(id);
    } as typeof window.clearInterval;
    window.requestAnimationFrame = function requestAnimationFrame(callback: FrameRequestCallback): number {
      const level = frameLevel + 1;
      if (level > frozenFrames) return deadTimer++;
      const id = realFrame(() => {
        liveFrames.delete(id);
        const before = frameLevel;
        frameLevel = level;
        virtualMs = level * frameMs;
        try {
          callback(virtualMs);
        } finally {
          frameLevel = before;
          virtualMs = 0;
        }
      });
      liveFrames.add(id);
      return id;
    };
    window.cancelAnimationFrame = function cancelAnimationFrame(id: number): void {
      liveFrames.delete(id);
      realCancelFrame(id);
    };
    stopClock(options.frozenAt!);
  }

  function stopClock(at: number): void {
    const RealDate = Date;
    const FrozenDate = function Date(this: unknown, ...args: unknown[]): unknown {
      if (new.target === undefined) return new RealDate(at).toString();
      return Reflect.construct(
        RealDate,
        args.length === 0 ? [at] : args,
        new.target === (FrozenDate as unknown) ? RealDate : new.target,
      );
    } as unknown as DateConstructor;
    Object.setPrototypeOf(FrozenDate, RealDate);
    Object.defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype });
    Object.defineProperty(FrozenDate, 'now', { value: () => at, writable: true, configurable: true });
    Object.defineProperty(RealDate.prototype, 'constructor', {
      value: FrozenDate,
      writable: true,
      configurable: true,
    });
    window.Date = FrozenDate;
    Performance.prototype.now = function now(): number {
      return virtualMs;
    };
  }

  if (options.randomSeed !== null) {
    // mulberry32
    let state = options.randomSeed >>> 0;
    const next = (): number => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    };
    Math.random = function random(): number {
      return next() / 2 ** 32;
    };
    const fill = function getRandomValues<T extends ArrayBufferView | null>(this: unknown, view: T): T {
      if (view !== null) {
        const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
        for (let i = 0; i < bytes.length; i++) bytes[i] = next() & 255;
      }
      return view;
    };
    Crypto.prototype.getRandomValues = fill;
    Crypto.prototype.randomUUID = function randomUUID(): ReturnType<Crypto['randomUUID']> {
      const hex = Array.from({ length: 32 }, () => (next() & 15).toString(16));
      hex[12] = '4';
      hex[16] = '89ab'[next() & 3]!;
      const text = hex.join('');
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
    };
  }

  // --- style sheets that no content security policy stops ---------------------------------------------------------
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

  // --- taking a shot of more than the viewport resizes it for a moment: the page must not react ---------------------
  let shooting = false;
  const swallow = (event: Event): void => {
    if (shooting) event.stopImmediatePropagation();
  };
  window.addEventListener('resize', swallow, true);
  window.visualViewport?.addEventListener('resize', swallow, true);

  // --- quiet ------------------------------------------------------------------------------------------------------
  let lastChange = clock();
  new MutationObserver(() => (lastChange = clock())).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'src', 'srcset', 'href', 'hidden', 'open', 'd', 'points'],
  });

  const sleep = (ms: number): Promise<void> => new Promise((resolve) => realSetTimeout(resolve, ms));
  const frame = (): Promise<void> => new Promise((resolve) => realFrame(() => resolve()));

  const busy = (): string[] => {
    const found: string[] = [];
    if (document.fonts.status === 'loading') found.push('fonts are loading');
    if (pendingTimers.size > 0) found.push('short timers are pending');
    if (liveFrames.size > 0) found.push('animation frames are pending');
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
    await decodeImages(Math.max(50, capMs - (clock() - start)));
    return { quiet: true, busy: [] };
  }

  async function decodeImages(capMs: number): Promise<void> {
    const images = [...document.images].filter((image) => image.complete && image.naturalWidth > 0);
    if (images.length === 0) return;
    await Promise.race([
      Promise.all(images.map((image) => image.decode().catch(() => undefined))),
      sleep(capMs),
    ]);
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

  // --- what moves -------------------------------------------------------------------------------------------------
  function rootsOf(root: Document | ShadowRoot): (Document | ShadowRoot)[] {
    const roots: (Document | ShadowRoot)[] = [root];
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot !== null) roots.push(...rootsOf(element.shadowRoot));
    }
    return roots;
  }

  /** Ends what ends, puts what never ends to its beginning. Returns how many it stopped. */
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
    for (const svg of root.querySelectorAll('svg')) {
      if (
        svg.ownerSVGElement !== null ||
        svg.querySelector('animate,animateTransform,animateMotion,set') === null
      ) {
        continue;
      }
      const endless = svg.querySelector('[repeatCount="indefinite"],[repeatDur="indefinite"]') !== null;
      svg.pauseAnimations();
      svg.setCurrentTime(endless ? 0 : 3_600);
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

  // --- the shot -----------------------------------------------------------------------------------------------------
  let maskHost: HTMLElement | undefined;
  let maskRoot: ShadowRoot | undefined;

  function addStyles(wanted: StyleOptions): string[] {
    for (const selector of wanted.hideSelectors)
      added.push(sheet(`${selector}{visibility:hidden!important}`));
    for (const selector of wanted.removeSelectors) added.push(sheet(`${selector}{display:none!important}`));
    if (wanted.injectCss !== null) {
      added.push(sheet(wanted.injectCss));
      if (/@import\b/i.test(wanted.injectCss)) {
        // Constructed sheets ignore @import; an element obeys it where the page's policy allows.
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

  async function prepareShot(wanted: ShotOptions): Promise<ShotGeometry> {
    dropSheet(hidden);
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
    prepareShot,
    busy,
    setShooting: (on) => {
      shooting = on;
    },
  };
  Object.defineProperty(window, '__dpxdt', { value: agent });
}
