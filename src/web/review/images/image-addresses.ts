/** Addresses of stored and derived images. */

/** The stored file. */
export function imageAddress(buildId: number, sha1: string): string {
  return `/api/download?build_id=${buildId}&sha1sum=${encodeURIComponent(sha1)}`;
}

export function overviewAddress(buildId: number, sha1: string): string {
  return `/api/v1/builds/${buildId}/pictures/${encodeURIComponent(sha1)}/overview`;
}

export function stripAddress(buildId: number, sha1: string, index: number): string {
  return `/api/v1/builds/${buildId}/pictures/${encodeURIComponent(sha1)}/strips/${index}`;
}

/** @param factsVersion of the run: a new one is a new image, so the browser may cache each indefinitely */
export function thumbnailAddress(
  buildId: number,
  runId: number,
  factsVersion: number,
  side?: 'before' | 'diff' | 'after',
): string {
  const query = side === undefined ? '' : `&side=${side}`;
  return `/api/v1/builds/${buildId}/runs/${runId}/thumbnail?facts_version=${factsVersion}${query}`;
}
