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
  'maxPixels',
] as const;

/**
 * The keys of a run's config that judge it. What a page was requested with was checked before; what a client reported
 * beside its own image may be any file, so whatever is not ours is passed over: the defaults hide nothing.
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
