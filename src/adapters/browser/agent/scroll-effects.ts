import type { PageAgent } from './page-agent.ts';

export interface TidyResult {
  /** Elements that were appended and are left out. */
  leftOut: number;
  /** The first of them. */
  leftOutSelector: string | null;
  /** What else the page did because it was scrolled, undone. */
  undone: string[];
  /** Whether this changed the page. */
  changed: boolean;
}

export interface ScrollEffects {
  /** Records from now on what the page does because it is scrolled. */
  watchScroll(): void;
  /** CSS pixels of height that elements appended since then take up. */
  appendedHeight(): number;
  /**
   * Leaves out what was appended, closes what was opened, and shows again what the page hid when it left the window.
   */
  tidyScroll(): TidyResult;
  /** A short CSS selector for people; it may match other elements too. */
  describe(element: Element): string;
}

export function installScrollEffects(agent: PageAgent): void {
  interface History {
    before: string | null;
    values: Set<string | null>;
  }
  const unseen = new Set(['SCRIPT', 'STYLE', 'LINK', 'META', 'TEMPLATE', 'NOSCRIPT', 'BR']);
  const topLayer = ':modal, :popover-open';
  /** Descendants of a changed element that are looked at for one that lies over the page. */
  const searched = 300;
  let observer: MutationObserver | undefined;
  let heightBefore = 0;
  let openBefore = new Set<Element>();
  const added = new Set<Element>();
  const fillsGap = new Set<Element>();
  /** Elements that were there before and were removed from a parent, for which others may have been put in. */
  const gaps = new Map<Node, Element[]>();
  const changes = new Map<Element, Map<string, History>>();

  const signature = (node: Element): string => `${node.nodeName} ${node.className}`;
  /** An element was made anew; what its new form has beyond the old one counts as added. */
  const pair = (old: Element, anew: Element): void => {
    fillsGap.add(anew);
    [...anew.children].forEach((child, i) => {
      const before = old.children[i];
      if (before === undefined) added.add(child);
      else if (signature(before) === signature(child)) pair(before, child);
    });
  };
  const readChildren = ({ target, addedNodes, removedNodes }: MutationRecord): void => {
    const gap = gaps.get(target) ?? [];
    gaps.set(target, gap);
    let isReplaced = false;
    for (const node of removedNodes) {
      if (!(node instanceof Element) || unseen.has(node.nodeName)) continue;
      if (added.has(node) && !fillsGap.has(node)) continue;
      isReplaced = addedNodes.length > 0;
      gap.push(node);
    }
    const hadKinds = new Set(gap.map(signature));
    for (const node of addedNodes) {
      if (!(node instanceof Element) || unseen.has(node.nodeName)) continue;
      added.add(node);
      const at = gap.findIndex((old) => signature(old) === signature(node));
      if (at !== -1) pair(gap.splice(at, 1)[0]!, node);
      // A placeholder that is filled.
      else if (isReplaced && !hadKinds.has(signature(node))) fillsGap.add(node);
    }
  };
  const read = (records: MutationRecord[]): void => {
    for (const record of records) {
      if (record.type === 'childList') {
        readChildren(record);
        continue;
      }
      const element = record.target as Element;
      const ofElement = changes.get(element) ?? new Map<string, History>();
      changes.set(element, ofElement);
      const history = ofElement.get(record.attributeName!) ?? { before: record.oldValue, values: new Set() };
      ofElement.set(record.attributeName!, history);
      history.values.add(record.oldValue);
    }
  };

  const openIn = (roots: readonly ParentNode[]): Element[] =>
    roots.flatMap((root) => [...root.querySelectorAll(topLayer)]);

  agent.watchScroll = () => {
    heightBefore = document.scrollingElement?.scrollHeight ?? 0;
    const roots = agent.rootsOf(document, 'known');
    openBefore = new Set(openIn(roots));
    observer = new MutationObserver(read);
    for (const root of roots)
      observer.observe(root, { subtree: true, childList: true, attributes: true, attributeOldValue: true });
  };

  const isInAdded = (element: Element): boolean => {
    for (let up = element.parentElement; up !== null; up = up.parentElement)
      if (added.has(up) && !fillsGap.has(up)) return true;
    return false;
  };
  const siblingBefore = (element: Element): boolean => {
    for (let one = element.previousElementSibling; one !== null; one = one.previousElementSibling) {
      if (one.nodeName === element.nodeName && (!added.has(one) || fillsGap.has(one))) return true;
    }
    return false;
  };
  /** Elements that follow others of their kind that were there before. */
  const appended = (): Element[] => {
    const found = [...added].filter(
      (element) =>
        element.isConnected && !fillsGap.has(element) && !isInAdded(element) && siblingBefore(element),
    );
    const perParent = new Map<Node, number>();
    for (const { parentNode } of found) perParent.set(parentNode!, (perParent.get(parentNode!) ?? 0) + 1);
    return found.filter(
      ({ parentNode }) => perParent.get(parentNode!)! > (gaps.get(parentNode!)?.length ?? 0),
    );
  };

  agent.appendedHeight = () => {
    read(observer?.takeRecords() ?? []);
    const grown = (document.scrollingElement?.scrollHeight ?? 0) - heightBefore;
    if (grown <= 0 || added.size === 0) return 0;
    const heights = new Map<Node, { top: number; bottom: number }>();
    for (const element of appended()) {
      const { top, bottom, height } = element.getBoundingClientRect();
      if (height === 0) continue;
      const known = heights.get(element.parentNode!);
      heights.set(element.parentNode!, {
        top: Math.min(known?.top ?? top, top),
        bottom: Math.max(known?.bottom ?? bottom, bottom),
      });
    }
    let total = 0;
    for (const { top, bottom } of heights.values()) total += bottom - top;
    return Math.min(total, grown);
  };

  agent.describe = (element) => {
    const name = (one: Element): string => {
      const kind = one.nodeName.toLowerCase();
      if (one.id !== '') return `${kind}#${CSS.escape(one.id)}`;
      const [first] = one.classList;
      return first === undefined ? kind : `${kind}.${CSS.escape(first)}`;
    };
    const parent = element.parentElement;
    return element.id !== '' || parent === null ? name(element) : `${name(parent)} > ${name(element)}`;
  };

  const lies = (element: Element): boolean => {
    const { position } = getComputedStyle(element);
    return position === 'fixed' || position === 'sticky';
  };
  const isFixed = (element: Element): boolean => getComputedStyle(element).position === 'fixed';
  /** What is in an element and in the shadow trees there. */
  const inside = (element: Element): Element[] => {
    const found: Element[] = [];
    const roots: (Element | ShadowRoot)[] = [element];
    for (let root = roots.shift(); root !== undefined && found.length < searched; root = roots.shift()) {
      const own = root instanceof Element ? agent.shadowOf(root) : null;
      if (own !== null) roots.unshift(own);
      for (const one of root.querySelectorAll('*')) {
        if (found.push(one) >= searched) break;
        const tree = agent.shadowOf(one);
        if (tree !== null) roots.push(tree);
      }
    }
    return found;
  };
  /** What is sticky inside a part that is revealed moves with it, and is no effect by itself. */
  const over = (element: Element): Element[] => {
    const isRoot = element === document.documentElement || element === document.body;
    return [
      ...(lies(element) ? [element] : []),
      ...inside(element).filter((one) => (isRoot ? lies(one) : isFixed(one))),
    ];
  };
  /** How the parts of an element that lie over the page look. */
  const lookOf = (element: Element): string =>
    over(element)
      .map((one) => {
        const { visibility, opacity, backgroundColor } = getComputedStyle(one);
        const { x, y, width, height } = one.getBoundingClientRect();
        return [x, y, width, height, visibility, opacity, backgroundColor].join(' ');
      })
      .join();
  /** A class that is taken off again leaves an empty list where there was none. */
  const isSame = (name: string, a: string | null, b: string | null): boolean =>
    a === b || ((name === 'class' || name === 'style') && !a && !b);
  const write = (element: Element, name: string, value: string | null): void => {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };

  function withoutTransitions<T>(work: () => T): T {
    const still = new CSSStyleSheet();
    still.replaceSync('*,*::before,*::after{transition:none!important}');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    const result = work();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== still);
    return result;
  }

  /** Undoes changes of attributes that show, hide or move what lies over the page. */
  function undoOverlays(undone: Set<string>): void {
    for (const [element, ofElement] of changes) {
      if (!element.isConnected || isInAdded(element) || added.has(element)) continue;
      const changed = [...ofElement].filter(
        ([name, { before }]) => !isSame(name, element.getAttribute(name), before),
      );
      if (changed.length === 0) continue;
      const after = changed.map(([name]) => element.getAttribute(name));
      const look = lookOf(element);
      for (const [name, { before }] of changed) write(element, name, before);
      if (lookOf(element) !== look) undone.add(agent.describe(element));
      else changed.forEach(([name], i) => write(element, name, after[i]!));
    }
  }

  /** How many parts of an element show. */
  const shownParts = (element: Element): number =>
    [element, ...inside(element)].filter((one) => {
      const { opacity, visibility, display } = getComputedStyle(one);
      return Number(opacity) >= 0.05 && visibility === 'visible' && display !== 'none';
    }).length;

  /** Elements outside the window that show something only while they are in it show it for good. */
  function keepRevealed(): boolean {
    let any = false;
    for (const [element, ofElement] of changes) {
      if (!element.isConnected) continue;
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const isWithin = agent.leftward() > 0 ? left >= 0 : right <= window.innerWidth;
      if (bottom <= window.innerHeight && isWithin) continue;
      const isCut = top < window.innerHeight && left < window.innerWidth;
      let isOver = false;
      for (let up: Element | null = element; up !== null && !isOver; up = up.parentElement) isOver = lies(up);
      if (isOver) continue;
      for (const [name, { before, values }] of ofElement) {
        const others = [...values].filter((value) => !isSame(name, value, before));
        if (!isSame(name, element.getAttribute(name), before) || others.length !== 1) continue;
        const shown = shownParts(element);
        const look = lookOf(element);
        write(element, name, others[0]!);
        // What the window cuts may be shown there already, and hidden only while it was scrolled away.
        const isShownAnyway = isCut && shownParts(element) <= shown;
        // What it shows over the page is an effect of scrolling, undone or over.
        if (isShownAnyway || lookOf(element) !== look) write(element, name, before);
        else any = true;
      }
    }
    return any;
  }

  agent.tidyScroll = () => {
    const result: TidyResult = { leftOut: 0, leftOutSelector: null, undone: [], changed: false };
    if (observer === undefined) return result;
    read(observer.takeRecords());
    observer.disconnect();
    observer = undefined;
    const undone = new Set<string>();
    for (const element of openIn(agent.rootsOf(document, 'known'))) {
      if (openBefore.has(element)) continue;
      undone.add(agent.describe(element));
      if (element instanceof HTMLDialogElement && element.open) element.close();
      else (element as HTMLElement).hidePopover();
    }
    const hide = (element: Element): void =>
      (element as HTMLElement).style.setProperty('display', 'none', 'important');
    for (const element of added) {
      if (!element.isConnected || fillsGap.has(element) || isInAdded(element)) continue;
      for (const one of [element, ...inside(element)]) {
        if (!isFixed(one) || one.getClientRects().length === 0) continue;
        undone.add(agent.describe(one));
        hide(one);
      }
    }
    withoutTransitions(() => undoOverlays(undone));
    if ((document.scrollingElement?.scrollHeight ?? 0) > heightBefore) {
      for (const element of appended()) {
        if (element.getClientRects().length === 0) continue;
        result.leftOut++;
        result.leftOutSelector ??= agent.describe(element);
        hide(element);
      }
    }
    const revealed = withoutTransitions(keepRevealed);
    result.undone = [...undone];
    result.changed = revealed || result.leftOut > 0 || undone.size > 0;
    return result;
  };
}
