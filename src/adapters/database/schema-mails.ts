import type { Generated } from 'kysely';
import type { MailKind } from '../../domain/mail/mail.ts';

export interface MailsTable {
  id: Generated<number>;
  message_id: string;
  build_id: number | null;
  release_id: number | null;
  kind: MailKind;
  /** Null: not addressed yet. */
  recipient: string | null;
  subject: string;
  body: string;
  created_at: number;
  /** Null: sent or abandoned. */
  due_at: number | null;
  attempts: number;
  sent_at: number | null;
  problem: string | null;
  requested_by: string | null;
}
