import type { CiTrust } from '../../domain/forges/ci-claims.ts';

export interface CiTrustRepository {
  insert(trust: Omit<CiTrust, 'id'>): Promise<CiTrust>;
  /** Oldest first. */
  ofBuild(buildId: number): Promise<CiTrust[]>;
  delete(id: number): Promise<void>;
  /** Notes that a token was exchanged. @returns false if it was before */
  useToken(digest: string, expiresAt: number): Promise<boolean>;
}
