import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileBlobs } from '../../../src/adapters/blobs/file-blobs.ts';
import { createAesVault } from '../../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../../src/adapters/crypto/node-ids.ts';
import { createEventCalls } from '../../../src/adapters/events/event-calls.ts';
import { createCiTokens } from '../../../src/adapters/forges/ci-tokens.ts';
import { createForges } from '../../../src/adapters/forges/forge-calls.ts';
import { createDerivedImages } from '../../../src/adapters/pixels/derived-images.ts';
import { openStore } from '../../../src/adapters/database/open-store.ts';
import { inProcessFeed } from '../../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../../src/adapters/notify/in-process-notifier.ts';
import { createImageCheck } from '../../../src/adapters/pixels/image-check.ts';
import { DepictedClient, type ClientOptions } from '../../../src/client/index.ts';
import { composeLogins, type LoginOptions } from '../../../src/compose/compose-logins.ts';
import { createHttpApp, type HttpApp } from '../../../src/http/app.ts';
import type { EventCalls } from '../../../src/ports/event-calls.ts';
import type { EgressRules } from '../../../src/domain/network/egress-policy.ts';
import type { HttpSettings } from '../../../src/http/settings.ts';
import type { IdentityRecords } from '../../../src/ports/identity-records.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import type { Store } from '../../../src/ports/store.ts';
import { noTracer, type Tracer } from '../../../src/ports/tracer.ts';
import { createBuild } from '../../../src/services/builds/create-build.ts';
import { createKey } from '../../../src/services/builds/create-key.ts';
import { defaultServiceSettings, type Deps, type ServiceSettings } from '../../../src/services/deps.ts';
import { copyMigratedSqlite } from '../../support/migrated-database.ts';
import { sharedComparer } from '../../support/shared-comparer.ts';
import { TestClock } from './test-clock.ts';

export interface Key {
  keyId: string;
  keySecret: string;
}

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

export interface TestServer {
  url: string;
  /** Where it keeps everything. */
  folder: string;
  app: HttpApp;
  core: Deps;
  /** What the library for logins keeps. */
  identityRecords: IdentityRecords;
  eventCalls: EventCalls;
  clock: TestClock;
  log: LogLine[];
  /** Two builds that know nothing of each other, and their keys. */
  buildA: number;
  buildB: number;
  keyA: Key;
  keyB: Key;
  superKey: Key;
  /** A client that never waits between attempts. */
  client(key?: Key | null, options?: Partial<ClientOptions>): DepictedClient;
  /** What is left in the folders of unfinished uploads. */
  unfinishedUploads(): Promise<string[]>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  authentication?: 'on' | 'off';
  databaseUrl?: string;
  http?: Partial<HttpSettings>;
  service?: Partial<ServiceSettings>;
  /** Default true. */
  hasMail?: boolean;
  trustedProxies?: readonly string[];
  /** Which forges it may call; by default public ones. */
  forgeRules?: EgressRules;
  /** Where it may send events; by default public addresses. */
  eventRules?: EgressRules;
  /** Where its data goes; by default a folder that ends with the server. */
  folder?: string;
  /** Lets people sign in. */
  logins?: Partial<LoginOptions>;
  tracer?: Tracer;
  /** Wraps the store. */
  wrapStore?: (store: Store) => Store;
}

const local = { kind: 'local' } as const;
const testSecret = 'a secret that only tests know, and nobody else';
const noLogins: LoginOptions = {
  passwordLogin: true,
  googleClientId: null,
  googleClientSecret: null,
  oidcIssuer: null,
  oidcClientId: null,
  oidcClientSecret: null,
  oidcName: 'Company',
  loginDomain: null,
};

/** The real server over a fresh database, on a free port. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'dpxdt-api-')));
  const spoolFolder = await mkdtemp(join(folder, 'spool-'));
  const sqliteFile = join(folder, 'dpxdt.sqlite');
  if (options.databaseUrl === undefined && options.folder === undefined) await copyMigratedSqlite(sqliteFile);
  const opened = await openStore({
    databaseUrl: options.databaseUrl,
    sqliteFile,
    durability: 'relaxed',
  });
  const log: LogLine[] = [];
  const logger = recordingLogger(log);
  const clock = new TestClock();
  const blobFolder = join(folder, 'artifacts');
  const core: Deps = {
    store: options.wrapStore?.(opened) ?? opened,
    blobs: await openFileBlobs(blobFolder),
    imageCheck: createImageCheck({ comparer: sharedComparer }),
    clock,
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: createAesVault(testSecret),
    logger,
    tracer: options.tracer ?? noTracer,
    settings: { ...defaultServiceSettings, publicUrl: 'https://depicted.example', ...options.service },
  };
  const buildA = await createBuild(core, local, { name: 'A' });
  const buildB = await createBuild(core, local, { name: 'B' });
  const keyOf = async (access: { buildId: number } | { superuser: true }): Promise<Key> => {
    const { key, secret } = await createKey(core, local, { purpose: 'test', ...access });
    return { keyId: key.id, keySecret: secret };
  };
  const toForges = {
    rules: options.forgeRules ?? { allowPrivate: false },
    clock,
    version: '0.0.0-test',
    timeoutMs: 15_000,
  };
  const eventCalls = createEventCalls({
    rules: options.eventRules ?? { allowPrivate: false },
    clock,
    version: '0.0.0-test',
    timeoutMs: 15_000,
  });
  const app = await createHttpApp({
    eventCalls,
    forges: createForges(toForges),
    ciTokens: createCiTokens(toForges),
    core,
    images: await createDerivedImages({ folder: join(folder, 'derived') }),
    authentication: options.authentication ?? 'on',
    people:
      options.logins === undefined
        ? null
        : {
            logins: await composeLogins(core, opened.identityRecords, testSecret, {
              ...noLogins,
              ...options.logins,
            }),
            hasMail: options.hasMail ?? true,
          },
    version: '0.0.0-test',
    spoolFolder,
    ...(options.trustedProxies !== undefined && { trustedProxies: options.trustedProxies }),
    settings: {
      connectionsCheckMs: 50,
      eventBatchMs: 5,
      closeTimeoutMs: 500,
      passwordRefusalDelayMs: 10,
      busyRefusalDelayMs: 10,
      ...options.http,
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const superKey = await keyOf({ superuser: true });
  return {
    url,
    folder,
    app,
    core,
    eventCalls,
    identityRecords: opened.identityRecords,
    clock,
    log,
    buildA: buildA.id,
    buildB: buildB.id,
    keyA: await keyOf({ buildId: buildA.id }),
    keyB: await keyOf({ buildId: buildB.id }),
    superKey,
    client: (key = superKey, extra = {}) =>
      new DepictedClient({ server: url, ...(key ?? {}), sleep: async () => {}, ...extra }),
    unfinishedUploads: async () => [
      ...(await readdir(spoolFolder)),
      ...(await readdir(join(blobFolder, 'tmp'))),
    ],
    async close() {
      await app.close();
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function recordingLogger(lines: LogLine[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export function basic({ keyId, keySecret }: Key): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}` };
}
