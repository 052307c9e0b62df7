import type { Principal } from '../domain/access.ts';
import { AppError } from '../domain/errors.ts';
import { checkDigest } from '../domain/names.ts';
import type { Artifact } from '../domain/model.ts';
import type { Deps } from './deps.ts';
import { findBuildToRead } from './find-build.ts';

export interface DownloadInput {
  buildId: number;
  sha1sum: string;
}

export interface DownloadResult {
  sha1sum: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /**
   * The bytes, verified.
   *
   * @throws AppError `artifact_corrupt`, before the first byte or (over 1 MiB) instead of the last
   */
  open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** @throws AppError `artifact_not_found`, the same for an unknown artifact and another build's */
export async function download(
  deps: Deps,
  principal: Principal,
  input: DownloadInput,
): Promise<DownloadResult> {
  const sha1 = checkDigest('sha1sum', input.sha1sum);
  const owned = await deps.store.read(async (tx) => {
    await findBuildToRead(tx, principal, input.buildId);
    return tx.artifacts.findOwned(input.buildId, sha1);
  });
  if (owned === null) {
    throw new AppError('artifact_not_found', `Build ${input.buildId} has no artifact ${sha1}.`, {
      details: { parameter: 'sha1sum' },
    });
  }
  const { artifact, contentType } = owned;
  return { sha1sum: sha1, contentType, size: artifact.size, open: () => openArtifact(deps, artifact) };
}

async function openArtifact(deps: Deps, artifact: Artifact): Promise<AsyncIterable<Uint8Array>> {
  if (artifact.content !== null) return once(artifact.content);
  try {
    return await deps.blobs.open(artifact.sha1, artifact);
  } catch (error) {
    if (error instanceof AppError && error.code === 'artifact_corrupt') {
      deps.logger.error('A stored artifact is damaged; upload the same bytes again to repair it.', {
        sha1: artifact.sha1,
        problem: error.message,
      });
    }
    throw error;
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
