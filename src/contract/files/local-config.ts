/**
 * The YAML of the local tool: `setup`, `waitFor` and `tests`. This is the schema of one parsed file; reading, positions
 * and checks across files are in `local/`.
 */

import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import type { FannedConfig } from '../../domain/capture/fan-out.ts';
import { FileReader } from './local/file-reader.ts';
import { Mistakes } from './local/mistakes.ts';

/** Wait until a URL answers with status 200, or run a bash script once. */
export type WaitFor =
  { kind: 'url'; url: string; timeoutMs: number } | { kind: 'script'; script: string; timeoutMs: number };

/** What can run `setup` and a `waitFor` script. */
export type ScriptShell = 'bash' | 'sh' | 'powershell' | 'pwsh' | 'cmd';

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

/** A sitemap or a site whose pages become tests, once the server is there. */
export interface LocalSource {
  kind: 'sitemap' | 'crawl';
  /** Of the sitemap (http, https or file), or of the page where the crawl starts (http or https). */
  url: string;
  /** Every page's address begins with it. */
  start: string;
  /** Globs for names. */
  include: readonly string[];
  exclude: readonly string[];
  keepQueryString: boolean;
  ignoreRobots: boolean;
  /** Links from the start; null: no limit. */
  depth: number | null;
  /** Null: the crawler's own limit. */
  maxPages: number | null;
  maxTimeSecs: number | null;
  tags: readonly string[];
  /** May stand for several captures of each page. */
  config: FannedConfig;
  path: PropertyKey[];
}

/** `per-platform`: each system and browser has other baselines, all in one folder. */
export type BaselineRule = 'shared' | 'per-platform';

export interface LocalConfig {
  /** A bash script; null without one. */
  setup: string | null;
  /** Null: the system's usual one. */
  shell: ScriptShell | null;
  waitFor: WaitFor | null;
  /** Null: what the call says, or `shared`. */
  baselineRule: BaselineRule | null;
  tests: LocalTestSpec[];
  sources: LocalSource[];
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
