import type { Vault } from '../ports/vault.ts';
import { AppError } from '../base/errors.ts';
import { jsonLog } from '../adapters/log/json-log.ts';
import { defaultServiceSettings, type Deps } from '../services/deps.ts';
import { createBuild } from '../services/builds/create-build.ts';
import { createKey } from '../services/builds/create-key.ts';
import { fsck, type FsckResult } from '../services/upkeep/fsck.ts';
import { listQueues, type QueueSummary } from '../services/tasks/list-queues.ts';
import { makeSuperuser } from '../services/people/make-superuser.ts';
import { revokeKey } from '../services/builds/revoke-key.ts';
import { offerSetUp, setUpUrl } from '../services/people/set-up.ts';
import { sweepOrphans, type OrphanSweep, type SweepOptions } from '../services/upkeep/sweep-orphans.ts';
import { openCore } from './storage.ts';

export interface AdminOptions {
  dataFolder: string;
  databaseUrl: string | null;
  /** Whether the stored files are needed, or (`adopt`) taken whatever they are; by default only the database is. */
  files?: 'check' | 'adopt' | 'none';
}

/** Administration of the data itself, without a server. */
export interface Admin {
  createBuild(name: string): Promise<{ buildId: number }>;
  createKey(
    of: { purpose: string } & ({ buildId: number } | { superuser: true } | { worker: true }),
  ): Promise<{ keyId: string; secret: string }>;
  revokeKey(keyId: string): Promise<void>;
  makeSuperuser(keyId: string): Promise<void>;
  listQueues(): Promise<QueueSummary[]>;
  /** Null where there is a superuser. */
  setUpLink(publicUrl: string): Promise<string | null>;
  fsck(): Promise<FsckResult>;
  sweep(options: SweepOptions): Promise<OrphanSweep>;
  close(): Promise<void>;
}

/**
 * Opens the data and brings the database up to date.
 *
 * @throws AppError `unavailable` when a server uses the data folder or the database cannot be reached;
 *   `invalid_argument` when the files are another database's
 */
export async function openAdmin({ dataFolder, databaseUrl, files = 'none' }: AdminOptions): Promise<Admin> {
  const opened = await openCore({
    dataFolder,
    databaseUrl,
    vault: noVault,
    durability: 'full',
    maxImageBytes: defaultServiceSettings.maxImageBytes,
    maxArtifactBytes: defaultServiceSettings.maxArtifactBytes,
    logger: jsonLog('warn'),
    files,
  });
  return { ...actions(opened.core), close: () => opened.close() };
}

/** Administration neither seals nor opens anything, so it needs no secret key. */
const noVault: Vault = {
  fingerprint: '',
  seal: refuseVault,
  open: refuseVault,
};

function refuseVault(): never {
  throw new AppError('internal', 'Only a server seals and opens what is secret.');
}

/** Whoever can write the data may do anything. */
const operator = { kind: 'local' } as const;

function actions(core: Deps): Omit<Admin, 'close'> {
  return {
    createBuild: async (name) => ({ buildId: (await createBuild(core, operator, { name })).id }),
    createKey: async (of) => {
      const { key, secret } = await createKey(core, operator, of);
      return { keyId: key.id, secret };
    },
    revokeKey: async (keyId) => void (await revokeKey(core, operator, { keyId })),
    makeSuperuser: async (keyId) => void (await makeSuperuser(core, operator, { keyId })),
    listQueues: () => listQueues(core, operator),
    setUpLink: async (publicUrl) => {
      const token = await offerSetUp(core);
      return token === null ? null : setUpUrl(publicUrl, token);
    },
    fsck: () => fsck(core, operator),
    sweep: (options) => sweepOrphans(core, operator, options),
  };
}
