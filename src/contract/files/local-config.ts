/**
 * The YAML of the local tool: `setup`, `waitFor` and `tests`. This is the schema of one parsed file; reading, positions
 * and checks across files are in `local/`.
 */

import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { FileReader } from './local/file-reader.ts';
import { fileKeys, testKeys } from './local/misplaced-keys.ts';
import { Mistakes } from './local/mistakes.ts';
import { viewportKeys } from '../fanned-config.ts';
import { pageKeys, waitForAnySchema } from './local/schemas.ts';

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
  tags: readonly string[];
  /** Path of the test in the file: `['tests', 3]`. */
  path: PropertyKey[];
}

export interface LocalConfig {
  /** A bash script; null without one. */
  setup: string | null;
  waitFor: WaitFor | null;
  tests: LocalTestSpec[];
  /** What the file may not mean as it is written. */
  hints: { path: PropertyKey[]; message: string }[];
}

/** What a file is read with. */
export interface LocalConfigSurroundings {
  /** Whether another top-level key is allowed (it has an anchor); `x-…` always is. */
  isShared: (key: string) => boolean;
  /** For `${NAME}`. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Instead of the file's `baseUrl`. */
  baseUrl?: string | null;
  /** Makes an address absolute that is relative to a folder, such as `file:pages/`. */
  resolveFile?: (url: string) => string;
}

/** Every key of a file, a test, a viewport, a `waitFor`: the source of the baseline in the manual's tests. */
export const localConfigKeys = {
  file: [...fileKeys],
  waitFor: Object.keys(waitForAnySchema.shape),
  test: [...testKeys],
  page: [...pageKeys],
  viewport: viewportKeys,
} as const;

/**
 * Validates one parsed YAML file and fans its viewports out. Keys whose value is null count as absent.
 *
 * @throws AppError `config_invalid` with one sentence about the first mistake; `details.path` holds the path to the key
 *   or value as an array, `details.mistakes` all mistakes as `{path, message}`
 */
export function parseLocalConfig(value: unknown, surroundings: LocalConfigSurroundings): LocalConfig {
  const mistakes = new Mistakes(value);
  const config = new FileReader(mistakes, surroundings).read(value);
  mistakes.throwIfAny();
  return config!;
}
