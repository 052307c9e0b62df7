/** Tables of logins. */

export interface SessionsTable {
  id: string;
  token_hash: string;
  user_id: string;
  created_at: number;
  updated_at: number;
  expires_at: number;
  ip_address: string | null;
  user_agent: string | null;
}

export interface AccountsTable {
  id: string;
  user_id: string;
  provider_id: string;
  account_id: string;
  password: string | null;
  created_at: number;
  updated_at: number;
}

export interface VerificationsTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: number;
  created_at: number;
  updated_at: number;
}

export interface AttemptsTable {
  name: string;
  count: number;
  since: number;
}
