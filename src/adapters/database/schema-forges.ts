import type { Generated } from 'kysely';
import type { CommentImages, DeliveryKind } from '../../domain/forges/connection.ts';
import type { ForgeKind } from '../../domain/forges/forge-kinds.ts';

export interface ForgeConnectionsTable {
  id: Generated<number>;
  build_id: number;
  kind: ForgeKind;
  base_url: string;
  repository: string;
  repository_id: string | null;
  app_id: string | null;
  /** Sealed, in base64. */
  token: string;
  context: string;
  comments: 0 | 1;
  summary: 0 | 1;
  marks_good: 0 | 1;
  comment_images: Generated<CommentImages>;
  paused_until: number | null;
  stopped_at: number | null;
  problem: string | null;
  created_at: number;
  created_by: string;
  updated_at: number;
}

export interface DeliveriesTable {
  id: Generated<number>;
  connection_id: number;
  build_id: number;
  release_id: number;
  kind: DeliveryKind;
  target: string;
  revision: number;
  sent_hash: string | null;
  sent_word: string | null;
  sent_at: number | null;
  remote_id: string | null;
  gone_release_id: number | null;
  attempts: number;
  failing_since: number | null;
  /** When what it should say last changed. */
  changed_at: number;
  due_at: number | null;
  lease_id: string | null;
  lease_until: number | null;
  stopped_at: number | null;
  last_error: string | null;
}
