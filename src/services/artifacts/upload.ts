import type { Principal } from '../../domain/people/access.ts';
import { ContentSniffer } from '../../domain/artifacts/content-type.ts';
import { AppError } from '../../base/errors.ts';
import type { StagedBlob } from '../../ports/blobs.ts';
import type { Deps } from '../deps.ts';
import { requireUseOrTask } from '../tasks/held-tasks.ts';
import { hashCollision } from './keep-texts.ts';

export interface UploadInput {
  buildId: number;
  fileName: string | null;
  content: AsyncIterable<Uint8Array>;
  /** Digest and size declared by the client; a mismatch is refused. */
  expected?: { sha1?: string | undefined; size?: number | undefined } | undefined;
}

export interface UploadResult {
  sha1sum: string;
  contentType: string;
  /** Bytes. */
  size: number;
}

/** Stores one file. Idempotent: equal bytes are stored once, and uploading them again repairs a damaged copy. */
export async function upload(deps: Deps, principal: Principal, input: UploadInput): Promise<UploadResult> {
  await deps.store.readLatest((tx) => requireUseOrTask(deps, tx, principal, input.buildId));
  const sniffer = new ContentSniffer(input.fileName);
  const staged = await deps.blobs.stage(watched(deps, sniffer, input.content));
  try {
    checkExpected(staged, input.expected);
    const { sha1, sha256, size } = staged;
    const known = await deps.store.readLatest((tx) => tx.artifacts.find(sha1));
    if (known !== null && known.sha256 !== sha256) throw hashCollision(sha1);
    await staged.commit({ isKnown: known !== null });
    const contentType = sniffer.contentType();
    const now = deps.clock.now();
    await deps.store.transaction(async (tx) => {
      await tx.artifacts.insert({ sha1, sha256, size, createdAt: now, content: null });
      await tx.artifacts.own(input.buildId, sha1, contentType, now);
    });
    return { sha1sum: sha1, contentType, size };
  } finally {
    await staged.discard();
  }
}

async function* watched(
  deps: Deps,
  sniffer: ContentSniffer,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of content) {
    sniffer.push(chunk);
    size += chunk.byteLength;
    const { maxImageBytes, maxArtifactBytes } = deps.settings;
    const limit = sniffer.isImage ? maxImageBytes : maxArtifactBytes;
    if (size > limit) {
      const kind = sniffer.isImage ? 'image' : 'file';
      throw new AppError('too_large', `The ${kind} is larger than the limit of ${limit} bytes.`, {
        details: { limit },
      });
    }
    yield chunk;
  }
}

function checkExpected(staged: StagedBlob, expected: UploadInput['expected']): void {
  if (expected?.sha1 !== undefined && expected.sha1.toLowerCase() !== staged.sha1) {
    throw new AppError(
      'digest_mismatch',
      `The received bytes have the SHA-1 ${staged.sha1}, not ${expected.sha1}. Upload the file again.`,
    );
  }
  if (expected?.size !== undefined && expected.size !== staged.size) {
    throw new AppError(
      'digest_mismatch',
      `${staged.size} bytes were received instead of ${expected.size}. Upload the file again.`,
    );
  }
}
