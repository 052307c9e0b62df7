/** pixelmatch as installed in bench/. */
import { createRequire } from 'node:module';

export type Pixelmatch = (
  before: Uint8Array,
  after: Uint8Array,
  output: Uint8Array | undefined,
  width: number,
  height: number,
  options: { threshold: number; includeAA: boolean },
) => number;

export async function loadPixelmatch(): Promise<{ pixelmatch: Pixelmatch; version: string }> {
  const require = createRequire(import.meta.url);
  const { default: pixelmatch } = (await import(require.resolve('pixelmatch'))) as { default: Pixelmatch };
  const { version } = require('pixelmatch/package.json') as { version: string };
  return { pixelmatch, version };
}
