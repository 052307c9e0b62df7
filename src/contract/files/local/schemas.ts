/** The schemas of the local tool's YAML, apart from the capture config. */

import { z } from 'zod';
import { invisibleCharacterIn } from '../../../base/invisible-text.ts';

const timeoutSecs = z.number().positive().max(3_600).optional();
export const script = z.string().max(262_144);
export const httpUrl = z
  .string()
  .max(2_048)
  .refine((text) => isHttp(text), 'must be an http or https URL');

export const waitForUrlSchema = z.strictObject({ url: httpUrl, timeout_secs: timeoutSecs });
export const waitForAnySchema = z.strictObject({
  url: httpUrl.optional(),
  script: script.optional(),
  timeout_secs: timeoutSecs,
});

export const testName = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .refine((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text), 'must not contain control characters')
  .refine(
    (text) => invisibleCharacterIn(text) === null,
    'must not contain invisible characters such as U+202E or U+200B',
  );

export const pageUrl = z
  .string()
  .max(2_048)
  .refine(isPageUrl, {
    error: ({ input }) => `must be an http, https or file URL${pageUrlHint(String(input))}`,
  });

/** Of a `run` and a `ref`. */
export const pageKeys = ['url', 'config'] as const;

/** The base of relative addresses. */
export const baseUrlSchema = z
  .string()
  .max(2_048)
  .refine(
    isPageUrl,
    'must be an http, https or file URL, such as https://staging.example.com/ or file:site/',
  );

export const tagPattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.:/-]{0,63}$/u;
const tag = z
  .string()
  .regex(tagPattern, 'must be a word of at most 64 letters, digits and "_.:/-", such as "smoke"');
const globs = z.array(z.string().min(1).max(1_024)).max(100).optional();
const sourceShape = {
  url: z.string().max(2_048),
  include: globs,
  exclude: globs,
  keepQueryString: z.boolean().optional(),
  ignoreRobots: z.boolean().optional(),
  maxPages: z.number().int().min(1).max(100_000).optional(),
  maxTimeSecs: z.number().int().min(1).max(86_400).optional(),
  tags: z.unknown().optional(),
  config: z.unknown().optional(),
  viewports: z.unknown().optional(),
};
export const sitemapSchema = z.strictObject(sourceShape);
export const crawlSchema = z.strictObject({
  ...sourceShape,
  depth: z.number().int().min(-1).max(10_000).optional(),
});
/** Of a `sitemap` and a `crawl`. */
export const sourceKeys = Object.keys(crawlSchema.shape);

export const baselineRuleSchema = z.enum(['shared', 'per-platform']);

export const shellSchema = z.enum(['bash', 'sh', 'powershell', 'pwsh', 'cmd']);

/** One word, or a list of words. */
export const tagsSchema = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(tag).max(50),
);

function isHttp(text: string): boolean {
  return ['http:', 'https:'].includes(protocolOf(text));
}

function pageUrlHint(text: string): string {
  if (/^[\w.-]+:\d+(\/|$)/.test(text)) return `; did you mean "http://${text}"?`;
  return URL.canParse(text) ? '' : '; a relative one needs "baseUrl" at the top of the file';
}

function isPageUrl(text: string): boolean {
  return isHttp(text) || protocolOf(text) === 'file:';
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}
