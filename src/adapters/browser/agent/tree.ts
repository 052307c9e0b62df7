import type { PageAgent } from './page-agent.ts';

type TreeRoot = Document | ShadowRoot;

export interface Tree {
  /** The shadow tree of an element, open or closed; null when it has none or one that is not known. */
  shadowOf(element: Element): ShadowRoot | null;
  /** Remembers a closed shadow tree that was found in another way. */
  rememberShadow(root: ShadowRoot): void;
  /** A document or shadow tree, and every shadow tree in it, in document order. */
  rootsOf(root: TreeRoot, kind: 'open' | 'known'): TreeRoot[];
  /** Makes an element with a shadow tree that no selector finds. */
  ownElement(name: string): { host: HTMLElement; root: ShadowRoot };
  isOwn(element: Element): boolean;
  /**
   * How many nodes the page has with those of its frames, if it is at most `limit`; else a greater number. Resolves once the
   * next frame is drawn, when the page has nothing left to do for it.
   */
  countDrawnNodes(limit: number): Promise<number>;
  /** Whether the document may have changed since its nodes were counted. */
  hasChangedSinceCount(): boolean;
}

export function installTree(agent: PageAgent): void {
  const closed = new WeakMap<Element, ShadowRoot>();
  const own = new WeakSet<Element>();
  const prototype = Element.prototype as {
    attachShadow: (this: Element, init: ShadowRootInit) => ShadowRoot;
  };
  const attach = prototype.attachShadow;
  prototype.attachShadow = function attachShadow(this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attach.call(this, init);
    if (root.mode === 'closed') closed.set(this, root);
    return root;
  };

  agent.ownElement = (name) => {
    const host = document.createElement(name);
    own.add(host);
    return { host, root: attach.call(host, { mode: 'closed' }) };
  };
  agent.isOwn = (element) => own.has(element);

  agent.shadowOf = (element) => element.shadowRoot ?? closed.get(element) ?? null;
  agent.rememberShadow = (root) => {
    if (root.host.shadowRoot === null) closed.set(root.host, root);
  };

  agent.rootsOf = (root, kind) => {
    const roots: TreeRoot[] = [root];
    for (const element of root.querySelectorAll('*')) {
      const inner = kind === 'open' ? element.shadowRoot : agent.shadowOf(element);
      if (inner !== null) roots.push(...agent.rootsOf(inner, kind));
    }
    return roots;
  };

  let countedAt = -Infinity;
  agent.hasChangedSinceCount = () => agent.hasChangedSince(countedAt);
  agent.countDrawnNodes = async (limit) => {
    // A sandbox without scripts tells of no frames.
    if (!matchMedia('(scripting: none)').matches) await agent.clock.drawn();
    countedAt = agent.clock.now();
    let count = 0;
    const roots: Node[] = agent.rootsOf(document, 'open');
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
  };
}
