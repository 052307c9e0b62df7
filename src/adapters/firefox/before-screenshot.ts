/** What Firefox needs of a page before a screenshot. Sent to the page as text, so each uses nothing from outside itself. */

interface Clock {
  __dpxdtClock?: { frame(): Promise<void> };
}

/**
 * Puts the animation elements of every SVG to their beginning, where Chromium leaves them, and waits until what changed
 * before is drawn.
 *
 * @returns how far the page is scrolled, in CSS pixels
 */
export async function settleDrawing(): Promise<{ x: number; y: number }> {
  for (const drawing of document.querySelectorAll('svg')) {
    if (drawing.querySelector('animate,animateTransform,animateMotion,set') === null) continue;
    drawing.pauseAnimations();
    drawing.setCurrentTime(0);
  }
  const clock = (window as unknown as Window & Clock).__dpxdtClock;
  await clock?.frame();
  await clock?.frame();
  return { x: window.scrollX, y: window.scrollY };
}

/**
 * Firefox draws no more of a document than its root element holds, which in quirks mode is less than what can be scrolled to,
 * and nothing of a rectangle beyond the page.
 */
export function stretchRoot(width: number, height: number): void {
  const root = document.documentElement;
  if (root.scrollWidth >= width && root.scrollHeight >= height) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html{min-width:${width}px!important;min-height:${height}px!important}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
