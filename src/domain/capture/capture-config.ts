/**
 * The capture config: how one page is captured and judged. The same keys in JSON (API) and YAML (local tests).
 * User input is validated by the schema in `contract/capture-config.ts`; this file has the type, the defaults and the limits.
 */

import { findDevice } from './devices.ts';
import type { ComparisonOptions } from '../comparison/comparison.ts';
import type { Secrets } from './secrets.ts';
import type { Step } from './steps.ts';
import type { StorageState } from './storage-state.ts';

export interface Cookie {
  name: string;
  value: string;
  /** Defaults to the target's host. */
  domain?: string;
  /** Defaults to `/`. */
  path?: string;
  /** Epoch seconds, or a date string as PhantomJS wrote it. */
  expires?: number | string;
  /** PhantomJS's epoch seconds; `expires` wins. */
  expiry?: number;
  httpOnly?: boolean;
  /** PhantomJS's spelling of `httpOnly`. */
  httponly?: boolean;
  secure?: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
}

/** CSS pixels of the page; `left` and `top` default to 0. */
export interface ClipRect {
  left?: number;
  top?: number;
  width: number;
  height: number;
}

/** Browsers that captures can use. */
export const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

export const colorSchemes = ['light', 'dark', 'no-preference'] as const;
export type ColorScheme = (typeof colorSchemes)[number];

/** How to log in: a page, and what to do there. */
export interface LoginFlow {
  /** Its page, also relative to the target; when a capture is led there, the login has expired. */
  url: string;
  steps: Step[];
}

/** User input. Every key is optional; the defaults are in {@link captureDefaults}. */
export interface CaptureConfig extends ComparisonOptions {
  targetUrl?: string;
  /** CSS pixels, 1–16384 each. */
  viewportSize?: { width: number; height: number };
  deviceScaleFactor?: number;
  /** Name of a device whose window, scale, touch and user agent hold where the config has no key for them. */
  device?: string;
  /** Laid out by its `meta viewport`, with bars that take no space, as on a phone. */
  isMobile?: boolean;
  /** A touch screen in place of a mouse; as `isMobile` by default. */
  hasTouch?: boolean;
  userAgent?: string;
  locale?: string;
  timezoneId?: string;
  colorScheme?: ColorScheme;
  reducedMotion?: 'reduce' | 'no-preference';
  /** The media type of style sheets. */
  media?: 'screen' | 'print';
  forcedColors?: 'none' | 'active';
  /** `prefers-contrast`. */
  contrast?: 'no-preference' | 'more' | 'less';
  browser?: BrowserName;

  fullPage?: boolean;
  clipRect?: ClipRect;
  /** Capture only the first matching element. */
  selector?: string;

  cookies?: Cookie[];
  /** HTTP Basic; only ever sent to the target's origin. */
  httpUserName?: string;
  httpPassword?: string;
  /** Headers for requests whose URL matches the pattern. */
  injectHeaders?: Record<string, Record<string, string>>;
  /** Headers for every request to the target's origin. */
  extraHeaders?: Record<string, string>;
  resourcesToIgnore?: string[];
  allowHttpErrors?: boolean;
  /** Fail the capture if an image, style sheet, script, font or frame of the page did not load. */
  failOnIncomplete?: boolean;
  ignoreTlsErrors?: boolean;
  /** Whether a service worker of the page may answer its requests. */
  serviceWorkers?: 'allow' | 'block';

  injectCss?: string;
  injectJs?: string;
  /** `visibility: hidden`: keeps the space. */
  hideSelectors?: string[];
  /** `display: none`: removes the space. */
  removeSelectors?: string[];
  /** Elements painted over with one color. */
  mask?: string[];
  /** Whether the structure of the page is recorded, to name what changed. */
  dom?: boolean;

  waitForSelector?: string;
  /** A JavaScript expression or function; the screenshot waits until it is truthy. */
  waitForFunction?: string;
  /** What is done on the page before the screenshot. */
  steps?: Step[];
  /** The screenshot is that of this `shot` step, and no later step is done. Set for runs of further screenshots. */
  shot?: string;
  /** Done once for many captures before the first of them; what it leaves in cookies and local storage is kept. */
  login?: LoginFlow;
  /** Cookies and local storage to begin with, as Playwright stores them; for the local tool, a file. */
  storageState?: string | StorageState;
  /** What `${secret:NAME}` stands for. Set by the tools from their environment. */
  secrets?: Secrets;
  /** Time limit of each step. */
  stepTimeoutMs?: number;
  /** An extra wait before the screenshot. */
  delayMs?: number;
  /** `true` stops the page's clock at a fixed date; a string or epoch milliseconds, at that date. */
  freezeTime?: boolean | number | string;
  /** Replaces `Math.random` and `crypto` randomness with a fixed sequence. */
  seedRandom?: boolean | number;

