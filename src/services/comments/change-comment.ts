import { AppError } from '../../base/errors.ts';
import { actorOf, mayManageBuild } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkCommentText, isSameActor, mentionsIn, type Comment } from '../../domain/comments/comment.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Deps } from '../deps.ts';
import { announceComment } from './announce-comment.ts';
import { peopleToName } from './list-comments.ts';
import { lockComment, noteTalk } from './lock-talk.ts';

interface CommentKey {
  buildId: number;
  commentId: number;
}

/** Changes the text of one's own comment. @throws AppError `not_found` | `role_required` | `invalid_argument` */
export async function editComment(
  deps: Deps,
  principal: Principal,
  input: CommentKey & { text: string },
): Promise<Comment> {
  const text = checkCommentText(input.text);
  return deps.store.transaction(async (tx) => {
    const { release, comment } = await lockComment(tx, principal, input);
    const actor = actorOf(principal);
    if (!isSameActor(comment.author, actor)) {
      throw new AppError(
        'role_required',
        `Comment ${comment.id} is someone else's; only its author can edit it.`,
      );
    }
    requireText(comment);
    if (comment.text === text) return comment;
    const mentions = mentionsIn(text, await peopleToName(tx, release.buildId));
    const after = { ...comment, text, mentions, editedAt: deps.clock.now() };
    await save(deps, tx, release, { comment: after, actor, kind: 'comment_edited' });
    const known = new Set(comment.mentions.map(({ userId }) => userId));
    const added = mentions.filter(({ userId }) => !known.has(userId));
    await announceComment(deps, tx, principal, {
      release,
      comment: { ...after, mentions: added },
      thread: [],
    });
    return after;
  });
}

/** Deletes one's own comment, or as an admin anyone's. @throws AppError `not_found` | `role_required` */
export async function deleteComment(deps: Deps, principal: Principal, input: CommentKey): Promise<Comment> {
  return deps.store.transaction(async (tx) => {
    const { release, comment } = await lockComment(tx, principal, input);
    const actor = actorOf(principal);
    if (!isSameActor(comment.author, actor) && !mayManageBuild(principal, release.buildId)) {
      throw new AppError(
        'role_required',
        `Comment ${comment.id} is someone else's; only its author and admins can delete it.`,
      );
    }
    if (comment.deletedAt !== null) return comment;
    const after = { ...comment, text: '', mentions: [], deletedAt: deps.clock.now(), deletedBy: actor };
    return save(deps, tx, release, { comment: after, actor, kind: 'comment_deleted' });
  });
}

/** Resolves a thread, or reopens it. @throws AppError `not_found` | `invalid_argument` for a reply */
export async function resolveComment(
  deps: Deps,
  principal: Principal,
  input: CommentKey & { resolved: boolean },
): Promise<Comment> {
  return deps.store.transaction(async (tx) => {
    const { release, comment } = await lockComment(tx, principal, input);
    if (comment.replyTo !== null) {
      throw new AppError(
        'invalid_argument',
        `Comment ${comment.id} is a reply; resolve comment ${comment.replyTo}, the first of its thread.`,
        { details: { parameter: 'comment_id' } },
      );
    }
    if ((comment.resolvedAt !== null) === input.resolved) return comment;
    const actor = actorOf(principal);
    const after = {
      ...comment,
      resolvedAt: input.resolved ? deps.clock.now() : null,
      resolvedBy: input.resolved ? actor : null,
    };
    const kind = input.resolved ? 'comment_resolved' : 'comment_reopened';
    return save(deps, tx, release, { comment: after, actor, kind });
  });
}

async function save(
  deps: Deps,
  tx: Transaction,
  release: Release,
  change: { comment: Comment; actor: string; kind: string },
): Promise<Comment> {
  await tx.comments.update(change.comment);
  await noteTalk(deps, tx, release, change);
  return change.comment;
}

function requireText({ id, deletedAt }: Comment): void {
  if (deletedAt === null) return;
  throw new AppError('conflict', `Comment ${id} was deleted; write a new one.`);
}
