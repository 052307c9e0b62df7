/** Times are epoch milliseconds. */

import type { CiScope } from '../forges/ci-claims.ts';

/** An API key; the secret itself is never stored. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the secret. */
  secretHash: string;
  purpose: string;
  /** The build it can access; null for superuser and worker keys. */
  buildId: number | null;
  superuser: boolean;
  /** Can access the work queue, and builds only through its leased tasks. */
  worker: boolean;
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  lastUsedAt: number | null;
  /** A CI job got it for its token; null: a person or a server made it. */
  ci: CiScope | null;
  /** Null: it does not end. */
  expiresAt: number | null;
}
