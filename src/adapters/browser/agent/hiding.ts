import type { PageAgent } from './page-agent.ts';

/** Selectors, each as its parts between `>>`. */
export interface HidingWanted {
  hide: string[][];
  remove: string[][];
}

/** What became of a selector in this document. */
export interface SelectorReport {
  /** Elements that match. */
  matched: number;
  /** How many of them still show although they should not. */
  visible: number;
}

export interface Hiding {
  /** Hides and removes what matches now. Can be called before every screenshot. */
  hideAndRemove(wanted: HidingWanted): void;
  /** What became of every selector, in the order of the lists: masks, hidden, removed. */
  report(wanted: HidingWanted & { mask: string[][] }): SelectorReport[];
}

export function installHiding(agent: PageAgent): void {
  /** More parts of a hidden element are not looked at; its opacity hides them anyway. */
  const maxInner = 2_000;
  const sheeted = new Set<string>();
  /** Outranks every selector of a page that is not a joke. */
  const strength = ':not(#\\#\\#)'.repeat(4);

  /** Hides early what comes late; the style of the element itself, set before every screenshot, is stronger. */
  function addRule(selector: string, kind: 'hide' | 'remove'): void {
    const key = `${kind} ${selector}`;
    if (sheeted.has(key)) return;
    sheeted.add(key);
    const style = kind === 'hide' ? 'visibility:hidden!important' : 'display:none!important';
    const rules = [`${selector}{${style}}`, `:is(${selector})${strength}{${style}}`];
    if (kind === 'hide') {
      const inner = [' *', '::before', '::after', '::backdrop', ' *::before', ' *::after'];
      rules.push(...inner.map((part) => `:is(${selector})${strength}${part}{${style}}`));
    }
    agent.addSheet(rules.join(''), 'everywhere');
  }

  const set = (element: Element, property: string, value: string): void => {
    const { style } = element as HTMLElement;
    if ((style as CSSStyleDeclaration | undefined) === undefined) return;
    if (style.getPropertyValue(property) === value && style.getPropertyPriority(property) === 'important')
      return;
    style.setProperty(property, value, 'important');
  };

  /** Parts of a hidden element that would show although it does not. */
  function* innerOf(element: Element): Generator<Element> {
    let count = 0;
    const roots: (Element | ShadowRoot)[] = [element];
    for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
      if (root instanceof Element) {
        const own = agent.shadowOf(root);
        if (own !== null) roots.push(own);
      }
      for (const inner of root.querySelectorAll('*')) {
        if (++count > maxInner) return;
        const shadow = agent.shadowOf(inner);
        if (shadow !== null) roots.push(shadow);
        yield inner;
      }
    }
  }

  const overruling = new Map<string, CSSStyleSheet>();
  const mark = 'data-dpxdt';
  const layer = '__dpxdt';

  /** Of important declarations, those of the first layer of a tree win: each sheet names ours before its own. */
  function leadLayers(root: ShadowRoot): void {
    for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) {
      try {
        const [first] = sheet.cssRules;
        if (first instanceof CSSLayerStatementRule && first.nameList[0] === layer) continue;
        sheet.insertRule(`@layer ${layer};`, 0);
      } catch {
        // A sheet of another origin; the element is reported if it still shows.
      }
    }
  }

  function addTo(root: ShadowRoot | null, rule: string): void {
    if (root === null) return;
    let sheet = overruling.get(rule);
    if (sheet === undefined) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(`@layer ${layer}{${rule}}`);
      overruling.set(rule, sheet);
    }
    if (!root.adoptedStyleSheets.includes(sheet))
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    leadLayers(root);
  }

  /**
   * A tree has the last word about its host (`:host` with `!important`) and about what is in its slots (`::slotted`), so
   * rules are added there, too.
   */
  function overrule(element: Element, kind: 'hide' | 'remove'): void {
    const style =
      kind === 'hide' ? 'visibility:hidden!important;opacity:0!important' : 'display:none!important';
    addTo(agent.shadowOf(element), `:host(${strength}){${style}}`);
    const { parentElement } = element;
    const around = parentElement === null ? null : agent.shadowOf(parentElement);
    if (around === null) return;
    element.setAttribute(mark, kind);
    addTo(around, `::slotted([${mark}='${kind}']${strength}){${style}}`);
  }

  const isOnTop = (element: Element): boolean => element.matches(':modal,:popover-open,:fullscreen');

  function hide(element: Element): void {
    set(element, 'visibility', 'hidden');
    // Hides its visible children, its frames and what is in trees without access.
    set(element, 'opacity', '0');
    const { display, visibility, opacity } = getComputedStyle(element);
    const isContents = display === 'contents';
    if (visibility !== 'hidden' || opacity !== '0') overrule(element, 'hide');
    for (const inner of innerOf(element)) {
      if (getComputedStyle(inner).visibility === 'hidden') continue;
      set(inner, 'visibility', 'hidden');
      if (isContents || isOnTop(inner)) set(inner, 'opacity', '0');
    }
  }

  agent.hideAndRemove = ({ hide: hidden, remove }) => {
    for (const steps of hidden) {
      if (steps.length === 1) addRule(steps[0]!, 'hide');
      for (const element of agent.findAll(steps)) hide(element);
    }
    for (const steps of remove) {
      if (steps.length === 1) addRule(steps[0]!, 'remove');
      for (const element of agent.findAll(steps)) {
        set(element, 'display', 'none');
        if (getComputedStyle(element).display !== 'none') overrule(element, 'remove');
      }
    }
  };

  const shows = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getClientRects().length > 0;

  agent.report = ({ mask, hide: hidden, remove }) => {
    const of = (steps: string[], isVisible: (element: Element) => boolean): SelectorReport => {
      const found = agent.findOrigins(steps);
      const isWhole = !/::[\w-]/.test(steps.at(-1) ?? '');
      return { matched: found.length, visible: isWhole ? found.filter(isVisible).length : 0 };
    };
    return [
      // Pseudo-elements cannot be masked.
      ...mask.map((steps) => ({ matched: agent.findAll(steps).length, visible: 0 })),
      ...hidden.map((steps) => of(steps, (one) => shows(one) || [...innerOf(one)].some(shows))),
      ...remove.map((steps) => of(steps, (one) => one.getClientRects().length > 0)),
    ];
  };
}
