import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/comments.ts';
import { isSameActor, type Comment, type Mention } from '../../domain/comments/comment.ts';
import { actorOf, type Principal } from '../../domain/people/access.ts';
import { addComment } from '../../services/comments/add-comment.ts';
import { deleteComment, editComment, resolveComment } from '../../services/comments/change-comment.ts';
import { listComments } from '../../services/comments/list-comments.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';

/** What members say. */
export function serveComments(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listComments, async ({ parameters, principal }) => {
    const { comments, people } = await listComments(core, principal, releaseOf(parameters));
    return { comments: comments.map((comment) => view(comment, principal)), people: people.map(personOf) };
  });

  serve(app, contract.addComment, async ({ parameters, principal }) => {
    const { run_name: runName, reply_to: replyTo, operation_id: operationId, side, x, y, text } = parameters;
    const input = { ...releaseOf(parameters), runName, replyTo, side, x, y, text, operationId };
    return { comment: view(await addComment(core, principal, input), principal) };
  });

  serve(app, contract.editComment, async ({ parameters, principal }) => {
    const { build_id: buildId, comment_id: commentId, text } = parameters;
    return { comment: view(await editComment(core, principal, { buildId, commentId, text }), principal) };
  });

  serve(app, contract.deleteComment, async ({ parameters, principal }) => {
    const { build_id: buildId, comment_id: commentId } = parameters;
    return { comment: view(await deleteComment(core, principal, { buildId, commentId }), principal) };
  });

  serve(app, contract.resolveComment, async ({ parameters, principal }) => {
    const { build_id: buildId, comment_id: commentId, resolved } = parameters;
    return {
      comment: view(await resolveComment(core, principal, { buildId, commentId, resolved }), principal),
    };
  });
}

function view(comment: Comment, principal: Principal) {
  return {
    id: comment.id,
    run_id: comment.runId,
    reply_to: comment.replyTo,
    place: comment.place,
    author: comment.author,
    is_own: isSameActor(comment.author, actorOf(principal)),
    text: comment.text,
    mentions: comment.mentions.map(personOf),
    created_at: comment.createdAt,
    edited_at: comment.editedAt,
    deleted_at: comment.deletedAt,
    deleted_by: comment.deletedBy,
    resolved_at: comment.resolvedAt,
    resolved_by: comment.resolvedBy,
  };
}

function personOf({ userId, name }: Mention) {
  return { user_id: userId, name };
}
