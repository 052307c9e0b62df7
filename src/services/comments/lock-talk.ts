import { AppError } from '../../base/errors.ts';
import { buildNotFound, hasPartIn } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Comment } from '../../domain/comments/comment.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { touchRelease } from '../releases/touch-release.ts';

/**
 * Comments are the members' talk: it names people, as reasons of verdicts do, so visitors of a public build see none.
 *
 * @throws AppError `not_found`
 */
export function requirePart(principal: Principal, buildId: number): void {
  if (!hasPartIn(principal, buildId)) throw buildNotFound(buildId);
}

/** Locks a release so that a member can change its comments; a decided release, too. @throws AppError `not_found` */
export async function lockTalk(tx: Transaction, principal: Principal, key: ReleaseName): Promise<Release> {
  requirePart(principal, key.buildId);
  const { release } = await findReleaseToRead(tx, principal, key);
  return (await tx.releases.lockById(release.id)) ?? release;
}

/** Locks the release of a comment. @throws AppError `not_found` */
export async function lockComment(
  tx: Transaction,
  principal: Principal,
  { buildId, commentId }: { buildId: number; commentId: number },
): Promise<{ release: Release; comment: Comment }> {
  requirePart(principal, buildId);
  const found = await tx.comments.find(commentId);
  const release = found === null ? null : await tx.releases.lockById(found.releaseId);
  const comment = release === null ? null : await tx.comments.find(commentId);
  if (release === null || comment === null || comment.buildId !== buildId) {
    throw new AppError('not_found', `Build ${buildId} has no comment ${commentId}.`, {
      details: { parameter: 'comment_id' },
    });
  }
  return { release, comment };
}

/** Shows a change of comments live and in the activity, without their text, which can be deleted. */
export async function noteTalk(
  deps: Deps,
  tx: Transaction,
  release: Release,
  { comment, actor, kind }: { comment: Comment; actor: string; kind: string },
): Promise<void> {
  await touchRelease(deps, tx, release, { changes: { commentsVersion: release.version + 1 }, actor });
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: comment.runId,
    actor,
    kind,
    detail: { comment: comment.id, ...(comment.replyTo !== null && { reply_to: comment.replyTo }) },
    subject: `comment:${comment.id}`,
    operationId: null,
  });
}
