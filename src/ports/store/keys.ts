import type { ApiKey } from '../../domain/people/api-key.ts';

export interface KeyRepository {
  insert(key: ApiKey): Promise<void>;
  find(id: string): Promise<ApiKey | null>;
  /** Keys of a build without those of CI jobs, or (null) superuser and worker keys; newest first. */
  list(buildId: number | null): Promise<ApiKey[]>;
  revoke(id: string, at: number): Promise<void>;
  /** Lets the key of a CI job change one release, once. @returns false if it has another one */
  bind(id: string, releaseId: number): Promise<boolean>;
  touch(id: string, at: number): Promise<void>;
  makeSuperuser(id: string): Promise<void>;
}
