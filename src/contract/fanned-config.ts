/** The capture config of local tests and tools: lists of viewports, color schemes, browsers and selectors, too. */

import { browser } from './browser-name.ts';
import { z } from 'zod';
import { captureLimits, colorSchemes } from '../domain/capture/capture-config.ts';
import { browsersOf, fanOutProblem, type FannedConfig } from '../domain/capture/fan-out.ts';
import { captureConfigKeySchemas, checkTogether, device, side } from './capture-config.ts';
import { selector } from './capture-steps.ts';
import { configError } from './explain-issues.ts';
import { testName } from './files/tests-file.ts';

/** Name, window or device, and what goes with it. */
const viewport = z
  .strictObject({
    name: testName.optional(),
    width: side.optional(),
    height: side.optional(),
    device: device.optional(),
    deviceScaleFactor: captureConfigKeySchemas.shape.deviceScaleFactor,
    isMobile: z.boolean().optional(),
    hasTouch: z.boolean().optional(),
    colorScheme: captureConfigKeySchemas.shape.colorScheme,
  })
  .superRefine(({ width, height, device: named }, context) => {
    const missing = width === undefined ? 'width' : height === undefined ? 'height' : null;
    if (missing === null || (named !== undefined && width === height)) return;
    context.addIssue({ code: 'custom', path: [missing], message: 'it must be a number' });
  });
export const viewportKeys = Object.keys(viewport.shape);

export const viewportsSchema = z.array(viewport).min(1, 'must have at least one entry').max(100);

function distinct<Value>(schema: z.ZodType<Value>) {
  return z
    .array(schema)
    .min(1, 'must have at least one entry')
    .max(10)
    .refine((list) => new Set(list).size === list.length, 'must have each entry once');
}

/** The schema of the capture config of local tests and tools, which may stand for several captures of a page. */
export const fannedConfigSchema = captureConfigKeySchemas
  .extend({
    selector: z
      .union([selector, z.array(selector).min(1).max(captureLimits.selectors)], {
        error: 'it must be a CSS selector, or a list of CSS selectors for one run each',
      })
      .optional(),
    viewports: viewportsSchema.optional(),
    colorSchemes: distinct(z.enum(colorSchemes)).optional(),
    browsers: distinct(browser).optional(),
  })
  .superRefine((config, context) => {
    const browser = browsersOf(config as FannedConfig).includes('firefox') ? 'firefox' : 'chromium';
    checkTogether(config, browser, context);
    const message = fanOutProblem(config as FannedConfig);
    if (message !== null) context.addIssue({ code: 'custom', path: ['viewports'], message });
  });

/** As `parseCaptureConfig`, for a config that may stand for several captures of a page. */
export function parseFannedConfig(value: unknown): FannedConfig {
  const parsed = fannedConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data as FannedConfig;
  throw configError(value, parsed.error, fannedConfigSchema, 'The capture config');
}
