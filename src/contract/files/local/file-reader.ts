/** Reads one parsed YAML file of the local tool, and notes every mistake. */

import { didYouMean, nearest } from '../../../base/suggest.ts';
import {
  fanOut,
  fanOutProblem,
  strayList,
  type FannedConfig,
  type Viewport,
} from '../../../domain/capture/fan-out.ts';
import { quotePath } from '../../explain-issues.ts';
import { fannedConfigSchema, viewportsSchema } from '../../fanned-config.ts';
import type { LocalSource, LocalConfig, LocalConfigSurroundings, LocalTestSpec } from '../local-config.ts';
import { substituteVariables } from './environment.ts';
import { adviceFor, localConfigKeys } from './misplaced-keys.ts';
import type { Mistakes } from './mistakes.ts';
import { readWaitFor } from './read-wait-for.ts';
import { isRecord, withoutNulls } from './records.ts';
import {
  baseUrlSchema,
  crawlSchema,
  httpUrl,
  sitemapSchema,
  pageUrl,
  baselineRuleSchema,
  script,
  shellSchema,
  tagsSchema,
  testName,
} from './schemas.ts';

/** A page whose config may stand for several captures. */
interface WrittenPage {
  url: string;
  config: FannedConfig;
}

/** Stands for a base that is wrong: the addresses that rely on it are not complained about, too. */
const unknownBase = 'http://unknown.invalid/';

export class FileReader {
  readonly #mistakes: Mistakes;
  readonly #surroundings: LocalConfigSurroundings;
  /** Configs shared by an anchor are the same object after parsing: each is validated once. */
  readonly #configs = new Map<unknown, FannedConfig>();
  #baseUrl: string | null = null;
  #defaults: FannedConfig = {};
  /** Where each name was first used. */
  readonly #names = new Map<string, PropertyKey[]>();

  constructor(mistakes: Mistakes, surroundings: LocalConfigSurroundings) {
    this.#mistakes = mistakes;
    this.#surroundings = surroundings;
  }

  read(written: unknown): LocalConfig | null {
    const { add } = this.#mistakes;
    if (!isRecord(written)) {
      add([], 'The file must have a "tests" list, but it is empty or not a mapping.');
      return null;
    }
    const { isShared, environment = {} } = this.#surroundings;
    const isKnown = (key: string): boolean => (localConfigKeys.file as readonly string[]).includes(key);
    const isPlaceForAnchors = isShared('defaults') && isRecord(written.defaults);
    const isCustom = (key: string): boolean => !isKnown(key) || (key === 'defaults' && isPlaceForAnchors);
    for (const key of Object.keys(written)) {
      if (isKnown(key) || key.startsWith('x-') || isShared(key)) continue;
      const advice = adviceFor(key, [key]);
      const other = `is not a known key.${didYouMean(key, localConfigKeys.file)} Custom keys must start with "x-" or have an anchor (&name).`;
      add([key], `"${key}" ${advice ?? other}`);
    }
    const file = substituteVariables(written, environment, isCustom, add);
    const hints: LocalConfig['hints'] = [];
    if (isPlaceForAnchors) {
      hints.push({
        path: ['defaults'],
        message:
          '"defaults" has an anchor, so it is only a place for anchors: without the anchor it is the config of every test. Give it another name, such as "x-shared", to silence this.',
      });
    } else {
      this.#defaults = this.#parseConfig(file.defaults ?? undefined, ['defaults'], false);
    }
    this.#baseUrl = this.#readBaseUrl(file.baseUrl ?? null);
    const setup = file.setup ?? null;
    if (setup !== null) this.#mistakes.check(script, setup, ['setup']);
    const waitFor = readWaitFor(file.waitFor ?? null, this.#mistakes, (url) => this.#absolute(url));
    const named = file.shell ?? null;
    const shell = named === null ? null : this.#mistakes.check(shellSchema, named, ['shell']);
    const sources = (['sitemap', 'crawl'] as const).flatMap((kind) => this.#parseSource(kind, file[kind]));
    const hasSource = (file.sitemap ?? file.crawl ?? null) !== null;
    const tests = hasSource && !file.tests ? [] : this.#parseTests(file.tests ?? null);
    const { references: rule = null } = file;
    const baselineRule =
      rule === null ? null : this.#mistakes.check(baselineRuleSchema, rule, ['references']);
    return {
      setup: setup as string | null,
      shell: shell?.value ?? null,
      waitFor,
      baselineRule: baselineRule?.value ?? null,
      tests,
      sources,
      hints,
    };
  }

  #readBaseUrl(written: unknown): string | null {
    const given = this.#surroundings.baseUrl ?? null;
    if (written !== null) {
      const checked = this.#mistakes.check(baseUrlSchema, written, ['baseUrl']);
      if (checked === null) return unknownBase;
      if (given === null) return this.#resolveFile(checked.value);
    }
    return given === null ? null : this.#resolveFile(given);
  }

  #resolveFile(url: string): string {
    return this.#surroundings.resolveFile?.(url) ?? url;
  }

