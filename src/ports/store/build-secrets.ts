import type { BuildSecret } from '../../domain/capture/build-secrets.ts';

export interface BuildSecretRepository {
  /** Replaces the one of that name. */
  put(secret: BuildSecret): Promise<void>;
  /** By name. */
  ofBuild(buildId: number): Promise<BuildSecret[]>;
  /** @returns false: there is none */
  delete(buildId: number, name: string): Promise<boolean>;
}
