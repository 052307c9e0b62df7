import type { ReleaseStatus } from '../releases/release.ts';

const mark = 'superseded by #';

/** What is written down with a release that a newer attempt took the place of. */
export function supersededNote(number: number): string {
  return `${mark}${number}`;
}

export function isSupersededBy(status: ReleaseStatus, decisionNote: string | null): boolean {
  return status === 'bad' && decisionNote?.startsWith(mark) === true;
}
