/** The file of `dpxdt diff-my-urls`: the original's JSON, the same in YAML, and viewports. */

import { z } from 'zod';
import { captureLimits, type CaptureConfig } from '../../domain/capture/capture-config.ts';
import { AppError } from '../../base/errors.ts';
import { checkPageUrl, defaultRunName } from '../../domain/names.ts';
import { captureConfigSchema, quotePath } from '../capture-config.ts';
import { checkPart, listTests, testName, type TestEntry, type TestsDocument } from './tests-file.ts';

/** One page in one viewport. */
export interface UrlTest {
  name: string;
  url: string;
  config: CaptureConfig;
  /** What it is compared with; null: the latest good release. */
  ref: { url: string; config: CaptureConfig } | null;
}

const side = z.number().int().min(1).max(captureLimits.viewportSide);
const viewport = z.strictObject({ width: side, height: side, name: testName.optional() });

/** One test of the file. */
export const urlTest = z.strictObject({
  name: testName.optional(),
  run_url: z.string(),
  run_config: captureConfigSchema.optional(),
  ref_url: z.string().optional(),
  ref_config: captureConfigSchema.optional(),
  viewports: z.array(viewport).min(1, 'must have at least one entry').max(100).optional(),
});

/**
 * Validates a parsed file and fans viewports out to `<name>@<viewport's name or WxH>`.
 *
 * @param file its name in messages
 * @throws AppError `config_invalid` with `file:line:column` in front
 */
export function parseUrlTests(document: TestsDocument, file: string): UrlTest[] {
  const first = new Map<string, number>();
  return listTests(document, file).flatMap((entry) => {
    const tests = parseTest(entry);
    for (const { name } of tests) {
      const taken = first.get(name);
      if (taken !== undefined) {
        entry.fail(
          entry.path,
          `The name "${name}" is already used by the test in line ${taken}. Names must be unique.`,
        );
      }
      first.set(name, document.locate(entry.path).line);
    }
    return tests;
  });
}

function parseTest(entry: TestEntry): UrlTest[] {
  const test = checkPart(urlTest, entry.value, entry);
  const url = pageUrl('run_url', test.run_url, entry);
  const config = (test.run_config ?? {}) as CaptureConfig;
  if (test.ref_url === undefined && test.ref_config !== undefined) {
    const path = [...entry.path, 'ref_config'];
    entry.fail(path, `${quotePath(path)} needs "ref_url", the page to capture with it.`);
  }
  const ref =
    test.ref_url === undefined
      ? null
      : {
          url: pageUrl('ref_url', test.ref_url, entry),
          config: (test.ref_config ?? config) as CaptureConfig,
        };
  const name = test.name ?? defaultRunName(new URL(url));
  if (test.viewports === undefined) return [{ name: checkName(name, entry), url, config, ref }];
  return test.viewports.map(({ width, height, name: size }) => {
    const viewportSize = { width, height };
    return {
      name: checkName(`${name}@${size ?? `${width}x${height}`}`, entry),
      url,
      config: { ...config, viewportSize },
      ref: ref === null ? null : { url: ref.url, config: { ...ref.config, viewportSize } },
    };
  });
}

function checkName(name: string, { path, fail }: TestEntry): string {
  return checkPart(testName, name, { path: [...path, 'name'], fail });
}

function pageUrl(key: string, text: string, { path, fail }: TestEntry): string {
  const full = [...path, key];
  try {
    return checkPageUrl(quotePath(full), text).href;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return fail(full, error.message);
  }
}
