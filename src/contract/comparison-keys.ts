import type { ComparisonKeys } from '../domain/capture/capture-config.ts';
import { contradictsItself } from '../domain/comparison/comparison.ts';
import { captureConfigSchema } from './capture-config.ts';

const keys = [
  'threshold',
  'antialiasing',
  'includeAA',
  'maxDiffPixels',
  'maxDiffPixelRatio',
  'failOnForgiven',
  'moves',
  'maxMove',
  'maxPixels',
] as const;

/**
 * The comparison keys of a run's config. A requested config was validated before; a client's config for
 * its own image may be any file, so unknown content is ignored: the defaults hide nothing.
 */
export function readComparisonKeys(text: string): ComparisonKeys {
  const config = parsed(text);
  if (typeof config !== 'object' || config === null) return {};
  const found = Object.fromEntries(
    keys
      .map((key) => [
        key,
        captureConfigSchema.shape[key].safeParse((config as Record<string, unknown>)[key]).data,
      ])
      .filter(([, value]) => value !== undefined),
  ) as ComparisonKeys;
  if (!contradictsItself(found)) return found;
  delete found.antialiasing;
  delete found.includeAA;
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
