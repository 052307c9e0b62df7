import { hasPartIn, isWorkerKey, mayUseBuild } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { secretConfigKeys, type CaptureConfig } from '../../domain/capture/capture-config.ts';
import { AppError } from '../../base/errors.ts';
import { maskConfig } from '../../domain/capture/mask-secrets.ts';
import { checkDigest } from '../../domain/names.ts';
import type { Artifact } from '../../domain/artifacts/artifact.ts';
import type { PresignedHeaders } from '../../ports/blobs.ts';
import type { Deps } from '../deps.ts';
import { findBuildToRead } from '../builds/find-build.ts';
import { isNeededByTask } from '../tasks/held-tasks.ts';

export interface DownloadInput {
  buildId: number;
  sha1sum: string;
}

export interface DownloadResult {
  /** Digest of the bytes; differs from the requested one for a masked config. */
  sha1sum: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /**
   * Reads the verified bytes.
   *
   * @throws AppError `artifact_corrupt`, before the first byte or, over 1 MiB, instead of the last
   */
  open: () => Promise<AsyncIterable<Uint8Array>>;
  /**
   * A short-lived address of the bytes at the storage, which are not verified there; null if they are not there as a
   * whole. Absent if there is none.
   */
  presign?: (as: PresignedHeaders) => Promise<string | null>;
}

/** @throws AppError `artifact_not_found`, the same for an unknown artifact and one of another build */
export async function download(
  deps: Deps,
  principal: Principal,
  input: DownloadInput,
): Promise<DownloadResult> {
  const sha1 = checkDigest('sha1sum', input.sha1sum);
  const owned = await deps.store.read(async (tx) => {
    if (!isWorkerKey(principal)) await findBuildToRead(tx, principal, input.buildId);
    else if (!(await isNeededByTask(deps, tx, principal, { buildId: input.buildId, sha1 }))) return null;
    return tx.artifacts.findOwned(input.buildId, sha1);
  });
  if (owned === null) {
    throw new AppError('artifact_not_found', `Build ${input.buildId} has no artifact ${sha1}.`, {
      details: { parameter: 'sha1sum' },
    });
  }
  const { artifact, contentType } = owned;
  if (contentType === 'application/json' && !mayReadSecrets(principal, input.buildId)) {
    const isStranger = !hasPartIn(principal, input.buildId);
    const content = await openArtifact(deps, input.buildId, artifact);
    const masked = await maskedJson(content, artifact.size, isStranger ? strangerKeys : secretConfigKeys);
    if (masked !== null) {
      const isMasked = { sha1sum: deps.ids.sha1(masked), contentType, size: masked.byteLength };
      return { ...isMasked, open: async () => once(masked) };
    }
  }
  const { presign } = deps.blobs;
  return {
    sha1sum: sha1,
    contentType,
    size: artifact.size,
    open: () => openArtifact(deps, input.buildId, artifact),
    ...(presign !== undefined &&
      artifact.content === null && { presign: (as) => presign(sha1, artifact, as) }),
  };
}

/**
 * The build's own programs, workers and local users get configs unmasked; everyone else, including keys of other builds,
 * sees them without secrets.
 */
function mayReadSecrets(principal: Principal, buildId: number): boolean {
  if (principal.kind === 'key') return isWorkerKey(principal) || mayUseBuild(principal, buildId);
  return principal.kind === 'local';
}

/** Only admins of the build see people's names. */
const strangerKeys = [...secretConfigKeys, 'httpUserName'] as const;

/** Larger JSON is not a capture config. */
const maxConfigBytes = 1024 * 1024;

/** A capture config without secrets; null if the content is not a config. */
async function maskedJson(
  content: AsyncIterable<Uint8Array>,
  size: number,
  maskedKeys: readonly (keyof CaptureConfig)[],
): Promise<Uint8Array | null> {
  if (size > maxConfigBytes) return null;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of content) text += decoder.decode(chunk, { stream: true });
  const config = parsed(text + decoder.decode());
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return null;
  return maskedKeys.some((key) => key in config)
    ? new TextEncoder().encode(JSON.stringify(maskConfig(config, maskedKeys)))
    : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The bytes of an artifact that the build owns, for the server itself. */
export async function readArtifact(deps: Deps, buildId: number, artifact: Artifact): Promise<Uint8Array> {
  return readAll(await openArtifact(deps, buildId, artifact), artifact.size);
}

/** @param size bytes */
export async function readAll(content: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const chunk of content) {
    bytes.set(chunk, length);
    length += chunk.byteLength;
  }
  return bytes;
}

async function openArtifact(
  deps: Deps,
  buildId: number,
  artifact: Artifact,
): Promise<AsyncIterable<Uint8Array>> {
  if (artifact.content !== null) return once(deps.vault.open(artifact.content));
  try {
    return watched(deps, buildId, artifact, await deps.blobs.open(artifact.sha1, artifact));
  } catch (error) {
    await noteDamage(deps, buildId, artifact, error);
    throw error;
  }
}

async function* watched(
  deps: Deps,
  buildId: number,
  artifact: Artifact,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    await noteDamage(deps, buildId, artifact, error);
    throw error;
  }
}

const dayMs = 86_400_000;

/** Reports a damaged file: in the log each time, in the activity log once a day. */
async function noteDamage(deps: Deps, buildId: number, artifact: Artifact, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code !== 'artifact_corrupt') return;
  deps.logger.error('A stored artifact is damaged; upload the same bytes again to repair it.', {
    sha1: artifact.sha1,
    problem: error.message,
  });
  const now = deps.clock.now();
  await deps.store.transaction((tx) =>
    tx.activity.insert({
      at: now,
      buildId,
      releaseId: null,
      runId: null,
      actor: 'server',
      kind: 'artifact_corrupt',
      detail: { sha1sum: artifact.sha1, problem: error.message },
      subject: `artifact:${artifact.sha1}`,
      operationId: `day-${Math.floor(now / dayMs)}`,
    }),
  );
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
