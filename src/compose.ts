/** The composition root: the only place that creates and connects adapters. */

import { findBrowser, type FoundBrowser } from './adapters/browser/find-browser.ts';
import { findFirefox } from './adapters/firefox/find-firefox.ts';
import { systemClock } from './adapters/clock/system-clock.ts';
import { unpackDom } from './adapters/dom/dom-file.ts';
import { createComparer } from './adapters/pixels/comparer.ts';
import { createCapturers } from './compose/capturers.ts';
import type { DomSnapshot } from './domain/dom/dom-snapshot.ts';
import type { Capturer } from './ports/capturer.ts';
import type { Clock } from './ports/clock.ts';
import type { Comparer } from './ports/comparer.ts';

export interface LocalSettings {
  /** Null: the first Chromium found. */
  browserPath: string | null;
  /** Null: the first Firefox found, when a page asks for it. */
  firefoxPath: string | null;
  browserSandbox: 'auto' | 'on' | 'off';
  /** Captures at a time. */
  workers: number;
  /** Receives warnings about this machine, one sentence each. */
  warn: (message: string) => void;
}

export interface LocalParts {
  capturer: Capturer;
  comparer: Comparer;
  clock: Clock;
  /** Reads the recorded structure of a page; null if it cannot be read. */
  readDom: (bytes: Uint8Array) => DomSnapshot | null;
  /** Stops the browser and the worker threads. */
  close(): Promise<void>;
}

/** Dependencies of a local run. Pages may be files and private addresses, since it is the user's own machine. */
export function composeLocal({
  browserPath,
  firefoxPath,
  browserSandbox,
  workers,
  warn,
}: LocalSettings): LocalParts {
  const capturer = createCapturers({
    chromium: browserPath === null ? {} : { browserPath },
    firefox: firefoxPath === null ? {} : { browserPath: firefoxPath },
    sandbox: browserSandbox,
    concurrency: workers,
    allowFileUrls: true,
    onNotice: warn,
  });
  const comparer = createComparer();
  return {
    capturer,
    comparer,
    clock: systemClock,
    readDom: unpackDom,
    close: async () => {
      await Promise.all([capturer.close(), comparer.close()]);
    },
  };
}

/**
 * The browser that captures would use.
 *
 * @throws AppError `browser_missing` with what to do
 */
export function locateBrowser(browserPath: string | null): Promise<FoundBrowser> {
  return browserPath === null ? findBrowser() : findBrowser(browserPath);
}

export { installBrowser } from './adapters/browser/install-browser.ts';
/**
 * The Firefox that captures with `browser: firefox` would use.
 *
 * @returns its path
 * @throws AppError `browser_missing` with what to do
 */
export function locateFirefox(firefoxPath: string | null): Promise<string> {
  return firefoxPath === null ? findFirefox() : findFirefox(firefoxPath);
}