  /** An address of the file as an absolute one. */
  #absolute(url: unknown): unknown {
    if (typeof url !== 'string' || this.#baseUrl === null || /^[a-z][a-z0-9+.-]*:/i.test(url)) return url;
    return URL.parse(url, this.#baseUrl)?.href ?? url;
  }

  #parseTests(tests: unknown): LocalTestSpec[] {
    if (tests === null) {
      this.#mistakes.add([], 'The file has no "tests" list.');
      return [];
    }
    if (!Array.isArray(tests)) {
      this.#mistakes.add(['tests'], '"tests" is invalid: it must be a list.');
      return [];
    }
    return tests.flatMap((test, index) => this.#parseTest(test, ['tests', index]));
  }

  #parseSource(kind: LocalSource['kind'], written: unknown): LocalSource[] {
    if (written === null || written === undefined) return [];
    const path = [kind];
    const { add } = this.#mistakes;
    if (typeof written !== 'string' && !isRecord(written)) {
      add(path, `"${kind}" is invalid: it must be an address, or {url, include, exclude, config, …}.`);
      return [];
    }
    const given = typeof written === 'string' ? { url: written } : withoutNulls(written);
    const urlPath = typeof written === 'string' ? path : [...path, 'url'];
    const checked = this.#mistakes.check(kind === 'crawl' ? crawlSchema : sitemapSchema, given, path);
    const config = this.#withViewports(this.#parseConfig(given.config, [...path, 'config']), given, path);
    const tags = this.#mistakes.check(tagsSchema, given.tags ?? [], [...path, 'tags'])?.value ?? [];
    if (checked === null || config === null) return [];
    const url = this.#mistakes.check(
      kind === 'crawl' ? httpUrl : pageUrl,
      this.#absolute(checked.value.url),
      urlPath,
    )?.value;
    if (url === undefined) return [];
    const isFile = url.startsWith('file:');
    const start = isFile ? this.#baseUrl : kind === 'crawl' ? url : new URL('/', url).href;
    if (start === null || start.startsWith('file:')) {
      add(urlPath, `${quotePath(urlPath)} is a file: add "baseUrl", the http or https address of its site.`);
      return [];
    }
    const { include = [], exclude = [], keepQueryString = false, ignoreRobots = false } = checked.value;
    const { maxPages = null, maxTimeSecs = null } = checked.value;
    // A sitemap's schema refuses the key.
    const { depth = -1 } = checked.value as { depth?: number };
    const limits = { depth: depth < 0 ? null : depth, maxPages, maxTimeSecs };
    const scope = { url: isFile ? this.#resolveFile(url) : url, start, include, exclude, keepQueryString };
    return [{ kind, ...scope, ignoreRobots, ...limits, tags, config, path }];
  }

  #parseTest(value: unknown, path: PropertyKey[]): LocalTestSpec[] {
    const { add } = this.#mistakes;
    if (!isRecord(value)) {
      add(path, `${quotePath(path)} is invalid: a test is a mapping with a name and a url.`);
      return [];
    }
    const given = withoutNulls(value);
    this.#refuseUnknown(given, localConfigKeys.test, path);
    const isPair = given.run !== undefined || given.ref !== undefined;
    const name = this.#mistakes.check(testName, given.name, [...path, 'name'])?.value ?? null;
    const tags = this.#mistakes.check(tagsSchema, given.tags ?? [], [...path, 'tags'])?.value ?? [];
    if (isPair) {
      for (const key of ['url', 'config']) {
        if (given[key] === undefined) continue;
        add([...path, key], `A test with "run" and "ref" must not have its own "${key}": move it into them.`);
      }
    }
    const run = isPair ? this.#parseSide(given, path, 'run') : this.#parsePage(given, path);
    const ref = isPair ? this.#parseSide(given, path, 'ref') : null;
    if (name === null || run === null || (isPair && ref === null)) return [];
    const config = this.#withViewports(run.config, given, path);
    if (config === null) return [];
    const stray = ref === null ? null : strayList(config, ref.config);
    if (stray !== null) {
      add(
        [...path, 'ref', 'config', stray],
        `A list of "ref" holds for both pages: move "${stray}" to "run".`,
      );
      return [];
    }
    return fanOut(config, ref?.config ?? null).flatMap((capture): LocalTestSpec[] => {
      const full = `${name}${capture.suffix}`;
      if (this.#mistakes.check(testName, full, [...path, 'name']) === null) return [];
      const earlier = this.#names.get(full);
      if (earlier !== undefined) {
        add([...path, 'name'], `the name "${full}" is already used`, earlier);
        return [];
      }
      this.#names.set(full, path);
      return [
        {
          name: full,
          run: { url: run.url, config: capture.config },
          ref: ref === null ? null : { url: ref.url, config: capture.refConfig! },
          tags,
          path,
        },
      ];
    });
  }

