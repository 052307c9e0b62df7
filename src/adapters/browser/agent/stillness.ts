import type { PageAgent } from './page-agent.ts';

export interface Stillness {
  /** Stops all motion in this document. Can be called before every screenshot. */
  stopMotion(): Promise<void>;
  /** Stops motion in the shadow tree that a node is in, and remembers the tree. */
  stopAround(node: Node): void;
}

export function installStillness(agent: PageAgent): void {
  const liveTransitions = new Set<ViewTransition>();

  function followViewTransition(transition: ViewTransition): void {
    liveTransitions.add(transition);
    const done = (): boolean => liveTransitions.delete(transition);
    transition.finished.then(done, done);
    // Skipping rejects it, and the page may not handle that.
    transition.ready.catch(() => undefined);
  }

  for (const prototype of [Document.prototype, Element.prototype] as {
    startViewTransition?: Document['startViewTransition'];
  }[]) {
    const start = prototype.startViewTransition;
    if (start === undefined) continue;
    prototype.startViewTransition = function startViewTransition(this: Document, ...args): ViewTransition {
      const transition = start.apply(this, args);
      followViewTransition(transition);
      return transition;
    };
  }
  // The transition from the page before, which a rule of the page starts.
  window.addEventListener('pagereveal', (event) => {
    const { viewTransition } = event as Event & { viewTransition?: ViewTransition | null };
    if (viewTransition) followViewTransition(viewTransition);
  });

  /** Where an animation that follows scrolling hides an element whatever is done, its middle shows most of it. */
  const shownAt = [100, 50];

  const isInvisible = (element: Element, pseudoElement: string | null): boolean => {
    const { opacity, visibility, display, clipPath } = getComputedStyle(element, pseudoElement);
    if (Number(opacity) < 0.05 || visibility !== 'visible' || display === 'none') return true;
    if (pseudoElement !== null) return false;
    const { width, height } = element.getBoundingClientRect();
    return width === 0 || height === 0 || /^(inset\(.*100%|circle\(0|ellipse\(0)/.test(clipPath);
  };

  /** What an animation moves. */
  const targetOf = ({ effect }: Animation): [element: Element | null, pseudoElement: string | null] =>
    effect instanceof KeyframeEffect ? [effect.target, effect.pseudoElement] : [null, null];

  /** Scrolling starts and turns it. */
  function isTriggered(animation: Animation): boolean {
    const [element, pseudoElement] = targetOf(animation);
    if (element === null) return false;
    const trigger = getComputedStyle(element, pseudoElement).getPropertyValue('animation-trigger');
    return trigger !== '' && trigger !== 'none';
  }

  /** Takes it off, so that its element shows as without it; at its end where the element would then be invisible. */
  function takeOff(animation: Animation): void {
    const [element, pseudoElement] = targetOf(animation);
    // Its trigger would turn it again.
    if (isTriggered(animation)) {
      (element as HTMLElement).style.setProperty('animation-trigger', 'none', 'important');
      getComputedStyle(element!).getPropertyValue('animation-trigger');
    }
    animation.cancel();
    // The page itself is transparent until the first screenshot.
    if (element === null || element === document.documentElement || !isInvisible(element, pseudoElement))
      return;
    const effect = animation.effect!;
    effect.updateTiming({ fill: 'both' });
    const { endTime } = effect.getComputedTiming();
    const isScrolled = animation.timeline !== document.timeline;
    if (!isScrolled && !Number.isFinite(endTime)) return;
    for (const percent of shownAt) {
      animation.pause();
      animation.currentTime = isScrolled ? CSS.percent(percent) : (Number(endTime) * percent) / 100;
      if (!isInvisible(element, pseudoElement)) return;
    }
    animation.cancel();
  }

  /** In the tree of a `<marquee>`, which no script reaches: without it, the text stands at its natural place. */
  function isMarquee(animation: Animation): boolean {
    const { effect } = animation;
    const root = effect instanceof KeyframeEffect ? effect.target?.getRootNode() : undefined;
    return root instanceof ShadowRoot && root.host.localName === 'marquee';
  }

  const offTimeline = new WeakSet<Animation>();

  /** A style of the page may give the caret a color with `!important`; it blinks. */
  function hideCaret(root: Document | ShadowRoot): void {
    const active = root.activeElement as HTMLElement | null;
    if (active === null || getComputedStyle(active).caretColor === 'rgba(0, 0, 0, 0)') return;
    active.style.setProperty('caret-color', 'transparent', 'important');
  }

  /**
   * Finishes a finite animation, resets an infinite one to its beginning. Animated images and SVG's animation elements
   * never start (see `browser-flags.ts`).
   */
  function stopAnimation(animation: Animation): void {
    if (offTimeline.has(animation)) return;
    try {
      if (isMarquee(animation)) return animation.cancel();
      const isScrolled = animation.timeline !== null && !(animation.timeline instanceof DocumentTimeline);
      if (isScrolled || isTriggered(animation)) {
        offTimeline.add(animation);
        return takeOff(animation);
      }
      if (animation.timeline === null || animation.playState === 'finished') return;
      const endTime = animation.effect?.getComputedTiming().endTime;
      // The page itself shows one moment of it, chosen by its delay.
      if (animation.playState === 'paused' && animation.currentTime === 0) return;
      if (typeof endTime === 'number' && Number.isFinite(endTime) && animation.playbackRate > 0) {
        animation.finish();
      } else if (animation.playState !== 'paused' || animation.currentTime !== 0) {
        animation.pause();
        animation.currentTime = 0;
      }
    } catch {
      // An animation without a target cannot be moved and shows nothing.
    }
  }

  const stopAnimations = (root: Document | ShadowRoot): void => {
    for (const animation of root.getAnimations()) stopAnimation(animation);
  };

  agent.stopAround = (node) => {
    for (let root = node.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) {
      agent.rememberShadow(root);
      stopAnimations(root);
    }
  };

  /** A bar without a value moves by itself; drawn by the page's own styles it does not. */
  function stopProgress(progress: HTMLProgressElement): void {
    if (progress.position !== -1 || getComputedStyle(progress).appearance === 'none') return;
    progress.value = 0;
  }

  /** A video that has started shows its first frame, any other its poster. */
  async function stopMedia(media: HTMLMediaElement): Promise<void> {
    media.autoplay = false;
    if (!media.paused) media.pause();
    if (media.currentTime === 0 || !Number.isFinite(media.duration)) return;
    const seeked = new Promise<void>((resolve) => {
      media.addEventListener('seeked', () => resolve(), { once: true });
    });
    media.currentTime = 0;
    await Promise.race([seeked, agent.clock.sleep(1_000)]);
  }

  agent.stopMotion = async () => {
    for (const transition of liveTransitions) transition.skipTransition();
    const roots = agent.rootsOf(document, 'known');
    for (const root of roots) {
      stopAnimations(root);
      hideCaret(root);
    }
    const media: HTMLMediaElement[] = [];
    for (const root of roots) {
      for (const progress of root.querySelectorAll('progress')) stopProgress(progress);
      media.push(...root.querySelectorAll<HTMLMediaElement>('video,audio[controls]'));
    }
    if (media.length > 0) await Promise.all(media.map((one) => stopMedia(one)));
  };
}
