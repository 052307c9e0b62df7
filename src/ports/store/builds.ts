import type { Build } from '../../domain/builds/build.ts';
import type { Page } from './page.ts';

export interface BuildRepository {
  /** With the default settings of baselines. */
  insert(build: Omit<Build, 'id' | 'baselineSettings' | 'retention' | 'workerLabel'>): Promise<Build>;
  find(id: number): Promise<Build | null>;
  /** Serializes numbering within a build. */
  lock(id: number): Promise<Build | null>;
  update(build: Build): Promise<void>;
  /** Hash of the token that confirms the alias; null: none pending. */
  setAliasToken(id: number, tokenHash: string | null): Promise<void>;
  findByAliasToken(tokenHash: string): Promise<Build | null>;
  /** Newest first. `ids` limits it to some builds; `publicToo` adds the public ones. */
  list(filter: { ids?: readonly number[]; publicToo?: boolean }, page: Page): Promise<Build[]>;
}
