import type { DeliveryState } from '../domain/forges/connection.ts';
import type { Vault } from '../ports/vault.ts';
import { AppError } from '../base/errors.ts';
import { jsonLog } from '../adapters/log/json-log.ts';
import { defaultServiceSettings, type Deps } from '../services/deps.ts';
import {
  deleteBuildSecret,
  listBuildSecrets,
  setBuildSecret,
  type ListedSecret,
} from '../services/secrets/build-secrets.ts';
import { createBuild } from '../services/builds/create-build.ts';
import { createKey } from '../services/builds/create-key.ts';
import { fsck, type FsckResult } from '../services/upkeep/fsck.ts';
import { listQueues, type QueueSummary } from '../services/tasks/list-queues.ts';
import type { EventState } from '../domain/events/event.ts';
import { listEvents, type ListedEvent } from '../services/events/list-events.ts';
import { listDeliveries, type ListedDelivery } from '../services/forges/list-connections.ts';
import { makeSuperuser } from '../services/people/make-superuser.ts';
import { revokeKey } from '../services/builds/revoke-key.ts';
import { offerSetUp, setUpUrl } from '../services/people/set-up.ts';
import { sweepOrphans, type OrphanSweep, type SweepOptions } from '../services/upkeep/sweep-orphans.ts';
import { deletionActions, type DeletionAdmin } from './admin-deletion.ts';
import type { S3Options } from './blobs.ts';
import { openCore } from './storage.ts';
import { agreeOnSecret, openVault } from './vault.ts';

export interface AdminOptions {
  dataFolder: string;
  databaseUrl: string | null;
  /** Only for what is sealed; null: `secret.key` in the data folder. */
  secretKey?: string | null;
  /** Null: artifacts are in the data folder. */
  s3?: S3Options | null;
  /** Whether the stored files are needed; `adopt` accepts any; by default only the database is opened. */
  files?: 'check' | 'adopt' | 'none';
}

/** Administration of the data itself, without a server. */
export interface Admin extends DeletionAdmin {
  createBuild(name: string): Promise<{ buildId: number }>;
  createKey(
    of: { purpose: string } & ({ buildId: number } | { superuser: true } | { worker: true }),
  ): Promise<{ keyId: string; secret: string }>;
  revokeKey(keyId: string): Promise<void>;
  makeSuperuser(keyId: string): Promise<void>;
  listQueues(): Promise<QueueSummary[]>;
  /** The newest 1,000. */
  listDeliveries(state: DeliveryState | undefined): Promise<ListedDelivery[]>;
  listSecrets(buildId: number): Promise<ListedSecret[]>;
  setSecret(secret: {
    buildId: number;
    name: string;
    value: string;
    origins: readonly string[];
  }): Promise<ListedSecret>;
  deleteSecret(buildId: number, name: string): Promise<void>;
  /** The newest 1,000. */
  listEvents(state: EventState | undefined): Promise<ListedEvent[]>;
  /** Null if there is a superuser. */
  setUpLink(publicUrl: string): Promise<string | null>;
  fsck(): Promise<FsckResult>;
  sweep(options: SweepOptions): Promise<OrphanSweep>;
  close(): Promise<void>;
}

/**
 * Opens the data and migrates the database.
 *
 * @throws AppError `unavailable` when a server uses the data folder or the database cannot be reached;
 *   `invalid_argument` when the files belong to another database
 */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const { dataFolder, databaseUrl, s3 = null, files = 'none' } = options;
  const opened = await openCore({
    dataFolder,
    databaseUrl,
    s3,
    vault: noVault,
    durability: 'full',
    maxImageBytes: defaultServiceSettings.maxImageBytes,
    maxArtifactBytes: defaultServiceSettings.maxArtifactBytes,
    logger: jsonLog('warn'),
    files,
  });
  return { ...actions(opened.core, options), close: () => opened.close() };
}

/** Only setting a secret needs the secret key, and opens the vault itself. */
const noVault: Vault = {
  fingerprint: '',
  sign: refuseVault,
  seal: refuseVault,
  open: refuseVault,
};

function refuseVault(): never {
  throw new AppError('internal', 'Only a server can encrypt and decrypt secrets.');
}

/** Write access to the data implies full rights. */
const operator = { kind: 'local' } as const;

function actions(core: Deps, { secretKey = null, dataFolder }: AdminOptions): Omit<Admin, 'close'> {
  return {
    ...deletionActions(core),
    createBuild: async (name) => ({ buildId: (await createBuild(core, operator, { name })).id }),
    createKey: async (of) => {
      const { key, secret } = await createKey(core, operator, of);
      return { keyId: key.id, secret };
    },
    revokeKey: async (keyId) => void (await revokeKey(core, operator, { keyId })),
    makeSuperuser: async (keyId) => void (await makeSuperuser(core, operator, { keyId })),
    listQueues: () => listQueues(core, operator),
    listDeliveries: (state) => listDeliveries(core, operator, { state, limit: 1_000 }),
    listSecrets: (buildId) => listBuildSecrets(core, operator, { buildId }),
    setSecret: async (secret) => {
      const { vault } = await openVault(secretKey, dataFolder);
      await agreeOnSecret(core.store, vault);
      return setBuildSecret({ ...core, vault }, operator, secret);
    },
    deleteSecret: (buildId, name) => deleteBuildSecret(core, operator, { buildId, name }),
    listEvents: (state) => listEvents(core, operator, { state, limit: 1_000 }),
    setUpLink: async (publicUrl) => {
      const token = await offerSetUp(core);
      return token === null ? null : setUpUrl(publicUrl, token);
    },
    fsck: () => fsck(core, operator),
    sweep: (options) => sweepOrphans(core, operator, options),
  };
}
