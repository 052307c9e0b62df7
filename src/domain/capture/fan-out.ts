/** One config for several captures of a page: viewports, color schemes, browsers and selectors, each in one run. */

import { captureDefaults, type BrowserName, type CaptureConfig, type ColorScheme } from './capture-config.ts';
import { firefoxRefusals } from './firefox-keys.ts';

/** A window, or a device, with what goes with it. */
export interface Viewport {
  /** In the name of the run; default: the device, else `390x844`. */
  name?: string;
  /** CSS pixels; both are there, or a device. */
  width?: number;
  height?: number;
  device?: string;
  deviceScaleFactor?: number;
  isMobile?: boolean;
  hasTouch?: boolean;
  /** Instead of every entry of `colorSchemes`. */
  colorScheme?: ColorScheme;
}

/** A capture config of local tests and tools; a server knows only those of single captures. */
export interface FannedConfig extends Omit<CaptureConfig, 'selector'> {
  selector?: string | string[];
  viewports?: Viewport[];
  colorSchemes?: ColorScheme[];
  browsers?: BrowserName[];
}

/** The keys that a single capture does not have. */
export const fanOutKeys = ['viewports', 'colorSchemes', 'browsers'] as const;

/** Maximum number of captures that one config makes of a page. */
export const maxFanOut = 500;

/** One capture of a config. */
export interface FannedCapture {
  /** What follows the page's name: `@phone@dark`; empty if nothing varies. */
  suffix: string;
  config: CaptureConfig;
  /** How the baseline's page is captured; null without one. */
  refConfig: CaptureConfig | null;
}

interface Combination {
  viewport: Viewport | null;
  colorScheme: ColorScheme;
  browser: BrowserName;
  /** From 0. */
  selectorIndex: number;
  /** What this capture sets. */
  keys: CaptureConfig;
}

/**
 * The captures that a config stands for, in the order of its lists; viewports vary slowest. Names are
 * `name@viewport@scheme@browser@n`, with only the parts that vary; a list of viewports always gives its part.
 *
 * @param refConfig of the baseline's page, which is captured in the same ways; its lists do not count
 */
export function fanOut(config: FannedConfig, refConfig: FannedConfig | null = null): FannedCapture[] {
  const combinations = combine(config);
  const varies = (part: (combination: Combination) => unknown): boolean =>
    new Set(combinations.map(part)).size > 1;
  const isSchemeNamed = varies(({ colorScheme }) => colorScheme);
  const isBrowserNamed = varies(({ browser }) => browser);
  const isSelectorNamed = varies(({ selectorIndex }) => selectorIndex);
  return combinations.map(({ viewport, colorScheme, browser, selectorIndex, keys }) => {
    const parts = [
      ...(viewport === null ? [] : [labelOf(viewport)]),
      ...(isSchemeNamed ? [colorScheme] : []),
      ...(isBrowserNamed ? [browser] : []),
      ...(isSelectorNamed ? [String(selectorIndex + 1)] : []),
    ];
    const apply = (written: FannedConfig): CaptureConfig => {
      const single = withoutLists(written);
      return { ...(viewport?.device === undefined ? single : withoutDevice(single)), ...keys };
    };
    return {
      suffix: parts.map((part) => `@${part}`).join(''),
      config: apply(config),
      refConfig: refConfig === null ? null : apply(refConfig),
    };
  });
}

/** Why a config cannot be fanned out, as the rest of a sentence about `viewports`; null if it can. */
export function fanOutProblem(config: FannedConfig): string | null {
  const problem = captureProblem(config);
  if (problem !== null) return problem;
  const seen = new Set<string>();
  for (const { suffix } of fanOut(config)) {
    if (seen.has(suffix)) return `two captures would be named "NAME${suffix}"; give each viewport a "name"`;
    seen.add(suffix);
  }
  return null;
}

/** The part of {@link fanOutProblem} that is not about names. */
export function captureProblem(config: FannedConfig): string | null {
  return tooManyCaptures(config) ?? firefoxProblem(config);
}

/** The browsers that a config names; none is Chromium. */
export function browsersOf({
  browser = captureDefaults.browser,
  browsers = [browser],
}: FannedConfig): BrowserName[] {
  return browsers;
}

/** What a viewport asks of Firefox that it cannot do. */
function firefoxProblem(config: FannedConfig): string | null {
  if (!browsersOf(config).includes('firefox')) return null;
  for (const [i, viewport] of (config.viewports ?? []).entries()) {
    const [refusal] = firefoxRefusals(viewport);
    if (refusal !== undefined) return `entry ${i + 1} has "${refusal.key}"; ${refusal.problem}`;
  }
  return null;
}

function tooManyCaptures({ viewports, colorSchemes, browsers, selector }: FannedConfig): string | null {
  const lengths = [viewports, colorSchemes, browsers, selector].map((list) =>
    Array.isArray(list) ? list.length : 1,
  );
  const captures = lengths.reduce((product, length) => product * length);
  if (captures <= maxFanOut) return null;
  const count = captures.toLocaleString('en-US');
  return `with the other lists, it makes ${count} captures of each page, and the limit is ${maxFanOut}`;
}

/** The key of a list in the config of a baseline's page that its new page does not have; null if there is none. */
export function strayList(config: FannedConfig, refConfig: FannedConfig): keyof FannedConfig | null {
  const lists = [...fanOutKeys, 'selector'] as const;
  const stray = lists.find((key) => {
    const list = refConfig[key];
    return Array.isArray(list) && JSON.stringify(list) !== JSON.stringify(config[key]);
  });
  return stray ?? null;
}

function combine(config: FannedConfig): Combination[] {
  const { colorScheme = captureDefaults.colorScheme } = config;
  const combinations: Combination[] = [];
  for (const viewport of config.viewports ?? [null]) {
    const own = viewport?.colorScheme;
    const schemes = own === undefined ? config.colorSchemes : [own];
    for (const scheme of schemes ?? [undefined])
      for (const browser of browsersOf(config))
        for (const [selectorIndex, selector] of listOf(config.selector).entries())
          combinations.push({
            viewport,
            colorScheme: scheme ?? colorScheme,
            browser,
            selectorIndex,
            keys: {
              ...(viewport === null ? {} : keysOf(viewport)),
              ...(scheme !== undefined && { colorScheme: scheme }),
              ...(config.browsers !== undefined && { browser }),
              ...(selector !== undefined && { selector }),
            },
          });
  }
  return combinations;
}

/** One selector is a key of its config like any other. */
function listOf(selector: FannedConfig['selector']): (string | undefined)[] {
  return Array.isArray(selector) ? selector : [undefined];
}

function labelOf({ name, device, width, height }: Viewport): string {
  if (name !== undefined) return name;
  return device ?? `${width}x${height}`;
}

function keysOf({ width, height, name: _name, colorScheme: _scheme, ...keys }: Viewport): CaptureConfig {
  if (width === undefined || height === undefined) return keys;
  return { viewportSize: { width, height }, ...keys };
}

/** A viewport's device fills in all that the viewport itself does not say. */
function withoutDevice(config: CaptureConfig): CaptureConfig {
  const { viewportSize, deviceScaleFactor, isMobile, hasTouch, userAgent, device, ...rest } = config;
  return rest;
}

function withoutLists(config: FannedConfig): CaptureConfig {
  const { viewports, colorSchemes, browsers, selector, ...rest } = config;
  return typeof selector === 'string' ? { ...rest, selector } : rest;
}