  /** The config with the viewports that stand beside it, which replace its own; null after a mistake in them. */
  #withViewports(
    config: FannedConfig,
    given: Record<string, unknown>,
    parent: PropertyKey[],
  ): FannedConfig | null {
    if (given.viewports === undefined) return config;
    const path = [...parent, 'viewports'];
    const viewports = this.#mistakes.check(viewportsSchema, given.viewports, path);
    if (viewports === null) return null;
    const fanned = { ...config, viewports: viewports.value as Viewport[] };
    const problem = fanOutProblem(fanned);
    if (problem === null) return fanned;
    this.#mistakes.add(path, `${quotePath(path)} is invalid: ${problem}.`);
    return null;
  }

  #refuseUnknown(given: Record<string, unknown>, known: readonly string[], path: PropertyKey[]): void {
    for (const key of Object.keys(given)) {
      if (known.includes(key)) continue;
      const full = [...path, key];
      const meant = nearest(key, known);
      if (meant !== null && given[meant] === undefined) this.#mistakes.excuse([...path, meant]);
      const sentence = adviceFor(key, full) ?? `is not a known key.${didYouMean(key, known)}`;
      this.#mistakes.add(full, `${quotePath(full)} ${sentence}`);
    }
  }

  #parseSide(given: Record<string, unknown>, path: PropertyKey[], key: 'run' | 'ref'): WrittenPage | null {
    const value = given[key];
    const sidePath = [...path, key];
    if (!isRecord(value)) {
      const why = value === undefined ? 'it is missing' : 'it is not a mapping';
      this.#mistakes.add(sidePath, `${quotePath(sidePath)} is invalid: it must be {url, config} (${why}).`);
      return null;
    }
    const side = withoutNulls(value);
    this.#refuseUnknown(side, localConfigKeys.page, sidePath);
    return this.#parsePage(side, sidePath);
  }

  #parsePage(given: Record<string, unknown>, path: PropertyKey[]): WrittenPage | null {
    const urlPath = [...path, 'url'];
    const config = this.#parseConfig(given.config, [...path, 'config']);
    if (this.#baseUrl === null && typeof given.url === 'string' && /^(\/|\.\.?\/|[?#])/.test(given.url)) {
      this.#mistakes.add(
        urlPath,
        `${quotePath(urlPath)} is relative: add "baseUrl" to the file, or call with --base-url.`,
      );
      return null;
    }
    const url = this.#mistakes.check(pageUrl, this.#absolute(given.url), urlPath);
    return url === null ? null : { url: url.value, config };
  }

  #parseConfig(value: unknown, path: PropertyKey[], isMerged = true): FannedConfig {
    if (value === undefined) return this.#defaults;
    const known = this.#configs.get(value);
    if (known !== undefined) return known;
    const given = isRecord(value) ? withoutNulls(value) : value;
    const own = this.#mistakes.check(fannedConfigSchema, given, path);
    let config = (own?.value ?? {}) as FannedConfig;
    if (isMerged && own !== null && Object.keys(this.#defaults).length > 0) {
      const unset = isRecord(value) ? Object.keys(value).filter((key) => value[key] === null) : [];
      const inherited = Object.fromEntries(
        Object.entries(this.#defaults).filter(([key]) => !unset.includes(key)),
      );
      const merged = this.#mistakes.check(fannedConfigSchema, { ...inherited, ...own.value }, path);
      config = (merged?.value ?? {}) as FannedConfig;
    }
    if (isMerged) this.#configs.set(value, config);
    return config;
  }
}
