/** Opens pages of the review UI in a real Chromium and asks them questions. */

import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBrowser } from '../../../src/adapters/browser/find-browser.ts';
import { closeTakenPages, givePage, takePage } from './page-pool.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface OpenOptions {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  /** Messages of the console that are expected; everything else that is an error fails the test. */
  expectErrors?: RegExp;
  hasTouch?: boolean;
}

/** @param args further arguments of Chromium */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: (await findBrowser()).path,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });
}

let shared: Promise<Browser> | undefined;

/** One browser for all test files of this process, with which it ends. */
export function sharedBrowser(): Promise<Browser> {
  return (shared ??= launchBrowser());
}

/** Closes what a test file has opened in the browser that it shares. */
export async function leaveBrowser(browser: Browser | undefined): Promise<void> {
  if (browser !== undefined) await closeTakenPages(browser);
}

/** Errors of each page, among them what the Content-Security-Policy refused. */
const troubles = new WeakMap<Page, string[]>();

/** A page that shares nothing with others, with its content loaded. Motion is off, so no wait is needed. */
export async function openPage(browser: Browser, address: string, options: OpenOptions = {}): Promise<Page> {
  const {
    width = 1440,
    height = 900,
    scheme = 'light',
    reducedMotion = 'reduce',
    hasTouch = false,
  } = options;
  const page = await takePage(browser, { width, height, scheme, reducedMotion, hasTouch });
  page.setDefaultTimeout(20_000);
  const trouble: string[] = [];
  troubles.set(page, trouble);
  const expected = options.expectErrors;
  const note = (text: string) => {
    if (expected === undefined || !expected.test(text)) trouble.push(text);
  };
  page.on('pageerror', (error) => note(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') note(message.text());
  });
  await page.goto(address);
  await loaded(page);
  return page;
}

/** Until a heading is there, nothing is a skeleton, and two frames have passed. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => document.querySelector('.skeleton, [aria-busy="true"]') === null);
  await frames(page);
}

export async function frames(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}

/** Ends the test's use of the page, and fails if it had an error that was not expected. */
export async function closePage(page: Page): Promise<void> {
  await givePage(page);
  expect(troubles.get(page) ?? [], 'errors in the page').toEqual([]);
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await frames(page);
}

/** Keys that reach the page in one task, before it has rendered or drawn anything; capitals as `Shift+J`. */
export async function burst(page: Page, ...keys: string[]): Promise<void> {
  await page.evaluate((keys) => {
    for (const key of keys) {
      const name = key.split('+').at(-1)!;
      const event = new KeyboardEvent('keydown', {
        key: name,
        code: /^[a-z]$/i.test(name) ? `Key${name.toUpperCase()}` : '',
        shiftKey: key.startsWith('Shift+'),
        ctrlKey: key.startsWith('Ctrl+'),
        bubbles: true,
        cancelable: true,
      });
      (document.activeElement ?? document.body).dispatchEvent(event);
    }
  }, keys);
}

interface Axe {
  run(
    context: Document,
    options: { resultTypes: string[]; runOnly?: string[] },
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** What axe finds, as `rule: elements`; by default by the rules of WCAG 2.2 AA and axe's best practices. */
async function axeFindings(page: Page, rules: string[] | null): Promise<string[]> {
  // The page's policy lets no foreign script in; what the debugger runs is not bound by it.
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(await readFile(axePath, 'utf8'));
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      ...(rules !== null && { runOnly: rules }),
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    );
  }, rules);
}

/** The rules whose outcome depends on the theme. */
const rulesOfColors = ['color-contrast', 'link-in-text-block'];

/** Fails on any finding of axe, in the theme that the page has and in the other one. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await frames(page);
    const rules = scheme === 'light' ? null : rulesOfColors;
    expect(await axeFindings(page, rules), `axe, ${scheme}`).toEqual([]);
  }
}

/** How far the page is wider than its window, in CSS pixels. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The page's h1, whole, however it is cut on screen. */
export async function heading(page: Page): Promise<string> {
  const cut = page.locator('h1 .cut');
  return (await cut.count()) > 0 ? (await cut.getAttribute('title'))! : page.locator('h1').innerText();
}

/** Keeps an image of the page for people to look at. */
export async function screenshot(
  page: Page,
  path: string,
  options: { fullPage?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, ...options });
}