  /** On a server, only workers with this label capture the page; empty: any worker. */
  workerLabel?: string;

  /** Whether the page is scrolled through before it is captured; `auto`: when all of it is. */
  scroll?: 'auto' | boolean;
  /** `page` lays the page out in a window as tall as itself. */
  window?: 'viewport' | 'page';
  /** Lets inner scrollers that hold the page grow to the height of their content. */
  expandScrollers?: boolean;

  resourceTimeoutMs?: number;
  quietTimeoutMs?: number;
  /** Page time up to which timers run before the screenshot. */
  timerLimitMs?: number;
  timeoutMs?: number;
  /** Largest image, in device pixels. */
  maxPixels?: number;
}

/** The comparison part of a config. */
export type ComparisonKeys = ComparisonOptions & Pick<CaptureConfig, 'maxPixels'>;

/** Patterns blocked in every capture: invisible resources whose requests never end. */
export const alwaysIgnoredResources: readonly string[] = ['*.google-analytics.com', 'analytics.google.com'];

export const captureDefaults = {
  viewportSize: { width: 1280, height: 1024 },
  deviceScaleFactor: 1,
  locale: 'en-US',
  timezoneId: 'UTC',
  colorScheme: 'light',
  reducedMotion: 'reduce',
  isMobile: false,
  hasTouch: false,
  media: 'screen',
  forcedColors: 'none',
  contrast: 'no-preference',
  serviceWorkers: 'block',
  browser: 'chromium',
  fullPage: true,
  dom: true,
  stepTimeoutMs: 10_000,
  scroll: 'auto',
  window: 'viewport',
  expandScrollers: false,
  resourceTimeoutMs: 60_000,
  quietTimeoutMs: 3_000,
  timerLimitMs: 2_000,
  timeoutMs: 90_000,
  maxPixels: 50_000_000,
} as const satisfies CaptureConfig;

export const captureLimits = {
  /** Below the deadline of a capture task. */
  timeoutMs: 110_000,
  viewportSide: 16_384,
  /** Chromium itself says "Page is too large" at 30,000,000 pixels of height. */
  maxPixels: 500_000_000,
  patterns: 100,
  patternBytes: 1_024,
  cookies: 300,
  headers: 100,
  selectors: 100,
  scriptBytes: 256 * 1024,
} as const;

type Defaulted = keyof typeof captureDefaults;

/** A config with all defaults filled in. */
export type ResolvedCaptureConfig = Omit<CaptureConfig, Defaulted> &
  Required<Pick<CaptureConfig, Defaulted>> & {
    /** CSS pixels of the screen, which is at least as large as the window. */
    screenSize: { width: number; height: number };
  };

/** Explicit keys win over the device's, these over the defaults. An unknown device counts as none. */
export function resolveCaptureConfig(config: CaptureConfig): ResolvedCaptureConfig {
  const device = config.device === undefined ? undefined : findDevice(config.device);
  const isMobile = config.isMobile ?? device?.isMobile ?? captureDefaults.isMobile;
  // A phone without a touch screen would have a mouse.
  const resolved = { ...captureDefaults, hasTouch: isMobile, ...device, ...config };
  const { viewportSize } = resolved;
  const screenSize =
    device !== undefined && fits(viewportSize, device.screenSize) ? device.screenSize : viewportSize;
  // A page that should be quiet sooner is not waited for longer, unless the config says so.
  const timerLimitMs = config.timerLimitMs ?? Math.min(captureDefaults.timerLimitMs, resolved.quietTimeoutMs);
  return { ...resolved, timerLimitMs, screenSize };
}

interface Size {
  width: number;
  height: number;
}

function fits(inner: Size, outer: Size): boolean {
  return inner.width <= outer.width && inner.height <= outer.height;
}

/** Keys whose values are secrets: masked wherever a config or a log is shown. */
export const secretConfigKeys: readonly (keyof CaptureConfig)[] = [
  'httpPassword',
  'cookies',
  'injectHeaders',
  'extraHeaders',
  'secrets',
  'storageState',
];
