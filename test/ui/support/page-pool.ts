/**
 * Pages that tests take and give back. Each has a private context; a new one starts a process that must compile every
 * script again, and costs three times the processor time of loading a page in a warm one.
 */

import type { Browser, Page } from 'playwright-core';

export interface PageOptions {
  width: number;
  height: number;
  scheme: 'light' | 'dark';
  reducedMotion: 'reduce' | 'no-preference';
  hasTouch: boolean;
}

interface Pooled {
  /** Where it waits. */
  idle: Page[];
  /** The test did what cannot be undone. */
  isSpent: boolean;
}

const idlePages = new WeakMap<Browser, { touch: Page[]; mouse: Page[] }>();
const pooled = new WeakMap<Page, Pooled>();
const parkMs = 10_000;
const textFile = new URL('../../../LICENSE', import.meta.url);

/** A page that knows nothing of other tests; the caller opens an address in it. */
export async function takePage(browser: Browser, options: PageOptions): Promise<Page> {
  const { width, height, scheme, reducedMotion, hasTouch } = options;
  if (!idlePages.has(browser)) idlePages.set(browser, { touch: [], mouse: [] });
  const idle = idlePages.get(browser)![hasTouch ? 'touch' : 'mouse'];
  const warm = idle.pop();
  if (warm !== undefined) {
    await warm.setViewportSize({ width, height });
    await warm.emulateMedia({ colorScheme: scheme, reducedMotion, forcedColors: 'none', media: null });
    return warm;
  }
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion,
    hasTouch,
  });
  const page = await context.newPage();
  const entry: Pooled = { idle, isSpent: false };
  pooled.set(page, entry);
  const addInitScript = page.addInitScript.bind(page);
  page.addInitScript = (...args) => {
    entry.isSpent = true;
    return addInitScript(...args);
  };
  return page;
}

/** Ends what the test did with the page, and keeps it for the next if nothing of it can stay. */
export async function givePage(page: Page): Promise<void> {
  const entry = pooled.get(page);
  for (const event of ['request', 'dialog', 'console', 'pageerror'] as const) page.removeAllListeners(event);
  if (entry?.isSpent === false && (await isParked(page))) entry.idle.push(page);
  else await page.context().close();
}

/** Closes everything in the browser except pages that wait for a test. */
export async function closeTakenPages(browser: Browser): Promise<void> {
  const { touch = [], mouse = [] } = idlePages.get(browser) ?? {};
  const waiting = new Set([...touch, ...mouse].map((page) => page.context()));
  const taken = browser.contexts().filter((context) => !waiting.has(context));
  await Promise.all(taken.map((context) => context.close()));
}

/** Moves the page to a document without scripts of the same origin, so that its process stays; forgets everything. */
async function isParked(page: Page): Promise<boolean> {
  try {
    const context = page.context();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.mouse.move(-1, -1);
    const address = new URL(page.url());
    const plain = address.protocol === 'file:' ? textFile : new URL('/readyz', address);
    await page.goto(plain.href, { timeout: parkMs });
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    for (const other of context.pages()) if (other !== page) await other.close();
    await context.clearCookies();
    await context.clearPermissions();
    return true;
  } catch {
    return false;
  }
}
