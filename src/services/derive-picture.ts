import type { Principal } from '../domain/access.ts';
import { AppError } from '../domain/errors.ts';
import type { Region } from '../domain/comparison.ts';
import type { Run } from '../domain/model.ts';
import type { PictureBox } from '../domain/picture-pieces.ts';
import type { DerivedPicture, DerivedPictures, OriginalPicture } from '../ports/derived-pictures.ts';
import type { Deps } from './deps.ts';
import { download, readAll } from './download.ts';
import { findBuildToRead, raise } from './find-build.ts';

/** A smaller picture that the principal may see; it is made when it is asked for. */
export interface DerivedResult {
  /** Names its bytes: equal keys are equal pictures. */
  key: string;
  /** Whether the address that was asked for will always mean this picture. */
  isImmutable: boolean;
  /** @throws AppError `image_invalid` | `image_too_large` | `not_found` | `artifact_corrupt` | `unavailable` */
  make: (signal?: AbortSignal) => Promise<DerivedPicture>;
}

export interface RunThumbnailInput {
  buildId: number;
  runId: number;
  /** Which of its pictures; by default its own, else the baseline's. */
  side?: 'before' | 'diff' | 'after' | undefined;
  /** The run's, as the caller knows it. */
  factsVersion?: number | undefined;
}

/**
 * The run's picture around its biggest changed region, else the top of its page, else the baseline's.
 *
 * @throws AppError `not_found` when there is no such run or it has no picture
 */
export async function runThumbnail(
  deps: Deps,
  pictures: DerivedPictures,
  principal: Principal,
  { buildId, runId, side, factsVersion }: RunThumbnailInput,
): Promise<DerivedResult> {
  const run = await deps.store.read(async (tx) => {
    await findBuildToRead(tx, principal, buildId);
    const found = await tx.runs.findById(runId);
    return found?.buildId === buildId ? found : raise(runNotFound(buildId, runId));
  });
  const sha1 = imageOf(run, side);
  if (sha1 === null) {
    throw new AppError(
      'not_found',
      `Run ${runId} of build ${buildId} has no ${side === undefined ? 'picture' : `picture "${side}"`}.`,
      {
        details: { parameter: 'run_id' },
      },
    );
  }
  const around = side === undefined && run.current.image === null ? null : biggestRegion(run);
  const place = around === null ? 'top' : Object.values(around).join('-');
  return {
    key: `${sha1}-thumbnail-${place}`,
    isImmutable: factsVersion === run.factsVersion,
    make: (signal) => pictures.thumbnail(originalPicture(deps, principal, buildId, sha1), around, signal),
  };
}

function imageOf({ current, ref, diff }: Run, side: RunThumbnailInput['side']): string | null {
  switch (side) {
    case 'before':
      return ref.image;
    case 'diff':
      return diff.image ?? diff.forgivenMask;
    case 'after':
      return current.image;
    case undefined:
      return current.image ?? ref.image;
  }
}

export interface PictureInput {
  buildId: number;
  sha1sum: string;
}

/** @throws AppError `artifact_not_found`, as a download */
export async function pictureOverview(
  deps: Deps,
  pictures: DerivedPictures,
  principal: Principal,
  input: PictureInput,
): Promise<DerivedResult> {
  const { sha1sum } = await download(deps, principal, input);
  return {
    key: `${sha1sum}-overview`,
    isImmutable: true,
    make: (signal) => pictures.overview(originalPicture(deps, principal, input.buildId, sha1sum), signal),
  };
}

/** @throws AppError `artifact_not_found`, as a download */
export async function pictureStrip(
  deps: Deps,
  pictures: DerivedPictures,
  principal: Principal,
  input: PictureInput & { index: number },
): Promise<DerivedResult> {
  const { sha1sum } = await download(deps, principal, input);
  return {
    key: `${sha1sum}-strip-${input.index}`,
    isImmutable: true,
    make: (signal) =>
      pictures.strip(originalPicture(deps, principal, input.buildId, sha1sum), input.index, signal),
  };
}

/** The stored picture; it is read only when nothing derived from it is at hand. */
export function originalPicture(
  deps: Deps,
  principal: Principal,
  buildId: number,
  sha1sum: string,
): OriginalPicture {
  return {
    sha1: sha1sum,
    async read() {
      const artifact = await download(deps, principal, { buildId, sha1sum });
      return readAll(await artifact.open(), artifact.size);
    },
  };
}

function biggestRegion(run: Run): PictureBox | null {
  let biggest: Region | null = null;
  const { regions = [], forgivenRegions = [] } = run.diff.facts ?? {};
  for (const region of regions.length > 0 ? regions : forgivenRegions) {
    if (biggest === null || region.changedPixels > biggest.changedPixels) biggest = region;
  }
  if (biggest === null) return null;
  const { left, top, width, height } = biggest;
  return { left, top, width, height };
}

function runNotFound(buildId: number, runId: number): AppError {
  return new AppError('not_found', `There is no run ${runId} in build ${buildId}.`, {
    details: { parameter: 'run_id' },
  });
}
