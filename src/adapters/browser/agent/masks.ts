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

  interface Cover {
    host: HTMLElement;
    root: ShadowRoot;
  }
  /** Above the page, below its dialogs; and above everything. */
  const covers: { page?: Cover; top?: Cover } = {};

  // The page does not learn that its masks come and go.
  for (const type of ['beforetoggle', 'toggle']) {
    window.addEventListener(
      type,
      (event) => {
        if (event.target === covers.top?.host) event.stopImmediatePropagation();
      },
      true,
    );
  }

  function makeCover(): Cover {
    const made = agent.ownElement(hostName);
    made.host.style.cssText = Object.entries({
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
      'z-index': '2147483647',
      'pointer-events': 'none',
    })
      .map(([property, value]) => `${property}:${value}!important`)
      .join(';');
    return made;
  }

  const secretFields = new Set<Element>();
  Object.defineProperty(agent, 'secretFields', { value: secretFields });
  function pageCover(): Cover {
    const cover = (covers.page ??= makeCover());
    if (!cover.host.isConnected) document.documentElement.append(cover.host);
    return cover;
  }

  function topCover(): Cover {
    if (covers.top === undefined) {
      covers.top = makeCover();
      // `manual` closes no other popover and moves no focus.
      covers.top.host.popover = 'manual';
      agent.addSheet(`${hostName}::backdrop{display:none!important}`, 'document');
    }
    const { host } = covers.top;
    // Shown last, so that it is above what the page has put there meanwhile.
    if (host.matches(':popover-open')) host.hidePopover();
    if (!host.isConnected) document.documentElement.append(host);
    host.showPopover();
    return covers.top;
  }

  agent.clearMasks = () => {
    covers.page?.root.replaceChildren();
    covers.top?.root.replaceChildren();
  };

  function cover({ root }: Cover, parts: readonly Box[]): void {
    const scroller = document.scrollingElement ?? document.documentElement;
    // Beyond its edges a mask would enlarge the page.
    const left = -window.scrollX - agent.leftward();
    const page: Box = {
      left,
      top: -window.scrollY,
      right: left + Math.max(scroller.scrollWidth, window.innerWidth),
      bottom: Math.max(scroller.scrollHeight, window.innerHeight) - window.scrollY,
    };
    const ruler = document.createElement('div');
    ruler.style.cssText = 'position:absolute;left:0;top:0;width:100px;height:100px';
    root.replaceChildren(ruler);
    const origin = ruler.getBoundingClientRect();
    // Differs from 1 under `zoom` and transforms of the whole page.
    const scale = { x: origin.width / 100 || 1, y: origin.height / 100 || 1 };
    const boxes = parts.flatMap((part): HTMLElement[] => {
      const left = Math.max(part.left, page.left);
      const top = Math.max(part.top, page.top);
      const width = Math.min(part.right, page.right) - left;
      const height = Math.min(part.bottom, page.bottom) - top;
      if (width <= 0 || height <= 0) return [];
      const box = document.createElement('div');
      box.style.cssText = `position:absolute;background:#ff00ff;left:${(left - origin.left) / scale.x}px;top:${(top - origin.top) / scale.y}px;width:${width / scale.x}px;height:${height / scale.y}px`;
      return [box];
    });
    root.replaceChildren(...boxes);
  }

  /** The pieces of a box that lie outside others. */
  function without(box: Box, [first, ...rest]: readonly Box[]): Box[] {
    if (first === undefined) return [box];
    const { left, top, right, bottom } = box;
    const middle = { top: Math.max(top, first.top), bottom: Math.min(bottom, first.bottom) };
    if (first.left >= right || first.right <= left || middle.top >= middle.bottom) return without(box, rest);
    const pieces: Box[] = [
      { left, right, top, bottom: middle.top },
      { left, right, top: middle.bottom, bottom },
      { ...middle, left, right: Math.max(left, first.left) },
      { ...middle, left: Math.min(right, first.right), right },
    ];
    return pieces
      .filter((piece) => piece.left < piece.right && piece.top < piece.bottom)
      .flatMap((piece) => without(piece, rest));
  }

  agent.paintMasks = (selectors) => {
    if (selectors.length === 0 && secretFields.size === 0) return;
    const elements = [...new Set([...agent.findEach(selectors), ...secretFields])];
    const partsOf = (some: readonly Element[]): Box[] => some.flatMap((one) => agent.visibleParts(one));
    const isAbove = new Set(elements.filter((one) => agent.isAbovePage(one)));
    const below = partsOf(elements.filter((one) => !isAbove.has(one)));
    const above = partsOf([...isAbove]);
    agent.clearMasks();
    const dialogs = agent
      .rootsOf(document, 'known')
      .flatMap((root) => [...root.querySelectorAll(':modal,:popover-open,:fullscreen')])
      .filter((one) => !agent.isOwn(one))
      .map((one): Box => one.getBoundingClientRect());
    // What a dialog covers stays covered by it.
    if (dialogs.length > 0 && below.length > 0) cover(pageCover(), below);
    const onTop = [...above, ...below.flatMap((part) => without(part, dialogs))];
    if (onTop.length > 0) cover(topCover(), onTop);
  };
}
