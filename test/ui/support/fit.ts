/** Finds what does not fit a page: a page wider than its window, cut words, words over words, controls under others. */

import type { Page } from 'playwright-core';

/** One line for each finding, as `kind: element`; empty: everything fits. */
export async function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const nameOf = (element: Element) => {
      const path: string[] = [];
      for (let each: Element | null = element; each !== null && path.length < 3; each = each.parentElement)
        path.unshift(`${each.localName}${[...each.classList].map((name) => `.${name}`).join('')}`);
      return `${path.join(' > ')} “${(element.textContent ?? '').trim().slice(0, 40)}”`;
    };
    const note = (kind: string, element: Element) => found.push(`${kind}: ${nameOf(element)}`);
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      note(`page ${root.scrollWidth - root.clientWidth} px too wide`, root);

    const clips = (value: string) => value === 'hidden' || value === 'clip';
    const scrolls = (value: string) => value === 'auto' || value === 'scroll';
    /** Meant for assistive tools only. */
    const isHidden = (element: Element) => {
      if (!element.checkVisibility()) return true;
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        const { clipPath, visibility, display, opacity } = getComputedStyle(each);
        if (clipPath !== 'none' || visibility === 'hidden' || display === 'none' || opacity === '0')
          return true;
      }
      return false;
    };
    /** Cut on purpose: an ellipsis, with the whole text in a tooltip or nearby. */
    const isMeant = (element: Element) =>
      element.closest('[title], [aria-label], .may-cut, pre, code, textarea') !== null;

    const boxes: { element: Element; box: DOMRect }[] = [];
    const modal = document.querySelector('dialog[open], [popover]:popover-open');
    const walker = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (
        element === null ||
        node.textContent!.trim() === '' ||
        /script|style|option/i.test(element.localName)
      )
        continue;
      if (element.closest('svg') !== null || isHidden(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const whole = range.getBoundingClientRect();
      if (whole.width === 0) continue;
      let { left, right, top, bottom } = whole;
      let isCut = false;
      for (
        let each: Element | null = element;
        each !== null && each !== document.body;
        each = each.parentElement
      ) {
        const { overflowX, overflowY, position } = getComputedStyle(each);
        const edge = each.getBoundingClientRect();
        if (clips(overflowX) && (right > edge.right + 1 || left < edge.left - 1)) isCut = true;
        if (clips(overflowY) && (bottom > edge.bottom + 3 || top < edge.top - 3)) isCut = true;
        if (overflowX !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (overflowY !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
        if (isCut || position === 'fixed') break;
      }
      if (isCut && !isMeant(element)) note('cut', element);
      if (right - left < 2 || bottom - top < 2) continue;
      for (const rect of range.getClientRects()) {
        const [l, r] = [Math.max(left, rect.left), Math.min(right, rect.right)];
        const [t, b] = [Math.max(top, rect.top), Math.min(bottom, rect.bottom)];
        if (r - l < 2 || b - t < 2 || l >= innerWidth || t >= innerHeight || r <= 0 || b <= 0) continue;
        if (r > innerWidth + 1) note('beyond the window', element);
        const top1 = document.elementFromPoint((l + r) / 2, (t + b) / 2);
        if (top1 !== null && (element.contains(top1) || top1.contains(element)))
          boxes.push({ element, box: new DOMRect(l, t, r - l, b - t) });
      }
    }
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1)) {
        if (one.element === other.element) continue;
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (one.element.closest('.sheet') !== other.element.closest('.sheet')) continue;
        if (width > 3 && height > 6)
          note(`over “${(other.element.textContent ?? '').trim().slice(0, 30)}”`, one.element);
      }

    const controls = (modal ?? document).querySelectorAll<HTMLElement>(
      'button, a[href], input, select, textarea',
    );
    for (const control of controls) {
      if (isHidden(control) || control.closest('.region-buttons, .skip-link, .pins, .table-scroll') !== null)
        continue;
      const box = control.getBoundingClientRect();
      const { overflowX, textOverflow } = getComputedStyle(control);
      if (
        control.localName === 'button' &&
        control.scrollWidth > control.clientWidth + 1 &&
        !isMeant(control)
      )
        if (overflowX === 'visible' || textOverflow !== 'ellipsis') note('wider than its button', control);
      if (box.width === 0) continue;
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      let isInside = x > 0 && y > 0 && x < innerWidth && y < innerHeight;
      for (let each = control.parentElement; each !== null; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each);
        const edge = each.getBoundingClientRect();
        if ((scrolls(overflowX) || scrolls(overflowY)) && (x < edge.left || x > edge.right)) isInside = false;
        if (scrolls(overflowY) && (y < edge.top || y > edge.bottom)) isInside = false;
      }
      const isInRow = control.closest('.chips, .toolbar, .tabs, .variant-tabs ul') !== null;
      if (isInside && !isInRow && box.right > innerWidth + 1) note('beyond the window', control);
      if (!isInside || box.height > innerHeight) continue;
      const top1 = document.elementFromPoint(x, y);
      if (top1 === null || control.contains(top1) || top1.contains(control)) continue;
      if (top1.closest('label')?.control === control || control.closest('label')?.contains(top1)) continue;
      // What lies inside a link's row, or sticks to the edge of what scrolls, may be over it.
      const sheet = top1.closest('.sheet');
      if (sheet !== null && !sheet.contains(control)) continue;
      if (top1.closest('.release-tools, .top-bar, .toast-card, .toolbar-end') !== null) continue;
      note(`under ${nameOf(top1)}`, control);
    }
    // Rows that scroll sideways without a bar hide what they have.
    for (const each of document.querySelectorAll<HTMLElement>('.chips, .toolbar, .tabs, .page-tabs')) {
      if (innerWidth <= 45 * parseFloat(getComputedStyle(root).fontSize)) break;
      if (each.scrollWidth > each.clientWidth + 1)
        note(`${each.scrollWidth - each.clientWidth} px scrolled away`, each);
    }
    return [...new Set(found)];
  });
}
