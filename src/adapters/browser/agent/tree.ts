import type { PageAgent } from './page-agent.ts';

export interface Tree {
  /** A document or shadow tree, and every shadow tree in it. */
  rootsOf(root: Document | ShadowRoot): (Document | ShadowRoot)[];
  /** How many nodes the page has with those of its frames, if it is at most `limit`; else a greater number. */
  countNodes(limit: number): number;
}

export function installTree(agent: PageAgent): void {
  agent.rootsOf = (root) => {
    const roots: (Document | ShadowRoot)[] = [root];
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot !== null) roots.push(...agent.rootsOf(element.shadowRoot));
    }
    return roots;
  };

  agent.countNodes = (limit) => {
    let count = 0;
    const roots: Node[] = agent.rootsOf(document);
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
