import type { ApiKey } from '../../domain/model.ts';

export interface KeyRepository {
  insert(key: ApiKey): Promise<void>;
  find(id: string): Promise<ApiKey | null>;
  /** Keys of a build, or (null) superuser and worker keys; newest first. */
  list(buildId: number | null): Promise<ApiKey[]>;
  revoke(id: string, at: number): Promise<void>;
  touch(id: string, at: number): Promise<void>;
  makeSuperuser(id: string): Promise<void>;
}
