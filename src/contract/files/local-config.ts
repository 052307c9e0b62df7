/**
 * The YAML of the local tool: `setup`, `waitFor` and `tests`. This is the schema of one parsed file; reading, positions
 * and checks across files are in `local/`.
 */

import { z } from 'zod';
import { invisibleCharacterIn } from '../../base/invisible-text.ts';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { AppError } from '../../base/errors.ts';
import { didYouMean } from '../../base/suggest.ts';
import { captureConfigSchema, explainIssue, quotePath } from '../capture-config.ts';

/** Wait until a URL answers with status 200, or run a bash script once. */
export type WaitFor =
  { kind: 'url'; url: string; timeoutMs: number } | { kind: 'script'; script: string; timeoutMs: number };

/** An address and how to capture it. */
export interface LocalPage {
  url: string;
  config: CaptureConfig;
}

/** One test, viewports already fanned out. */
export interface LocalTestSpec {
  /** With `@viewport` if it was fanned out. */
  name: string;
  /** What `test` captures, and what `update` captures unless there is a `ref`. */
  run: LocalPage;
  /** Set for `run`/`ref` tests: what `update` captures. */
  ref: LocalPage | null;
  /** Path of the test in the file: `['tests', 3]`. */
  path: PropertyKey[];
}

export interface LocalConfig {
  /** A bash script; null without one. */
  setup: string | null;
  waitFor: WaitFor | null;
  tests: LocalTestSpec[];
}

const waitForDefaults = { urlTimeoutMs: 10_000, scriptTimeoutMs: 30_000 } as const;

const timeoutSecs = z.number().positive().max(3_600).optional();
const script = z.string().max(262_144);
const httpUrl = z
  .string()
  .max(2_048)
  .refine((text) => ['http:', 'https:'].includes(protocolOf(text)), 'must be an http or https URL');

const waitForUrlSchema = z.strictObject({ url: httpUrl, timeout_secs: timeoutSecs });
const waitForScriptSchema = z.strictObject({ script, timeout_secs: timeoutSecs });
const waitForAnySchema = z.strictObject({
  url: httpUrl.optional(),
  script: script.optional(),
  timeout_secs: timeoutSecs,
});

const testName = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .refine((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text), 'must not contain control characters')
  .refine(
    (text) => invisibleCharacterIn(text) === null,
    'must not contain invisible characters such as U+202E or U+200B',
  );

const pageUrl = z
  .string()
  .max(2_048)
  .refine(
    (text) => ['http:', 'https:', 'file:'].includes(protocolOf(text)),
    'must be an http, https or file URL',
  );

const viewport = z.strictObject({
  width: z.number().int().min(1).max(16_384),
  height: z.number().int().min(1).max(16_384),
  name: testName.optional(),
});
const viewports = z.array(viewport).min(1, 'must have at least one entry').max(100).optional();
const page = z.strictObject({ url: pageUrl, config: captureConfigSchema.optional() });

const plainTestSchema = z.strictObject({
  name: testName,
  url: pageUrl,
  config: captureConfigSchema.optional(),
  viewports,
});
const pairTestSchema = z.strictObject({ name: testName, run: page, ref: page, viewports });

const fileKeys = ['setup', 'waitFor', 'tests'] as const;

/** Every key of a file, a test, a viewport, a `waitFor`: the source of the baseline in the manual's tests. */
export const localConfigKeys = {
  file: [...fileKeys],
  waitFor: Object.keys(waitForAnySchema.shape),
  test: [...new Set([...Object.keys(plainTestSchema.shape), ...Object.keys(pairTestSchema.shape)])],
  page: Object.keys(page.shape),
  viewport: Object.keys(viewport.shape),
} as const;

/**
 * Validates one parsed YAML file and fans its viewports out. Keys whose value is null count as absent.
 *
 * @param isShared whether another top-level key is allowed (it has an anchor); `x-…` always is
 * @throws AppError `config_invalid` with one sentence; `details.path` holds the path to the key or value as an array
 */
export function parseLocalConfig(value: unknown, isShared: (key: string) => boolean): LocalConfig {
  if (!isRecord(value)) {
    fail([], 'The file must have a "tests" list, but it is empty or not a mapping.');
  }
  for (const key of Object.keys(value)) {
    if ((fileKeys as readonly string[]).includes(key) || key.startsWith('x-') || isShared(key)) continue;
    const advice = `${didYouMean(key, fileKeys)} Custom keys must start with "x-" or have an anchor (&name).`;
    fail([key], `"${key}" is not a known key.${advice}`);
  }
  const setup = value.setup ?? null;
  if (setup !== null) check(script, setup, ['setup']);
  if (value.tests === undefined || value.tests === null) fail([], 'The file has no "tests" list.');
  if (!Array.isArray(value.tests)) fail(['tests'], '"tests" is invalid: it must be a list.');
  const configs = new Map<unknown, CaptureConfig>();
  const tests = value.tests.flatMap((test, index) => parseTest(test, ['tests', index], configs));
  return { setup: setup as string | null, waitFor: parseWaitFor(value.waitFor ?? null), tests };
}

