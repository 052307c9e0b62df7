/**
 * Puts the animation elements of every SVG to their beginning; Chromium never starts them. Sent to the page as text, so it
 * uses nothing from outside itself.
 */
export function stopSvgMotion(): void {
  for (const drawing of document.querySelectorAll('svg')) {
    if (drawing.querySelector('animate,animateTransform,animateMotion,set') === null) continue;
    drawing.pauseAnimations();
    drawing.setCurrentTime(0);
  }
}
