import type { ReleaseStatus } from '../../../../domain/releases/release.ts';
import type { Answer } from '../../api/api.ts';

export type ReleaseSummary = Answer<'listReleases'>['releases'][number];

/** All attempts of one name, newest first. */
export interface NamedRelease {
  name: string;
  attempts: ReleaseSummary[];
}

/** Groups by name, in the order of their newest attempts. @param releases newest first */
export function groupByName(releases: readonly ReleaseSummary[]): NamedRelease[] {
  const names = new Map<string, ReleaseSummary[]>();
  for (const summary of releases) {
    const attempts = names.get(summary.release.name);
    if (attempts === undefined) names.set(summary.release.name, [summary]);
    else attempts.push(summary);
  }
  return [...names].map(([name, attempts]) => ({ name, attempts }));
}

/** Attempts shown initially; more on request. */
export const shownAttempts = 3;

export const stateFilters: readonly (readonly [status: ReleaseStatus | '', words: string])[] = [
  ['', 'All'],
  ['reviewing', 'Ready for review'],
  ['processing', 'Processing'],
  ['receiving', 'Receiving'],
  ['good', 'Good'],
  ['bad', 'Bad'],
];

/** Whether anything in the list is still changing, so that polling is useful. */
export function isMoving(releases: readonly ReleaseSummary[]): boolean {
  return releases.some(({ release: { status } }) => status === 'receiving' || status === 'processing');
}
