import { RE2JS } from 're2js';
import { z } from 'zod';
import { captureLimits, type CaptureConfig } from '../domain/capture/capture-config.ts';
import {
  antialiasingOf,
  antialiasingRules,
  contradictsItself,
  moveRules,
} from '../domain/comparison/comparison.ts';
import type { ComparisonOptions } from '../domain/comparison/comparison.ts';
import { isLabel, noLabel } from '../domain/tasks/labels.ts';
import { firefoxRefusal } from '../domain/capture/firefox-keys.ts';
import { AppError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { valueProblem } from '../base/value-problem.ts';

const pixels = (max: number) => z.number().int().min(1).max(max);
const milliseconds = (max: number) => z.number().int().min(0).max(max);
const script = z.string().max(captureLimits.scriptBytes);
const selector = z.string().min(1).max(1_024);
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

const cookie = z.strictObject({
  name: z.string().min(1).max(4_096),
  value: z.string().max(4_096),
  domain: z.string().max(255).optional(),
  path: z.string().max(2_048).optional(),
  expires: z.union([z.number(), z.string()]).optional(),
  expiry: z.number().optional(),
  httpOnly: z.boolean().optional(),
  httponly: z.boolean().optional(),
  secure: z.boolean().optional(),
  sameSite: z.enum(['Strict', 'Lax', 'None']).optional(),
});

const side = pixels(captureLimits.viewportSide);

const captureConfigKeySchemas = z.strictObject({
  targetUrl: z.string().max(2_048).optional(),
  viewportSize: z.strictObject({ width: side, height: side }).optional(),
  deviceScaleFactor: z.number().min(0.25).max(4).optional(),
  userAgent: headerValue.optional(),
  locale: locale.optional(),
  timezoneId: timezoneId.optional(),
  colorScheme: z.enum(['light', 'dark', 'no-preference']).optional(),
  reducedMotion: z.enum(['reduce', 'no-preference']).optional(),
  browser: z.enum(['chromium', 'firefox'], { error: ({ input }) => browserProblem(input) }).optional(),
  fullPage: z.boolean().optional(),
  clipRect: z
    .strictObject({
      left: z.number().min(0).optional(),
      top: z.number().min(0).optional(),
      width: z.number().min(1),
      height: z.number().min(1),
    })
    .optional(),
  selector: selector.optional(),
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
  injectCss: script.optional(),
  injectJs: script.optional(),
  hideSelectors: selectors.optional(),
  removeSelectors: selectors.optional(),
  mask: selectors.optional(),
  dom: z.boolean().optional(),
  waitForSelector: selector.optional(),
  waitForFunction: script.optional(),
  delayMs: milliseconds(captureLimits.timeoutMs).optional(),
  freezeTime: z
    .union([
      z.boolean(),
      z.number(),
      z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date'),
    ])
    .optional(),
  seedRandom: z.union([z.boolean(), z.number()]).optional(),
  workerLabel: z
    .string()
    .refine((text) => text === noLabel || isLabel(text), 'must be a label such as "vpn"')
    .optional(),
  resourceTimeoutMs: milliseconds(captureLimits.timeoutMs).optional(),
  quietTimeoutMs: milliseconds(captureLimits.timeoutMs).optional(),
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
export const captureConfigSchema = captureConfigKeySchemas.superRefine((config, context) => {
  const refusal = config.browser === 'firefox' ? firefoxRefusal(config as CaptureConfig) : null;
  if (refusal !== null) context.addIssue({ code: 'custom', path: [refusal.key], message: refusal.problem });
  const { includeAA, moves, maxMove } = config;
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
});

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

/**
 * One helpful sentence from a schema's issues: the first one, unknown keys before the rest.
 *
 * @param subject how the sentence names the whole value, e.g. `The capture config`
 */
function configError(value: unknown, error: z.ZodError, schema: z.ZodType, subject: string): AppError {
  const { path, sentence } = explainIssue(value, error, schema);
  const where = path.length === 0 ? subject : quotePath(path);
  return new AppError('config_invalid', `${where} ${sentence}`, { details: { path } });
}

/** The first schema issue as a path to the value and the rest of a sentence about it. */
export function explainIssue(
  value: unknown,
  error: z.ZodError,
  schema: z.ZodType,
): { path: PropertyKey[]; sentence: string } {
  const issue = error.issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    return {
      path: [...issue.path, key],
      sentence: `is not a known key.${didYouMean(key, knownKeysAt(schema, issue.path))}`,
    };
  }
  if (issue.code === 'invalid_key') {
    return {
      path: issue.path,
      sentence: `is not a valid key: ${issue.issues[0]?.message ?? issue.message}.`,
    };
  }
  const given = valueAt(value, issue.path);
  const got = given === undefined ? 'it is missing' : `got ${shortJson(given)}`;
  return { path: issue.path, sentence: `is invalid: ${valueProblem(issue)} (${got}).` };
}

/** Keys that the schema knows at a path; empty if it is not an object. */
function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const step of [...path, null]) {
    while (current instanceof z.ZodOptional) current = current.unwrap();
    if (step === null) break;
    if (current instanceof z.ZodObject) current = current.shape[step as string];
    else if (current instanceof z.ZodArray) current = current.element;
    else return [];
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

/** `viewportSize.width` or `cookies[2].name`, in quotes. */
export function quotePath(path: readonly PropertyKey[]): string {
  const text = path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('');
  return `"${text}"`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
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

function atMost(limit: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= limit;
}

function tooMany(what: string): string {
  return `has too many ${what}`;
}

/** Names of browsers that people try, and the browser to take instead. */
const otherBrowsers: Record<string, string> = {
  webkit:
    'is not supported: there is no WebKit that a server can capture with. Capture in "chromium" and "firefox", and look at the page in Safari yourself',
  safari:
    'is not supported: it runs on Apple\'s systems only. Capture in "chromium" and "firefox", and look at the page in Safari yourself',
  chrome: 'is not a name here: "chromium" captures in Chrome, too',
  edge: 'is not a name here: "chromium" captures in Edge, too',
  msedge: 'is not a name here: "chromium" captures in Edge, too',
};

function browserProblem(input: unknown): string {
  const other = typeof input === 'string' ? otherBrowsers[input.toLowerCase()] : undefined;
  return other === undefined ? 'it must be "chromium" or "firefox"' : `${JSON.stringify(input)} ${other}`;
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
