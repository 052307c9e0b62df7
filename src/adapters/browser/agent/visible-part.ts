import type { PageAgent } from './page-agent.ts';

/** CSS pixels of the window. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface VisibleParts {
  /**
   * The boxes of an element that can be seen in this document, one for each line or column that it is in: without what
   * scrollers and `clip-path` around it cut off.
   * None for an element that is hidden, transparent or without an area. What covers it is not considered.
   */
  visibleParts(element: Element): Box[];
  /** Whether an element is in a dialog, popover or the like, which the browser draws above the whole page. */
  isAbovePage(element: Element): boolean;
  /**
   * Scrolls the scrollers around an element until it can be seen.
   *
   * @param andPage the page itself, too; a document in a frame is always scrolled
   */
  reveal(element: Element, andPage: boolean): void;
}

export function installVisibleParts(agent: PageAgent): void {
  const boxOf = ({ left, top, right, bottom }: DOMRect): Box => ({ left, top, right, bottom });

  function intersection(a: Box, b: Box): Box | null {
    const left = Math.max(a.left, b.left);
    const top = Math.max(a.top, b.top);
    const right = Math.min(a.right, b.right);
    const bottom = Math.min(a.bottom, b.bottom);
    return left < right && top < bottom ? { left, top, right, bottom } : null;
  }

  /** Whether an element places its `absolute` or, more rarely, its `fixed` descendants. */
  function places(style: CSSStyleDeclaration, position: 'absolute' | 'fixed'): boolean {
    if (position === 'absolute' && style.position !== 'static') return true;
    const moved = [
      style.transform,
      style.translate,
      style.rotate,
      style.scale,
      style.filter,
      style.perspective,
    ];
    return (
      moved.some((value) => value !== '' && value !== 'none') ||
      style.getPropertyValue('backdrop-filter') !== 'none' ||
      /layout|paint|strict|content/.test(style.contain) ||
      /transform|filter|perspective|translate|rotate|scale/.test(style.willChange) ||
      style.containerType === 'size' ||
      style.contentVisibility === 'auto'
    );
  }

  const isPropagated = (element: Element): boolean =>
    element === document.documentElement ||
    (element === document.body && getComputedStyle(document.documentElement).overflow === 'visible');

  /** What the edges of an element cut off, or null when it cuts off nothing. */
  function clipOf(element: Element, style: CSSStyleDeclaration): Box | null {
    const isInline = style.display === 'inline' || style.display === 'contents';
    const contained = /paint|strict|content/.test(style.contain) || style.contentVisibility === 'auto';
    const cutsX = !isInline && (style.overflowX !== 'visible' || contained);
    const cutsY = !isInline && (style.overflowY !== 'visible' || contained);
    if ((!cutsX && !cutsY) || isPropagated(element)) return null;
    const outer = element.getBoundingClientRect();
    const {
      offsetWidth = 0,
      offsetHeight = 0,
      clientLeft,
      clientTop,
      clientWidth,
      clientHeight,
    } = element as HTMLElement;
    const scaleX = offsetWidth === 0 ? 1 : outer.width / offsetWidth;
    const scaleY = offsetHeight === 0 ? 1 : outer.height / offsetHeight;
    const isTurned = /matrix3d|matrix\([^,]+, *[^0,]/.test(style.transform) || style.rotate !== 'none';
    const box =
      isTurned || clientWidth === 0
        ? boxOf(outer)
        : {
            left: outer.left + clientLeft * scaleX,
            top: outer.top + clientTop * scaleY,
            right: outer.left + (clientLeft + clientWidth) * scaleX,
            bottom: outer.top + (clientTop + clientHeight) * scaleY,
          };
    const margin =
      style.overflowX === 'clip' ? Number.parseFloat(style.getPropertyValue('overflow-clip-margin')) || 0 : 0;
    return {
      left: cutsX ? box.left - margin : -Infinity,
      top: cutsY ? box.top - margin : -Infinity,
      right: cutsX ? box.right + margin : Infinity,
      bottom: cutsY ? box.bottom + margin : Infinity,
    };
  }

  /** What `clip-path: inset(…)`, a closed circle or the old `clip: rect(…)` leave of an element; null when they do not apply. */
  function shapeOf(element: Element, style: CSSStyleDeclaration): Box | null {
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    if (/^(circle|ellipse)\(0(px|%)?[ )]/.test(style.clipPath))
      return { left, top, right: left, bottom: top };
    const inset = /^inset\(([^()]*?)( round .*)?\)/.exec(style.clipPath);
    if (inset !== null) {
      const sizes = inset[1]!.trim().split(/\s+/);
      const px = (index: number, whole: number): number => {
        const text = sizes[index] ?? sizes[index - 2] ?? sizes[0]!;
        return text.endsWith('%') ? (Number.parseFloat(text) / 100) * whole : Number.parseFloat(text) || 0;
      };
      return {
        left: left + px(3, width),
        top: top + px(0, height),
        right: right - px(1, width),
        bottom: bottom - px(2, height),
      };
    }
    const rect = /^rect\((.*)\)$/.exec(style.clip);
    if (rect === null || (style.position !== 'absolute' && style.position !== 'fixed')) return null;
    const [fromTop, toRight, toBottom, fromLeft] = rect[1]!.split(/[\s,]+/);
    const px = (text: string | undefined, auto: number): number =>
      text === undefined || text === 'auto' ? auto : Number.parseFloat(text);
    return {
      left: left + px(fromLeft, 0),
      top: top + px(fromTop, 0),
      right: left + px(toRight, width),
      bottom: top + px(toBottom, height),
    };
  }

  /** Cuts a box by everything around the element that it belongs to. */
  function cut(element: Element, box: Box): Box | null {
    let visible: Box | null = box;
    let position = '';
    let at: Element | null = element;
    while (at !== null && visible !== null) {
      const style: CSSStyleDeclaration = getComputedStyle(at);
      const outOfFlow: 'absolute' | 'fixed' | null =
        position === 'absolute' || position === 'fixed' ? position : null;
      // The page itself is transparent until the first screenshot.
      if (Number(style.opacity) === 0 && at !== document.documentElement) return null;
      const holds = at === element || outOfFlow === null || places(style, outOfFlow);
      if (holds && at !== element) {
        const clip = clipOf(at, style);
        if (clip !== null) visible = intersection(visible, clip);
      }
      const shape = shapeOf(at, style);
      if (shape !== null && visible !== null) visible = intersection(visible, shape);
      if (holds) position = style.position;
      // What is in the top layer is cut off by nothing around it.
      if (isInTopLayer(at)) break;
      at = agent.drawnParent(at);
    }
    return visible;
  }

  const isInTopLayer = (element: Element): boolean => element.matches(':modal,:popover-open,:fullscreen');

  agent.isAbovePage = (element) => {
    for (let at: Element | null = element; at !== null; at = agent.drawnParent(at))
      if (isInTopLayer(at)) return true;
    return false;
  };

  /** What is drawn in an element: its shadow tree, what is in its slot, or its children. */
  function drawnIn(element: Element): Node[] {
    const tree = agent.shadowOf(element);
    const assigned = element instanceof HTMLSlotElement ? element.assignedNodes() : [];
    return assigned.length > 0 ? assigned : [...(tree ?? element).childNodes];
  }

  /** Whether an element without a box is in one that can be seen. */
  function isInVisible(element: Element): boolean {
    let around = agent.drawnParent(element);
    while (around !== null && getComputedStyle(around).display === 'contents')
      around = agent.drawnParent(around);
    return around?.checkVisibility() !== false;
  }

  const hasArea = (box: Box): boolean => box.left < box.right && box.top < box.bottom;

  agent.visibleParts = (element) => {
    const style = getComputedStyle(element);
    if (style.display === 'none') return [];
    const elements = (): Box[] =>
      drawnIn(element).flatMap((node) => (node instanceof Element ? agent.visibleParts(node) : []));
    const texts = (): Box[] =>
      drawnIn(element).flatMap((node) => {
        if (!(node instanceof Text)) return [];
        const range = document.createRange();
        range.selectNode(node);
        const clip = clipOf(element, style);
        return [...range.getClientRects()].flatMap((rect) => {
          const inside = clip === null ? boxOf(rect) : intersection(boxOf(rect), clip);
          return inside === null ? [] : (cut(element, inside) ?? []);
        });
      });
    if (style.display === 'contents') {
      if (!isInVisible(element)) return [];
      return style.visibility === 'visible' ? [...elements(), ...texts()] : elements();
    }
    if (!element.checkVisibility()) return [];
    // Its children may show although it does not.
    if (style.visibility !== 'visible') return elements();
    // One box for each line or column that it is in.
    const boxes = [...element.getClientRects()].map(boxOf).filter(hasArea);
    // Around what floats or has its own place, a box may be flat.
    if (boxes.length === 0) return [...elements(), ...texts()];
    const own = boxes.flatMap((box) => cut(element, box) ?? []);
    // What is in a line may be higher than the line.
    return style.display === 'inline' ? [...own, ...elements()] : own;
  };

  const scrolls = (value: string): boolean => value === 'auto' || value === 'scroll' || value === 'hidden';

  /** How far to scroll so that a stretch lies between two edges, or starts at the first one if it is longer. */
  function shift(start: number, end: number, from: number, to: number): number {
    if (start >= from && end <= to) return 0;
    return start < from || end - start > to - from ? start - from : end - to;
  }

  agent.reveal = (element, andPage) => {
    for (let at = agent.drawnParent(element); at !== null; at = agent.drawnParent(at)) {
      const isRoot = at === document.documentElement;
      if (isRoot ? agent.isTop && !andPage : isPropagated(at)) continue;
      const style = getComputedStyle(at);
      if (!isRoot && !scrolls(style.overflowX) && !scrolls(style.overflowY)) continue;
      const scroller = isRoot ? (document.scrollingElement ?? at) : at;
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const edges = isRoot
        ? { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight }
        : boxOf(at.getBoundingClientRect());
      const byX = shift(left, right, edges.left + at.clientLeft, edges.right);
      const byY = shift(top, bottom, edges.top + at.clientTop, edges.bottom);
      if (byX !== 0 || byY !== 0) scroller.scrollBy({ left: byX, top: byY, behavior: 'instant' });
    }
  };
}
