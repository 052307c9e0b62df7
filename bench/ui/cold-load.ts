import type { Browser } from 'playwright-core';

/** Milliseconds from the start of navigation, with an empty cache, until an element is in a painted frame. */
export async function coldLoad(browser: Browser, address: string, selector: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      requestAnimationFrame(() =>
        setTimeout(() => Object.assign(window, { usableMs: performance.now() }), 0),
      );
    });
    observer.observe(document, { childList: true, subtree: true });
  }, selector);
  await page.goto(address);
  const usable = await page.waitForFunction(() => (window as unknown as { usableMs?: number }).usableMs);
  const value = (await usable.jsonValue()) as number;
  await context.close();
  return value;
}
