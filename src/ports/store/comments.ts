import type { Comment } from '../../domain/comments/comment.ts';

/** Write only while the comment's release is locked. */
export interface CommentRepository {
  insert(comment: Omit<Comment, 'id'>): Promise<Comment>;
  find(id: number): Promise<Comment | null>;
  /** Oldest first. */
  ofRelease(releaseId: number): Promise<Comment[]>;
  /** Writes text, mentions, editedAt, deletedAt, deletedBy, resolvedAt and resolvedBy. */
  update(comment: Comment): Promise<void>;
}
