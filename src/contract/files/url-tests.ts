/** The file of `dpxdt diff-my-urls`: the original's JSON, the same in YAML, and viewports. */

import { z } from 'zod';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import {
  fanOut,
  captureProblem,
  strayList,
  type FannedConfig,
  type Viewport,
} from '../../domain/capture/fan-out.ts';
import { AppError } from '../../base/errors.ts';
import { checkPageUrl, defaultRunName } from '../../domain/names.ts';
import { quotePath } from '../explain-issues.ts';
import { fannedConfigSchema, viewportsSchema } from '../fanned-config.ts';
import { checkPart, listTests, testName, type TestEntry, type TestsDocument } from './tests-file.ts';

/** One page in one way. */
export interface UrlTest {
  name: string;
  url: string;
  config: CaptureConfig;
  /** What it is compared with; null: the latest good release. */
  ref: { url: string; config: CaptureConfig } | null;
}

/** One test of the file. */
export const urlTest = z.strictObject({
  name: testName.optional(),
  run_url: z.string(),
  run_config: fannedConfigSchema.optional(),
  ref_url: z.string().optional(),
  ref_config: fannedConfigSchema.optional(),
  viewports: viewportsSchema.optional(),
});

/**
 * Validates a parsed file and fans its configs out to `<name>@<viewport's name or WxH>` and the like.
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
  const written = (test.run_config ?? {}) as FannedConfig;
  const { viewports } = test;
  const config = viewports === undefined ? written : { ...written, viewports: viewports as Viewport[] };
  const problem = captureProblem(config);
  if (problem !== null) {
    const path = [...entry.path, 'viewports'];
    entry.fail(path, `${quotePath(path)} is invalid: ${problem}.`);
  }
  if (test.ref_url === undefined && test.ref_config !== undefined) {
    const path = [...entry.path, 'ref_config'];
    entry.fail(path, `${quotePath(path)} needs "ref_url", the page to capture with it.`);
  }
  const ref = test.ref_url === undefined ? null : pageUrl('ref_url', test.ref_url, entry);
  const refConfig = (test.ref_config ?? written) as FannedConfig;
  const stray = strayList(config, test.ref_config === undefined ? {} : refConfig);
  if (stray !== null) {
    const path = [...entry.path, 'ref_config', stray];
    entry.fail(path, `${quotePath(path)} holds for both pages: move it to "run_config".`);
  }
  const name = test.name ?? defaultRunName(new URL(url));
  return fanOut(config, refConfig).map((capture) => ({
    name: checkName(`${name}${capture.suffix}`, entry),
    url,
    config: capture.config,
    ref: ref === null ? null : { url: ref, config: capture.refConfig! },
  }));
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
