/** What a capture in Firefox cannot do. Everything else of the capture config works as in Chromium. */

import type { ComparisonOptions } from '../comparison/comparison.ts';
import type { CaptureConfig } from './capture-config.ts';

export interface KeyRefusal {
  key: string;
  /** Why, and what to do instead, without a full stop. */
  problem: string;
}

type CaptureKey = Exclude<keyof CaptureConfig, keyof ComparisonOptions>;

/**
 * Why Firefox refuses a key; null: it works there. Every key has a line, so that a new one is never ignored silently. A key
 * that only other versions know is no problem here.
 */
const refusals: Readonly<Record<CaptureKey, string | null>> = {
  isMobile: 'Firefox has no mobile viewport',
  hasTouch: 'Firefox cannot emulate a touch screen',
  device: 'the devices are those of Chromium, and Firefox cannot emulate a mobile viewport or a touch screen',
  media: 'Firefox cannot render a page for print in a window',
  forcedColors: 'Firefox cannot emulate forced colors',
  contrast: 'Firefox cannot emulate a preference for contrast',
  serviceWorkers: 'service workers are blocked there',
  steps: 'steps run in Chromium only so far',
  login: 'a login flow runs in Chromium only so far',
  targetUrl: null,
  viewportSize: null,
  deviceScaleFactor: null,
  userAgent: null,
  locale: null,
  timezoneId: null,
  colorScheme: null,
  reducedMotion: null,
  browser: null,
  fullPage: null,
  clipRect: null,
  selector: null,
  cookies: null,
  httpUserName: null,
  httpPassword: null,
  injectHeaders: null,
  extraHeaders: null,
  resourcesToIgnore: null,
  allowHttpErrors: null,
  failOnIncomplete: null,
  ignoreTlsErrors: null,
  injectCss: null,
  injectJs: null,
  hideSelectors: null,
  removeSelectors: null,
  mask: null,
  dom: null,
  waitForSelector: null,
  waitForFunction: null,
  shot: null,
  storageState: null,
  secrets: null,
  stepTimeoutMs: null,
  delayMs: null,
  freezeTime: null,
  seedRandom: null,
  workerLabel: null,
  scroll: null,
  window: null,
  expandScrollers: null,
  resourceTimeoutMs: null,
  quietTimeoutMs: null,
  timerLimitMs: null,
  timeoutMs: null,
  maxPixels: null,
};

/** Values that mean the same as leaving the key out, which Firefox therefore accepts. */
const harmlessValues: Readonly<Record<string, unknown>> = {
  isMobile: false,
  hasTouch: false,
  media: 'screen',
  serviceWorkers: 'block',
  forcedColors: 'none',
  contrast: 'no-preference',
};

/** The keys of a config that Firefox cannot do. */
export function firefoxRefusals(config: object): KeyRefusal[] {
  const given = config as Readonly<Record<string, unknown>>;
  const refused: KeyRefusal[] = [];
  for (const [key, why] of Object.entries(refusals)) {
    const value = given[key];
    if (why === null || value === undefined || value === harmlessValues[key]) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    refused.push({
      key,
      problem: `it does not work with "browser: firefox", because ${why}; leave the key out, or capture this page in Chromium`,
    });
  }
  for (const key of ['selector', 'waitForSelector', 'mask', 'hideSelectors', 'removeSelectors']) {
    if (![given[key]].flat().some((one) => typeof one === 'string' && one.includes('>>'))) continue;
    refused.push({
      key,
      problem:
        'a selector with ">>" does not enter frames with "browser: firefox"; select the frame itself, or capture this page in Chromium',
    });
  }
  return refused;
}
