/** What is known before the first page is captured: that the baselines come from another system. */

import { join } from 'node:path';
import { arch, platform } from 'node:os';
import { sha1Of } from './atomic-file.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { readBaseline } from './images.ts';
import { baselineName, type LocalTest } from './read-files.ts';

/**
 * @param here the platform as the records name it
 * @returns a sentence; null if no baseline of the tests is known to come from another platform
 */
export async function describeOtherPlatform(
  tests: readonly LocalTest[],
  baselineFolder: string,
  records: BaselineRecords,
  here = `${platform()} ${arch()}`,
): Promise<string | null> {
  const elsewhere = new Set<string>();
  let count = 0;
  for (const test of tests) {
    const image = baselineName(test);
    const recorded = records.platformOf(image);
    if (recorded === null || recorded.platform === here || recorded.platform === 'elsewhere') continue;
    const baseline = await readBaseline(join(baselineFolder, image));
    if (baseline === null || sha1Of(baseline) !== recorded.sha1) continue;
    elsewhere.add(recorded.platform);
    count++;
  }
  if (count === 0) return null;
  const places = [...elsewhere].sort().join(' and ');
  const images = `${count} of ${tests.length} ${tests.length === 1 ? 'baseline' : 'baselines'}`;
  return `${images} ${count === 1 ? 'was' : 'were'} captured on ${places}, and this is ${here}: differences may come from that alone. Capture with --docker on every machine, or keep baselines for each system ("per-platform" in the manual).`;
}
