import { AppError } from '../../base/errors.ts';
import type { CommandContext } from '../terminal/context.ts';
import { readNumber } from './read-number.ts';

export interface ReleaseOptions {
  number?: string;
  note?: string;
}

const maxReleaseNumber = 2_147_483_647;

/** The release that a decision is about, and its reason. @throws AppError `invalid_argument` */
export function releaseOptionsOf(
  { settings: { buildId, releaseName } }: CommandContext,
  { number, note }: ReleaseOptions,
): { buildId: number; releaseName: string; releaseNumber: number | undefined; note: string | undefined } {
  if (buildId === null) throw usage('Name the build: --build 1, or DPXDT_BUILD_ID=1.');
  if (releaseName === null) throw usage('Name the release: --release NAME, or DPXDT_RELEASE_NAME=NAME.');
  return {
    buildId,
    releaseName,
    releaseNumber: number === undefined ? undefined : readNumber('--number', number, 1, maxReleaseNumber),
    note: note?.trim() === '' ? undefined : note,
  };
}

function usage(message: string): AppError {
  return new AppError('invalid_argument', message);
}
