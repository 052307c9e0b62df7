import { RE2JS } from 're2js';
import { z } from 'zod';
import {
  captureLimits,
  colorSchemes,
  type BrowserName,
  type CaptureConfig,
} from '../domain/capture/capture-config.ts';
import { deviceNames, findDevice } from '../domain/capture/devices.ts';
import {
  antialiasingOf,
  antialiasingRules,
  contradictsItself,
  moveRules,
} from '../domain/comparison/comparison.ts';
import type { ComparisonOptions } from '../domain/comparison/comparison.ts';
import { isLabel, noLabel } from '../domain/tasks/labels.ts';
import { firefoxRefusals } from '../domain/capture/firefox-keys.ts';
import { nearest } from '../base/suggest.ts';
import { secretName } from '../domain/capture/secrets.ts';
import { shotNames } from '../domain/capture/steps.ts';
import { script, selector, shotName, stepsSchema } from './capture-steps.ts';
import { browser } from './browser-name.ts';
import { configError, oneEach } from './explain-issues.ts';

const pixels = (max: number) => z.number().int().min(1).max(max);
const milliseconds = (max: number) => z.number().int().min(0).max(max);
const selectors = z.array(selector).max(captureLimits.selectors);
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'must be an HTTP header name');
const headerValue = z
  .string()
  .max(8_192)
  .regex(/^[^\r\n\0]*$/, 'must not contain line breaks');
const headers = z.record(headerName, headerValue);

