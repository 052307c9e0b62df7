import type { Generated } from 'kysely';

export interface CommentsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  run_id: number | null;
  reply_to: number | null;
  /** A `CommentPlace`. */
  place: string | null;
  author: string;
  text: string;
  /** `Mention[]`. */
  mentions: string;
  operation_id: string;
  created_at: number;
  edited_at: number | null;
  deleted_at: number | null;
  deleted_by: string | null;
  resolved_at: number | null;
  resolved_by: string | null;
}

export interface ReviewRequestsTable {
  release_id: number;
  user_id: string;
  build_id: number;
  requested_by: string;
  requested_at: number;
}
