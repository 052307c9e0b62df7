import type { PageAgent } from './page-agent.ts';

export interface Masks {
  /** Covers every element that matches. Can be called before every screenshot. */
  paintMasks(selectors: string[]): void;
}

export function installMasks(agent: PageAgent): void {
  let maskHost: HTMLElement | undefined;
  let maskRoot: ShadowRoot | undefined;

  agent.paintMasks = (selectors) => {
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
  };
}