const pattern = z
  .string()
  .min(1)
  .superRefine((value, context) => {
    const problem = patternProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const timezoneId = z.string().refine(isTimeZone, 'must be an IANA time zone such as "Europe/Berlin"');
const locale = z.string().refine(isLocale, 'must be a BCP 47 language tag such as "en-US"');

export const device = z.string().refine((name) => findDevice(name) !== undefined, {
  error: ({ input }) => `there is no device of this name${suggestion(String(input), deviceNames())}`,
});

const cookie = z.strictObject({
  name: z.string().min(1).max(4_096),
  value: z.string().max(4_096),
  domain: z.string().max(255).optional(),
  path: z.string().max(2_048).optional(),
  expires: z
    .union([z.number(), z.string()], { error: 'it must be seconds since 1970, or a date' })
    .optional(),
  expiry: z.number().optional(),
  httpOnly: z.boolean().optional(),
  httponly: z.boolean().optional(),
  secure: z.boolean().optional(),
  sameSite: z.enum(['Strict', 'Lax', 'None']).optional(),
});

/** Playwright may add keys, such as `indexedDB`; they are left out. */
const storageState = z.object({
  cookies: z
    .array(
      z.object({
        name: z.string().min(1).max(4_096),
        value: z.string().max(4_096),
        domain: z.string().max(255),
        path: z.string().max(2_048),
        expires: z.number().optional(),
        httpOnly: z.boolean().optional(),
        secure: z.boolean().optional(),
        sameSite: z.enum(['Strict', 'Lax', 'None']).optional(),
      }),
    )
    .max(captureLimits.cookies),
  origins: z
    .array(
      z.object({
        origin: z.string().max(255),
        localStorage: z
          .array(z.object({ name: z.string().max(4_096), value: z.string().max(262_144) }))
          .max(1_000),
      }),
    )
    .max(50),
});

export const side = pixels(captureLimits.viewportSide);

const oneSelector = {
  error: ({ input }: { input?: unknown }) =>
    Array.isArray(input) ? `a list is for more than one run: ${oneEach}` : undefined,
};

/** The keys alone; what they must be together is {@link checkTogether}. */
export const captureConfigKeySchemas = z.strictObject({
  targetUrl: z.string().max(2_048).optional(),
  viewportSize: z.strictObject({ width: side, height: side }).optional(),
  deviceScaleFactor: z.number().min(0.25).max(4).optional(),
  device: device.optional(),
  isMobile: z.boolean().optional(),
  hasTouch: z.boolean().optional(),
  userAgent: headerValue.optional(),
  locale: locale.optional(),
  timezoneId: timezoneId.optional(),
  colorScheme: z.enum(colorSchemes).optional(),
  reducedMotion: z.enum(['reduce', 'no-preference']).optional(),
  media: z.enum(['screen', 'print']).optional(),
  forcedColors: z.enum(['none', 'active']).optional(),
  contrast: z.enum(['no-preference', 'more', 'less']).optional(),
  browser: browser.optional(),
  fullPage: z.boolean().optional(),
  clipRect: z
    .strictObject({
      left: z.number().min(0).optional(),
      top: z.number().min(0).optional(),
      width: z.number().min(1),
      height: z.number().min(1),
    })
    .optional(),
  selector: z.string(oneSelector).pipe(selector).optional(),
  cookies: z.array(cookie).max(captureLimits.cookies).optional(),
  httpUserName: z.string().max(1_024).optional(),
  httpPassword: z.string().max(1_024).optional(),
  injectHeaders: z
    .record(pattern, headers)
    .refine(atMost(captureLimits.patterns), tooMany('patterns'))
    .optional(),
  extraHeaders: headers.refine(atMost(captureLimits.headers), tooMany('headers')).optional(),
  resourcesToIgnore: z.array(pattern).max(captureLimits.patterns).optional(),
  allowHttpErrors: z.boolean().optional(),
  failOnIncomplete: z.boolean().optional(),
  ignoreTlsErrors: z.boolean().optional(),
  serviceWorkers: z.enum(['allow', 'block']).optional(),
  injectCss: script.optional(),
  injectJs: script.optional(),
  hideSelectors: selectors.optional(),
  removeSelectors: selectors.optional(),
  mask: selectors.optional(),
  dom: z.boolean().optional(),
  waitForSelector: selector.optional(),
  waitForFunction: script.optional(),
  steps: stepsSchema.optional(),
  shot: shotName.optional(),
  login: z
    .strictObject({ url: z.string().min(1).max(2_048), steps: stepsSchema })
    .refine(({ steps }) => shotNames({ steps }).length === 0, 'a login takes no "shot"')
    .optional(),
  storageState: z
    .union([z.string().min(1).max(4_096), storageState], {
      error: 'it must be a file, or what such a file holds: {cookies, origins}, as Playwright writes it',
    })
    .optional(),
  secrets: z
    .record(
      z.string().regex(secretName, 'must be a name of letters, digits and underscores'),
      z.strictObject({
        value: z.string().max(4_096),
        origins: z.array(z.string().max(255)).max(20).optional(),
      }),
    )
    .refine(atMost(100), tooMany('secrets'))
    .optional(),
  stepTimeoutMs: milliseconds(captureLimits.timeoutMs).optional(),
  delayMs: milliseconds(captureLimits.timeoutMs).optional(),
  freezeTime: z
    .union([
      z.boolean(),
      z.number(),
      z
        .string()
        .refine(
          (text) => !Number.isNaN(Date.parse(text)),
          'must be a date such as "2030-12-31", true, or milliseconds since 1970',
        ),
    ])
    .optional(),
  seedRandom: z.union([z.boolean(), z.number()], { error: 'it must be true, false or a number' }).optional(),
  workerLabel: z
    .string()
    .refine((text) => text === noLabel || isLabel(text), 'must be a label such as "vpn"')
    .optional(),
  scroll: z.union([z.literal('auto'), z.boolean()], { error: 'it must be "auto", true or false' }).optional(),
  window: z.enum(['viewport', 'page']).optional(),
  expandScrollers: z.boolean().optional(),
  resourceTimeoutMs: milliseconds(captureLimits.timeoutMs).optional(),
  quietTimeoutMs: milliseconds(captureLimits.timeoutMs).optional(),
  timerLimitMs: milliseconds(captureLimits.timeoutMs).optional(),
  timeoutMs: z.number().int().min(100).max(captureLimits.timeoutMs).optional(),
  maxPixels: pixels(captureLimits.maxPixels).optional(),
  threshold: z.number().min(0).max(1).optional(),
  antialiasing: z.enum(antialiasingRules).optional(),
  includeAA: z.boolean().optional(),
  maxDiffPixels: z.number().int().min(0).optional(),
  maxDiffPixelRatio: z.number().min(0).max(1).optional(),
  failOnForgiven: z.boolean().optional(),
  moves: z.enum(moveRules).optional(),
  maxMove: z.number().int().min(0).optional(),
});

/** The schema of the capture config. Unknown keys are errors; no defaults are filled in. */
export const captureConfigSchema = captureConfigKeySchemas.superRefine((config, context) =>
  checkTogether(config, config.browser, context),
);

type ConfigKeys = Pick<
  z.output<typeof captureConfigKeySchemas>,
  'includeAA' | 'antialiasing' | 'moves' | 'maxMove' | 'window' | 'fullPage' | 'shot' | 'steps'
>;

/** What keys must be together, in a browser. */
export function checkTogether(
  config: ConfigKeys,
  browser: BrowserName | undefined,
  context: z.core.$RefinementCtx,
): void {
  const refusals = browser === 'firefox' ? firefoxRefusals(config) : [];
  for (const { key, problem } of refusals)
    context.addIssue({ code: 'custom', path: [key], message: problem });
  const { includeAA, moves, maxMove, shot, steps } = config;
  if (shot !== undefined && !shotNames({ steps: steps ?? [] }).includes(shot))
    context.addIssue({ code: 'custom', path: ['shot'], message: 'it names none of the "shot" steps' });
  if (config.window === 'page' && config.fullPage === false)
    context.addIssue({
      code: 'custom',
      path: ['window'],
      message: 'it has no effect with "fullPage: false"; remove one of the two keys',
    });
  if (maxMove !== undefined && moves !== 'tolerate')
    context.addIssue({
      code: 'custom',
      path: ['maxMove'],
      message: 'it has no effect without "moves: tolerate"; add that key, or remove this one',
    });
  if (includeAA === undefined || !contradictsItself(config as ComparisonOptions)) return;
  context.addIssue({
    code: 'custom',
    path: ['antialiasing'],
    message: `"includeAA: ${includeAA}" means "antialiasing: ${antialiasingOf(includeAA)}"; keep one of the two keys`,
  });
}

/**
 * Validates a user's capture config.
 *
 * @param value parsed JSON or YAML
 * @throws AppError `config_invalid` with one sentence that names the key, the value and, for an unknown key, the
 *   nearest known one; `details.path` holds the path to the key as an array
 */
export function parseCaptureConfig(value: unknown): CaptureConfig {
  const parsed = captureConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data as CaptureConfig;
  throw configError(value, parsed.error, captureConfigSchema, 'The capture config');
}

/** Why a URL pattern is refused, or null. The syntax is RE2: linear time, no look-around, no back references. */
export function patternProblem(text: string): string | null {
  if (new TextEncoder().encode(text).length > captureLimits.patternBytes) {
    return `a pattern may have at most ${captureLimits.patternBytes} bytes`;
  }
  try {
    RE2JS.compile(text);
    return null;
  } catch (error) {
    if (/^https?:\/\//.test(text)) return null;
    if (/\(\?<?[=!]/.test(text)) return 'look-ahead and look-behind are not supported in patterns';
    return `is not a valid RE2 pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function suggestion(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  return found === null ? '' : `; did you mean "${found}"?`;
}

function atMost(limit: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= limit;
}

function tooMany(what: string): string {
  return `has too many ${what}`;
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