function parseWaitFor(value: unknown): WaitFor | null {
  if (value === null) return null;
  const path = ['waitFor'];
  if (typeof value === 'string') {
    check(script, value, path);
    return { kind: 'script', script: value, timeoutMs: waitForDefaults.scriptTimeoutMs };
  }
  if (!isRecord(value)) fail(path, '"waitFor" is invalid: it must be a bash script or {url, timeout_secs}.');
  const given = withoutNulls(value);
  check(waitForAnySchema, given, path);
  if (given.script !== undefined && given.url !== undefined) {
    fail([...path, 'script'], '"waitFor" has both "url" and "script": keep only one.');
  }
  if (given.script !== undefined) {
    const found = check(waitForScriptSchema, given, path);
    return {
      kind: 'script',
      script: found.script,
      timeoutMs: (found.timeout_secs ?? 0) * 1_000 || waitForDefaults.scriptTimeoutMs,
    };
  }
  const found = check(waitForUrlSchema, given, path);
  return {
    kind: 'url',
    url: found.url,
    timeoutMs: (found.timeout_secs ?? 0) * 1_000 || waitForDefaults.urlTimeoutMs,
  };
}

function parseTest(
  value: unknown,
  path: PropertyKey[],
  configs: Map<unknown, CaptureConfig>,
): LocalTestSpec[] {
  if (!isRecord(value))
    fail(path, `${quotePath(path)} is invalid: a test is a mapping with a name and a url.`);
  const given = withoutNulls(value);
  for (const key of Object.keys(given)) {
    if (localConfigKeys.test.includes(key)) continue;
    fail(
      [...path, key],
      `${quotePath([...path, key])} is not a known key.${didYouMean(key, localConfigKeys.test)}`,
    );
  }
  const isPair = given.run !== undefined || given.ref !== undefined;
  if (isPair) {
    for (const key of ['url', 'config']) {
      if (given[key] === undefined) continue;
      fail([...path, key], `A test with "run" and "ref" must not have its own "${key}": move it into them.`);
    }
  }
  const spec = isPair ? parsePair(given, path, configs) : parsePlain(given, path, configs);
  const sizes =
    given.viewports === undefined ? null : check(viewports.unwrap(), given.viewports, [...path, 'viewports']);
  if (sizes === null) return [spec];
  return sizes.map(({ width, height, name }) => ({
    ...spec,
    name: check(testName, `${spec.name}@${name ?? `${width}x${height}`}`, [...path, 'name']),
    run: withViewport(spec.run, width, height),
    ref: spec.ref === null ? null : withViewport(spec.ref, width, height),
  }));
}

function parsePlain(
  given: Record<string, unknown>,
  path: PropertyKey[],
  configs: Map<unknown, CaptureConfig>,
): LocalTestSpec {
  const { config } = given;
  const test = check(plainTestSchema, { ...given, config: undefined, viewports: undefined }, path);
  const run = { url: test.url, config: parseConfig(config, [...path, 'config'], configs) };
  return { name: test.name, run, ref: null, path };
}

function parsePair(
  given: Record<string, unknown>,
  path: PropertyKey[],
  configs: Map<unknown, CaptureConfig>,
): LocalTestSpec {
  const name = check(testName, given.name, [...path, 'name']);
  const side = (key: 'run' | 'ref'): LocalPage => {
    const value = given[key];
    if (!isRecord(value)) {
      fail(
        [...path, key],
        `${quotePath([...path, key])} is invalid: it must be {url, config} (${value === undefined ? 'it is missing' : 'it is not a mapping'}).`,
      );
    }
    const { config, ...rest } = withoutNulls(value);
    const checked = check(page, rest, [...path, key]);
    return { url: checked.url, config: parseConfig(config, [...path, key, 'config'], configs) };
  };
  return { name, run: side('run'), ref: side('ref'), path };
}

/** Configs shared by an anchor are the same object after parsing: each is validated once. */
function parseConfig(
  value: unknown,
  path: PropertyKey[],
  configs: Map<unknown, CaptureConfig>,
): CaptureConfig {
  if (value === undefined) return {};
  const known = configs.get(value);
  if (known !== undefined) return known;
  const parsed = check(captureConfigSchema, value, path) as CaptureConfig;
  configs.set(value, parsed);
  return parsed;
}

function withViewport(screenshot: LocalPage, width: number, height: number): LocalPage {
  return { url: screenshot.url, config: { ...screenshot.config, viewportSize: { width, height } } };
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  base: PropertyKey[],
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, sentence } = explainIssue(value, parsed.error, schema);
  const full = [...base, ...path];
  fail(full, `${quotePath(full)} ${sentence}`);
}

function fail(path: PropertyKey[], message: string): never {
  throw new AppError('config_invalid', message, { details: { path } });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}
