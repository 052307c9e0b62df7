/**
 * The capture config: how one page is captured and judged. The same keys in JSON (API) and YAML (local tests).
 * User input is validated by the schema in `contract/capture-config.ts`; this file has the type, the defaults and the limits.
 */

import type { ComparisonOptions } from '../comparison/comparison.ts';

/** The browsers that capture. */
export type BrowserName = 'chromium' | 'firefox';

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

/** User input. Every key is optional; the defaults are in {@link captureDefaults}. */
export interface CaptureConfig extends ComparisonOptions {
  targetUrl?: string;
  /** CSS pixels, 1–16384 each. */
  viewportSize?: { width: number; height: number };
  deviceScaleFactor?: number;
  userAgent?: string;
  locale?: string;
  timezoneId?: string;
  colorScheme?: 'light' | 'dark' | 'no-preference';
  reducedMotion?: 'reduce' | 'no-preference';
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
  /** An extra wait before the screenshot. */
  delayMs?: number;
  /** `true` stops the page's clock at a fixed date; a string or epoch milliseconds, at that date. */
  freezeTime?: boolean | number | string;
  /** Replaces `Math.random` and `crypto` randomness with a fixed sequence. */
  seedRandom?: boolean | number;

  /** On a server, only workers with this label capture the page; empty: any worker. */
  workerLabel?: string;

  resourceTimeoutMs?: number;
  quietTimeoutMs?: number;
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
  browser: 'chromium',
  fullPage: true,
  dom: true,
  resourceTimeoutMs: 60_000,
  quietTimeoutMs: 3_000,
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
export type ResolvedCaptureConfig = Omit<CaptureConfig, Defaulted> & Required<Pick<CaptureConfig, Defaulted>>;

export function resolveCaptureConfig(config: CaptureConfig): ResolvedCaptureConfig {
  return { ...captureDefaults, ...config };
}

/** Keys whose values are secrets: masked wherever a config or a log is shown. */
export const secretConfigKeys: readonly (keyof CaptureConfig)[] = [
  'httpPassword',
  'cookies',
  'injectHeaders',
  'extraHeaders',
];
