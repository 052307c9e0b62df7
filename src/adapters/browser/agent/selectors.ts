import type { PageAgent } from './page-agent.ts';

export interface Selectors {
  /**
   * Every element of this document that a selector means, through open shadow trees, in document order. Each step
   * after the first is sought inside what the one before matched; one inside a frame is the caller's to seek.
   *
   * @param steps parts of a selector between `>>`
   */
  findAll(steps: readonly string[]): Element[];
  /** What any of several selectors means, each once. */
  findEach(selectors: readonly (readonly string[])[]): Element[];
  /** The same as `findAll`, without a list of pseudo-elements at the end: `.card::before` finds `.card`. */
  findOrigins(steps: readonly string[]): Element[];
  /** Whether an element has an area and is not hidden; one that no page ever shows, such as `<meta>`, counts. */
  isVisible(element: Element): boolean;
  isFrame(element: Element): boolean;
  /** The parent in the tree that is drawn: slot, host of a shadow tree or parent. */
  drawnParent(element: Element): Element | null;
}

export function installSelectors(agent: PageAgent): void {
  interface Compound {
    text: string;
    /** What stands between it and the compound before: empty for the first one. */
    combinator: '' | ' ' | '>' | '+' | '~';
  }
  type Complex = Compound[];

  const parsed = new Map<string, Complex[]>();

  /** A list of selectors, split at its commas and combinators. */
  function parse(text: string): Complex[] {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const list: Complex[] = [];
    let complex: Complex = [];
    let compound = '';
    let combinator: Compound['combinator'] = '';
    const endCompound = (): void => {
      if (compound !== '')
        complex.push({ text: compound, combinator: complex.length === 0 ? '' : combinator });
      if (compound !== '') combinator = ' ';
      compound = '';
    };
    let depth = 0;
    let quote = '';
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!;
      if (c === '\\') {
        compound += c + (text[++i] ?? '');
        continue;
      }
      if (quote !== '') {
        if (c === quote) quote = '';
      } else if (c === '"' || c === "'") quote = c;
      else if (c === '(' || c === '[') depth++;
      else if (c === ')' || c === ']') depth--;
      else if (depth === 0 && c === ',') {
        endCompound();
        list.push(complex);
        complex = [];
        combinator = '';
        continue;
      } else if (depth === 0 && (c === '>' || c === '+' || c === '~')) {
        endCompound();
        combinator = c;
        continue;
      } else if (depth === 0 && /\s/.test(c)) {
        endCompound();
        continue;
      }
      compound += c;
    }
    endCompound();
    list.push(complex);
    const result = list.filter((one) => one.length > 0);
    parsed.set(text, result);
    return result;
  }

  const parentOrHost = (element: Element): Element | null => {
    if (element.parentElement !== null) return element.parentElement;
    return element.parentNode instanceof ShadowRoot ? element.parentNode.host : null;
  };

  /** Whether an element matches a complex selector up to one of its compounds, across the edges of shadow trees. */
  function matches(element: Element, complex: Complex, last: number): boolean {
    const { text, combinator } = complex[last]!;
    if (!element.matches(text)) return false;
    if (last === 0) return true;
    if (combinator === '+' || combinator === '~') {
      let before = element.previousElementSibling;
      for (; before !== null; before = before.previousElementSibling) {
        if (matches(before, complex, last - 1)) return true;
        if (combinator === '+') return false;
      }
      return false;
    }
    for (let up = parentOrHost(element); up !== null; up = parentOrHost(up)) {
      if (matches(up, complex, last - 1)) return true;
      if (combinator === '>') return false;
    }
    return false;
  }

  /** @param scope an element's tree and what is in it, without itself; or the document */
  function findIn(scope: Document | Element, selector: string): Element[] {
    const light = [...scope.querySelectorAll(selector)];
    const trees = (
      scope instanceof Element
        ? [
            ...(scope.shadowRoot === null ? [] : agent.rootsOf(scope.shadowRoot, 'open')),
            ...rootsUnder(scope),
          ]
        : agent.rootsOf(scope, 'open').slice(1)
    ) as ShadowRoot[];
    if (trees.length === 0) return light.filter((one) => !agent.isOwn(one));
    const found = new Set(light);
    for (const tree of trees) {
      for (const complex of parse(selector)) {
        const last = complex.length - 1;
        for (const candidate of tree.querySelectorAll(complex[last]!.text)) {
          if (matches(candidate, complex, last)) found.add(candidate);
        }
      }
    }
    return inOrder(scope, found);
  }

  function rootsUnder(scope: Element): (Document | ShadowRoot)[] {
    return [...scope.querySelectorAll('*')].flatMap((element) =>
      element.shadowRoot === null ? [] : agent.rootsOf(element.shadowRoot, 'open'),
    );
  }

  /** In document order; a shadow tree stands before the children of its host. */
  function inOrder(scope: Document | Element | ShadowRoot, found: ReadonlySet<Element>): Element[] {
    const ordered: Element[] = [];
    const visit = (root: Document | Element | ShadowRoot): void => {
      if (root instanceof Element && root.shadowRoot !== null) visit(root.shadowRoot);
      for (const element of root.querySelectorAll('*')) {
        if (found.has(element) && !agent.isOwn(element)) ordered.push(element);
        if (element.shadowRoot !== null) visit(element.shadowRoot);
      }
    };
    visit(scope);
    return ordered;
  }

  agent.findAll = ([first = '', ...rest]) => {
    let found = findIn(document, first);
    for (const step of rest) {
      found = [...new Set(found.flatMap((element) => findIn(element, step)))];
    }
    return found;
  };

  agent.findEach = (selectors) => [...new Set(selectors.flatMap((steps) => agent.findAll(steps)))];

  agent.findOrigins = (steps) => {
    const last = steps.length - 1;
    const plain = (steps[last] ?? '').replace(/::[\w-]+(\([^()]*\))?(?=\s*(,|$))/g, '').trim();
    return agent.findAll([...steps.slice(0, last), plain === '' ? '*' : plain]);
  };

  agent.isFrame = (element) =>
    /^(iframe|frame|object|embed|fencedframe)$/.test(element.localName) &&
    'contentWindow' in element &&
    element.contentWindow !== null;

  const neverShown = new Set([
    'head',
    'meta',
    'link',
    'script',
    'style',
    'title',
    'template',
    'base',
    'noscript',
  ]);
  agent.isVisible = (element) => {
    if (neverShown.has(element.localName)) return true;
    const { visibility, display } = getComputedStyle(element);
    if (visibility !== 'visible') return false;
    if (display === 'contents') return [...element.children].some((child) => agent.isVisible(child));
    const { width, height } = element.getBoundingClientRect();
    // Of what is in a closed <details>, the browser tells a size, too.
    return width > 0 && height > 0 && element.checkVisibility();
  };

  agent.drawnParent = (element) => element.assignedSlot ?? parentOrHost(element);
}
