import {
  maxCommentImages,
  parseSignedImage,
  signedImageMs,
  signedImageText,
  signedImageUrl,
} from '../../domain/forges/signed-image.ts';
import type { CommentImage, CommentRow } from '../../domain/forges/comment-text.ts';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { DerivedImages } from '../../ports/derived-images.ts';
import type { Transaction } from '../../ports/store.ts';
import { originalImage, partToShow, type DerivedResult } from '../artifacts/derived-images.ts';
import type { Deps } from '../deps.ts';
import { runUrl } from '../releases/runs-done.ts';

type Shown = CommentRow & { runId: number | null };

/** Links to images of the first runs that differ; none where the connection shows none, or once they have expired. */
export async function commentImages(
  deps: Deps,
  tx: Transaction,
  connection: ForgeConnection,
  release: Release,
  rows: readonly Shown[],
): Promise<CommentImage[]> {
  // Of the release, so that the text stays the same however often it is computed.
  const expiresAt = Math.floor((release.createdAt + signedImageMs) / 1_000);
  if (connection.commentImages !== 'signed' || expiresAt * 1_000 <= deps.clock.now()) return [];
  const differing = rows.filter(({ word }) => word === 'differs' || word === 'rejected');
  const ids = differing.slice(0, maxCommentImages).flatMap(({ runId }) => (runId === null ? [] : [runId]));
  const found = await tx.runs.findMany(release.id, ids);
  return ids.flatMap((id) => {
    const run = found.find((of) => of.id === id);
    const sha1 = run?.current.image ?? null;
    if (run === undefined || sha1 === null) return [];
    const image = { connectionId: connection.id, releaseId: release.id, runId: id, sha1, expiresAt };
    const signature = deps.vault.sign(signedImageText(image));
    return [
      {
        name: run.name,
        url: signedImageUrl(deps.settings.publicUrl, image, signature),
        leadsTo: runUrl(deps, release, run.name),
      },
    ];
  });
}

/**
 * The image that a signed link leads to, for anyone who has the link.
 *
 * @returns null for every other link: a wrong one, an expired one, one of a deleted release or of a connection that is gone
 *   or shows no images, and one of an image that the run no longer has
 */
export async function signedImage(
  deps: Deps,
  images: DerivedImages,
  file: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<(DerivedResult & { expiresAtMs: number }) | null> {
  const asked = parseSignedImage(file, fields);
  if (asked === null) return null;
  const { image, signature } = asked;
  if (!deps.ids.equal(deps.vault.sign(signedImageText(image)), signature)) return null;
  const expiresAtMs = image.expiresAt * 1_000;
  if (expiresAtMs <= deps.clock.now()) return null;
  const run = await deps.store.read((tx) => shownRun(tx, image));
  if (run === null) return null;
  const around = partToShow(run, image.sha1 === run.current.image ? 'after' : 'before');
  const place = around === null ? 'top' : Object.values(around).join('-');
  const original = originalImage(deps, { kind: 'local' }, run.buildId, image.sha1);
  return {
    key: `${image.sha1}-marked-${place}`,
    isImmutable: false,
    expiresAtMs,
    make: (signal) => images.thumbnail(original, around, signal),
  };
}

async function shownRun(
  tx: Transaction,
  {
    connectionId,
    releaseId,
    runId,
    sha1,
  }: { connectionId: number; releaseId: number; runId: number; sha1: string },
): Promise<Run | null> {
  const connection = await tx.forgeConnections.find(connectionId);
  if (connection?.commentImages !== 'signed' || !connection.comments) return null;
  const [release] = await tx.releases.findMany([releaseId]);
  if (release?.buildId !== connection.buildId || (await tx.builds.find(release.buildId)) === null)
    return null;
  const run = await tx.runs.findById(runId);
  if (run?.releaseId !== releaseId || run.current.image !== sha1) return null;
  return (await tx.artifacts.findOwned(run.buildId, sha1)) === null ? null : run;
}
