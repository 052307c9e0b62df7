/** The golden pairs on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisonDefaults } from '../../src/domain/comparison/comparison.ts';
import type { ComparisonSettings, ImageSize, Region } from '../../src/domain/comparison/comparison.ts';

/** Numbers that other programs gave; see bench/diff/freeze-golden.ts. */
export interface ExpectedNumbers {
  same: boolean;
  canvas: ImageSize;
  changedPixels: number;
  antiAliasedPixels: number;
  belowThresholdPixels: number;
  distortion: number;
  regions: Region[];
  regionCount: number;
  /** Which program gave the counts, and which the distortion. */
  countsBy: string;
  distortionBy: string;
}

export interface GoldenPair {
  verdict: 'should-match' | 'should-differ';
  name: string;
  folder: string;
  before: string;
  after: string;
  settings: ComparisonSettings;
}

export function listPairs(): GoldenPair[] {
  return (['should-match', 'should-differ'] as const).flatMap((verdict) =>
    readdirSync(join(import.meta.dirname, verdict), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const folder = join(import.meta.dirname, verdict, name);
        const files = readdirSync(folder);
        const find = (start: string) =>
          join(
            folder,
            files.find((file) => file.startsWith(start))!,
          );
        const own = readJson<Partial<ComparisonSettings>>(join(folder, 'settings.json'));
        return {
          verdict,
          name,
          folder,
          before: find('before.'),
          after: find('after.'),
          settings: { ...comparisonDefaults, antialiasing: 'forgive', ...own },
        };
      }),
  );
}

export function readExpected(pair: GoldenPair): ExpectedNumbers {
  return readJson<ExpectedNumbers>(join(pair.folder, 'expected.json'));
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
