/** Addresses of stored and derived images. */

import { addressOf } from '../../../client/request.ts';
import { addresses } from '../../../contract/addresses.ts';

/** The stored file. */
export function imageAddress(buildId: number, sha1sum: string): string {
  return addressOf(addresses.download, { buildId, sha1sum });
}

export function overviewAddress(buildId: number, sha1sum: string): string {
  return addressOf(addresses.imageOverview, { buildId, sha1sum });
}

export function stripAddress(buildId: number, sha1sum: string, index: number): string {
  return addressOf(addresses.imageStrip, { buildId, sha1sum, index });
}

/** @param factsVersion of the run: a new one is a new image, so the browser may cache each indefinitely */
export function thumbnailAddress(
  buildId: number,
  runId: number,
  factsVersion: number,
  side?: 'before' | 'diff' | 'after',
): string {
  return addressOf(addresses.runThumbnail, { buildId, runId, factsVersion, side });
}
