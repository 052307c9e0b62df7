/** Where a key belongs that is known, but not where it was written. */

import { z } from 'zod';
import { fannedConfigSchema, viewportKeys } from '../../fanned-config.ts';
import { pageKeys, sourceKeys, waitForAnySchema } from './schemas.ts';

/** Every key of a file, a test, a viewport, a `waitFor`, a sitemap or a crawl; the manual has each of them. */
export const localConfigKeys = {
  file: ['setup', 'shell', 'waitFor', 'baseUrl', 'references', 'defaults', 'tests', 'sitemap', 'crawl'],
  waitFor: Object.keys(waitForAnySchema.shape),
  test: ['name', 'url', 'tags', 'config', 'viewports', 'run', 'ref'],
  page: [...pageKeys],
  source: [...sourceKeys],
  viewport: viewportKeys,
} as const;

const configShape: Record<string, unknown> = fannedConfigSchema.shape;

/** The rest of a sentence about an unknown key; null if it is known nowhere. */
export function adviceFor(key: string, path: readonly PropertyKey[]): string | null {
  const level = levelOf(path);
  if (level === 'other') return null;
  const isOf = (keys: readonly string[]): boolean => keys.includes(key);
  if (level !== 'file' && key !== 'tests' && isOf(localConfigKeys.file))
    return 'belongs at the top level of the file.';
  if (level !== 'config' && key in configShape) {
    return level === 'file'
      ? 'belongs under "defaults", for every test, or under the "config" of a test.'
      : 'belongs under "config".';
  }
  if (level === 'file' && isOf(localConfigKeys.test)) return 'belongs to a test, in the list "tests".';
  if (level === 'config' && isOf(localConfigKeys.test)) {
    return key === 'config'
      ? 'is one level too deep: write its keys here.'
      : 'belongs to the test, beside "config".';
  }
  const parents = level === 'config' || level === 'test' ? parentsOf(key) : [];
  if (parents.length === 0) return null;
  const place = parents.map((parent) => `"${parent}"`).join(' or ');
  return level === 'config' ? `belongs under ${place}.` : `belongs under ${place} of the "config".`;
}

function levelOf(path: readonly PropertyKey[]): 'file' | 'test' | 'config' | 'other' {
  const parents = path.slice(0, -1);
  const last = parents.at(-1);
  if (parents.length === 0) return 'file';
  if (last === 'config' || (parents.length === 1 && last === 'defaults')) return 'config';
  if (typeof last === 'number' && parents.length === 2 && parents[0] === 'tests') return 'test';
  if ((last === 'run' || last === 'ref') && parents[0] === 'tests') return 'test';
  if (parents.length === 1 && (last === 'sitemap' || last === 'crawl')) return 'test';
  return 'other';
}

/** Keys of the capture config whose value has this key: `width` belongs to `viewportSize` and `clipRect`. */
function parentsOf(key: string): string[] {
  return Object.entries(configShape).flatMap(([name, schema]) => {
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    return inner instanceof z.ZodObject && key in inner.shape ? [name] : [];
  });
}
