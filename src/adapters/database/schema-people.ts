import type { Generated } from 'kysely';
import type { MailChoice, Role } from '../../domain/people/membership.ts';
import type { Flag } from './flag.ts';

export interface UsersTable {
  id: string;
  name: string;
  email: string;
  email_verified: Flag;
  superuser: Flag;
  created_at: number;
  updated_at: number;
  review_mail: Generated<MailChoice>;
  mention_mail: Generated<MailChoice>;
}

export interface MembershipsTable {
  build_id: number;
  user_id: string;
  role: Role;
  created_at: number;
  created_by: string;
  /** Null: as the person's choice for all builds says. */
  review_mail: Generated<MailChoice | null>;
}

export interface InvitationsTable {
  id: string;
  build_id: number;
  email: string;
  role: Role;
  created_at: number;
  created_by: string;
  expires_at: number;
  accepted_at: number | null;
  revoked_at: number | null;
  token_hash: string | null;
}

export interface ApiKeysTable {
  id: string;
  secret_hash: string;
  purpose: string;
  build_id: number | null;
  superuser: Flag;
  worker: Flag;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
  last_used_at: number | null;
  /** JSON of what a CI job may do with it. */
  ci: string | null;
  expires_at: number | null;
}

export interface ActivityTable {
  id: Generated<number>;
  at: number;
  build_id: number | null;
  release_id: number | null;
  run_id: number | null;
  actor: string;
  kind: string;
  detail: string;
  subject: string;
  operation_id: string | null;
}
