import type { PageAgent } from './page-agent.ts';
import type { Box } from './visible-part.ts';

export interface Masks {
  /** Takes the masks off, so that they do not count when the page is measured. */
  clearMasks(): void;
  /** Covers what can be seen of every element that matches. @param selectors each as its parts between `>>` */
  paintMasks(selectors: string[][]): void;
  /** Covered by every further `paintMasks`, whatever its selectors: what was filled in here is a secret. */
  readonly secretFields: Set<Element>;
}

export function installMasks(agent: PageAgent): void {
  const hostName = 'dpxdt-masks';
  let made: { host: HTMLElement; root: ShadowRoot } | undefined;

  // The page does not learn that its masks come and go.
  for (const type of ['beforetoggle', 'toggle', 'focusin', 'focusout']) {
    window.addEventListener(
      type,
      (event) => {
        if (event.target === made?.host) event.stopImmediatePropagation();
      },
      true,
    );
  }

  function masks(): { host: HTMLElement; root: ShadowRoot } {
    if (made !== undefined) return made;
    made = agent.ownElement(hostName);
    const { host } = made;
    // In the top layer, above every dialog; `manual` closes no other popover and moves no focus.
    host.popover = 'manual';
    host.style.cssText = Object.entries({
      all: 'initial',
      display: 'block',
      position: 'absolute',
      inset: '0 auto auto 0',
      width: '0',
      height: '0',
      margin: '0',
      padding: '0',
      border: '0',
      overflow: 'visible',
      background: 'none',
      'pointer-events': 'none',
    })
      .map(([property, value]) => `${property}:${value}!important`)
      .join(';');
    agent.addSheet(`${hostName}::backdrop{display:none!important}`, 'document');
    return made;
  }

  const secretFields = new Set<Element>();
  Object.defineProperty(agent, 'secretFields', { value: secretFields });

  agent.clearMasks = () => {
    made?.root.replaceChildren();
  };

  agent.paintMasks = (selectors) => {
    if (selectors.length === 0 && secretFields.size === 0) return;
    const covered = new Set([...agent.findEach(selectors), ...secretFields]);
    const parts = [...covered].flatMap((element) => agent.visibleParts(element));
    if (parts.length === 0) return agent.clearMasks();
    const scroller = document.scrollingElement ?? document.documentElement;
    const page: Box = {
      left: -window.scrollX,
      top: -window.scrollY,
      right: Math.max(scroller.scrollWidth, window.innerWidth) - window.scrollX,
      bottom: Math.max(scroller.scrollHeight, window.innerHeight) - window.scrollY,
    };
    const { host, root } = masks();
    // Shown last, so that it is above what the page has put into the top layer meanwhile.
    if (host.matches(':popover-open')) host.hidePopover();
    if (!host.isConnected) document.documentElement.append(host);
    host.showPopover();
    const ruler = document.createElement('div');
    ruler.style.cssText = 'position:absolute;left:0;top:0;width:100px;height:100px';
    root.replaceChildren(ruler);
    const origin = ruler.getBoundingClientRect();
    // Differs from 1 under `zoom`.
    const scale = origin.width === 0 ? 1 : origin.width / 100;
    const boxes = parts.flatMap((part): HTMLElement[] => {
      const left = Math.max(part.left, page.left);
      const top = Math.max(part.top, page.top);
      const width = Math.min(part.right, page.right) - left;
      const height = Math.min(part.bottom, page.bottom) - top;
      if (width <= 0 || height <= 0) return [];
      const box = document.createElement('div');
      const px = (value: number): string => `${value / scale}px`;
      box.style.cssText = `position:absolute;background:#ff00ff;left:${px(left - origin.left)};top:${px(top - origin.top)};width:${px(width)};height:${px(height)}`;
      return [box];
    });
    root.replaceChildren(...boxes);
  };
}
