import type { Selectable } from 'kysely';
import type { Comment, Mention } from '../../domain/comments/comment.ts';
import type { CommentPlace } from '../../domain/comments/comment-place.ts';
import type { CommentRepository } from '../../ports/store/comments.ts';
import type { Connection } from './connection.ts';
import type { CommentsTable } from './schema-comments.ts';

export function commentRepository({ db }: Connection): CommentRepository {
  return {
    async insert(comment) {
      const row = await db
        .insertInto('comments')
        .values({
          build_id: comment.buildId,
          release_id: comment.releaseId,
          run_id: comment.runId,
          reply_to: comment.replyTo,
          place: comment.place === null ? null : JSON.stringify(comment.place),
          author: comment.author,
          operation_id: comment.operationId,
          created_at: comment.createdAt,
          ...changes(comment),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toComment(row);
    },
    async find(id) {
      const row = await db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toComment(row);
    },
    async ofRelease(releaseId) {
      const query = db.selectFrom('comments').selectAll().where('release_id', '=', releaseId).orderBy('id');
      return (await query.execute()).map(toComment);
    },
    async update(comment) {
      await db.updateTable('comments').set(changes(comment)).where('id', '=', comment.id).execute();
    },
  };
}

function changes(comment: Omit<Comment, 'id'>) {
  return {
    text: comment.text,
    mentions: JSON.stringify(comment.mentions),
    edited_at: comment.editedAt,
    deleted_at: comment.deletedAt,
    deleted_by: comment.deletedBy,
    resolved_at: comment.resolvedAt,
    resolved_by: comment.resolvedBy,
  };
}

function toComment(row: Selectable<CommentsTable>): Comment {
  return {
    id: row.id,
    buildId: row.build_id,
    releaseId: row.release_id,
    runId: row.run_id,
    replyTo: row.reply_to,
    place: row.place === null ? null : (JSON.parse(row.place) as CommentPlace),
    author: row.author,
    text: row.text,
    mentions: JSON.parse(row.mentions) as Mention[],
    operationId: row.operation_id,
    createdAt: row.created_at,
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
    deletedBy: row.deleted_by,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
  };
}
