import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { tellingPart } from '../../domain/comparison/telling-part.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { ImageBox } from '../../domain/artifacts/image-pieces.ts';
import type { DerivedImage, DerivedImages, OriginalImage } from '../../ports/derived-images.ts';
import type { Deps } from '../deps.ts';
import { download, readAll } from './download.ts';
import { findBuildToRead, raise } from '../builds/find-build.ts';

/** A derived image that the principal may see, created on demand. */
export interface DerivedResult {
  /** Identifies its bytes: equal keys mean equal images. */
  key: string;
  /** Whether the requested address always refers to this image. */
  isImmutable: boolean;
  /** @throws AppError `image_invalid` | `image_too_large` | `not_found` | `artifact_corrupt` | `unavailable` */
  make: (signal?: AbortSignal) => Promise<DerivedImage>;
}

export interface RunThumbnailInput {
  buildId: number;
  runId: number;
  /** Which image; by default the run's own, or else the baseline's. */
  side?: 'before' | 'diff' | 'after' | undefined;
  /** The run's version known to the caller. */
  factsVersion?: number | undefined;
}

/**
 * The run's image around its biggest change, which is outlined, else the top of its page, else the same for the baseline.
 *
 * @throws AppError `not_found` when there is no such run or it has no image
 */
export async function runThumbnail(
  deps: Deps,
  images: DerivedImages,
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
      `Run ${runId} of build ${buildId} has no ${side === undefined ? 'image' : `image "${side}"`}.`,
      {
        details: { parameter: 'run_id' },
      },
    );
  }
  const around = side === undefined && run.current.image === null ? null : partToShow(run, side);
  const place = around === null ? 'top' : Object.values(around).join('-');
  return {
    key: `${sha1}-marked-${place}`,
    isImmutable: factsVersion === run.factsVersion,
    make: (signal) => images.thumbnail(originalImage(deps, principal, buildId, sha1), around, signal),
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

export interface ImageInput {
  buildId: number;
  sha1sum: string;
}

/** @throws AppError `artifact_not_found`, as a download */
export async function imageOverview(
  deps: Deps,
  images: DerivedImages,
  principal: Principal,
  input: ImageInput,
): Promise<DerivedResult> {
  const { sha1sum } = await download(deps, principal, input);
  return {
    key: `${sha1sum}-overview`,
    isImmutable: true,
    make: (signal) => images.overview(originalImage(deps, principal, input.buildId, sha1sum), signal),
  };
}

/** @throws AppError `artifact_not_found`, as a download */
export async function imageStrip(
  deps: Deps,
  images: DerivedImages,
  principal: Principal,
  input: ImageInput & { index: number },
): Promise<DerivedResult> {
  const { sha1sum } = await download(deps, principal, input);
  return {
    key: `${sha1sum}-strip-${input.index}`,
    isImmutable: true,
    make: (signal) =>
      images.strip(originalImage(deps, principal, input.buildId, sha1sum), input.index, signal),
  };
}

/** The stored image; read only if the derived image is not cached. */
export function originalImage(
  deps: Deps,
  principal: Principal,
  buildId: number,
  sha1sum: string,
): OriginalImage {
  return {
    sha1: sha1sum,
    async read() {
      const artifact = await download(deps, principal, { buildId, sha1sum });
      return readAll(await artifact.open(), artifact.size);
    },
  };
}

/** What a small image of a run is around. */
export function partToShow({ diff }: Run, side: RunThumbnailInput['side']): ImageBox | null {
  const { regions = [], forgivenRegions = [], alignment } = diff.details ?? {};
  if (regions.length === 0) return tellingPart({ regions: forgivenRegions }, 'after');
  // The mask has all that differs.
  if (side === 'diff') return tellingPart({ regions }, 'after');
  return tellingPart({ regions, alignment }, side ?? 'after');
}

function runNotFound(buildId: number, runId: number): AppError {
  return new AppError('not_found', `Build ${buildId} has no run ${runId}.`, {
    details: { parameter: 'run_id' },
  });
}
