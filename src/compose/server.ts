import { availableParallelism } from 'node:os';
import type { Endpoint } from '../adapters/egress/checked-connection.ts';
import { createForges } from '../adapters/forges/forge-calls.ts';
import { jsonLog, type LogLevel } from '../adapters/log/json-log.ts';
import { AppError } from '../base/errors.ts';
import { createHttpApp, type HttpApp } from '../http/app.ts';
import { createMemoryKey, withMemoryKey, type MemoryKey } from '../http/access/memory-key.ts';
import type { HttpSettings } from '../http/settings.ts';
import type { Forges } from '../ports/forges.ts';
import type { Logins } from '../ports/logins.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { Tracer } from '../ports/tracer.ts';
import { createKeyAuthenticator } from '../services/builds/authenticate-key.ts';
import type { LifeTimes } from '../services/deps.ts';
import { ensureFirstBuild } from '../services/builds/create-build.ts';
import { releaseMemory } from '../adapters/process/release-memory.ts';
import type { S3Options } from './blobs.ts';
import { decideBinding, loopbackUrl, type Binding, type BindingOptions } from './binding.ts';
import { startDeliveries } from './deliveries.ts';
import { startHousekeeping } from './housekeeping.ts';
import { composeLogins, forgetSetUpLink, offerSetUpLink, type LoginOptions } from './compose-logins.ts';
import { openStorage, type Storage } from './storage.ts';
import { agreeOnSecret, openVault } from './vault.ts';
import type { RunningWorker } from './worker.ts';

export interface ServerOptions extends BindingOptions {
  /** 0: any free port. */
  port: number;
  dataFolder: string;
  databaseUrl: string | null;
  /** Null: artifacts are in the data folder. */
  s3?: S3Options | null;
  /** Local folder for derived images and unfinished uploads; null: the data folder. */
  cacheFolder?: string | null;
  durability: 'full' | 'relaxed';
  maxImageBytes: number;
  maxArtifactBytes: number;
  /** Pages captured at a time by the built-in worker; 0: no worker. */
  workers: number;
  leaseSeconds: number;
  browserPath: string | null;
  /** Null: the first Firefox found, if any. */
  firefoxPath: string | null;
  browserSandbox: 'auto' | 'on' | 'off';
  trustedProxies: readonly string[];
  /** Hosts and CIDRs allowed besides public ones. */
  captureAllow: readonly string[];
  /** Hosts and CIDRs of forges, besides public ones. */
  forgeAllow?: readonly string[];
  /** Encryption key for secrets; null: the data folder's. */
  secretKey: string | null;
  /** `smtp://…`; null: no mail is sent. */
  smtpUrl: string | null;
  /** Sender of mail; null: derived from the public URL's host. */
  mailFrom: string | null;
  /** How long no shard of a release may be heard of before that is a fault. */
  silentShardMs?: number;
  /** How long what has ended is kept. */
  lifeTimes?: LifeTimes;
  /** Who may create builds. */
  createBuilds?: 'everyone' | 'superusers';
  /** Domains whose addresses receive a build's mail without confirmation. */
  mailDomains?: readonly string[];
  /** How people sign in if a login is needed; by default with passwords. */
  logins?: LoginOptions;
  logLevel: LogLevel;
  /** Default: records nothing. */
  tracer?: Tracer;
  version: string;
  /** Folder of the built UI; by default the output of `npm run build:web`. */
  webFolder?: string;
  http?: Partial<HttpSettings>;
}

export interface RunningServer {
  /** Address for this machine. */
  url: string;
  /** Public address. */
  publicUrl: string;
  authentication: 'on' | 'off';
  /** Link that creates the first superuser, once; null if there is one or no login is needed. */
  setUpLink: string | null;
  /** Finishes or gives back the worker's tasks, answers running requests, closes the database. */
  stop(): Promise<void>;
}

/** A stop must finish within 30 s, including its worker's. */
const closeTimeoutMs = 5_000;

/**
 * Starts the server: storage, API, queue, and the built-in worker, which uses HTTP like any other.
 *
 * @throws AppError `invalid_argument` | `unavailable` | `browser_missing`, after stopping everything already started
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const binding = decideBinding(options);
  const logger = jsonLog(options.logLevel);
  const started: (() => Promise<void> | void)[] = [() => logger.flush()];
  const stopAll = async () => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const { vault, secret } = await openVault(options.secretKey, options.dataFolder);
    const storage = await openStorage({ ...options, vault, logger });
    started.push(() => storage.close());
    await agreeOnSecret(storage.core.store, vault);
    const { core } = storage;
    if (binding.authentication === 'off') await ensureFirstBuild(core);
    const housekeeping = await startHousekeeping(storage, await mailerOf(options, binding));
    started.push(() => housekeeping.stop());
    const workerKey = createMemoryKey(core.ids);
    const needsLogin = binding.authentication === 'on';
    const logins = needsLogin
      ? await composeLogins(core, storage.identityRecords, secret, options.logins)
      : null;
    const forges = createForges({
      rules: {
        allowPrivate: binding.isPersonal,
        allow: [...options.captureAllow, ...(options.forgeAllow ?? [])],
      },
      never: binding.isPersonal ? [] : ownEndpoints(options),
      clock: core.clock,
      version: options.version,
    });
    const app = await createApp(options, binding, storage, { workerKey, logins, forges });
    started.push(() => app.close());
    const port = await listen(app, options);
    core.settings.publicUrl = binding.publicUrl ?? `http://localhost:${port}`;
    const deliveries = startDeliveries(core, forges);
    started.push(() => deliveries.stop());
    const url = loopbackUrl(options.host, port);
    const setUpLink = needsLogin ? await offerSetUpLink(core, options.dataFolder, secret) : null;
    if (options.workers > 0) {
      const worker = await startOwnWorker(options, binding.isPersonal, port, workerKey, core.logger);
      started.push(() => worker.stop());
    }
    const { publicUrl } = core.settings;
    releaseMemory();
    logger.info('server started', { url, publicUrl, authentication: binding.authentication });
    let stopped: Promise<void> | undefined;
    return {
      url,
      publicUrl,
      authentication: binding.authentication,
      setUpLink,
      stop: () => {
        logger.info('server stopping');
        return (stopped ??= app.drain().then(stopAll));
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function createApp(
  options: ServerOptions,
  { authentication, isPersonal }: Binding,
  { core, images, spoolFolder }: Storage,
  { workerKey, logins, forges }: { workerKey: MemoryKey; logins: Logins | null; forges: Forges },
): Promise<HttpApp> {
  return createHttpApp({
    core,
    images,
    forges,
    authentication,
    version: options.version,
    people: logins && {
      logins,
      hasMail: options.smtpUrl !== null,
      onSetUp: () => forgetSetUpLink(options.dataFolder),
    },
    keys: withMemoryKey(createKeyAuthenticator(core), workerKey, core.ids),
    spoolFolder,
    ...(options.webFolder !== undefined && { webFolder: options.webFolder }),
    trustedProxies: options.trustedProxies,
    captureTargets: { allowPrivate: isPersonal, allow: options.captureAllow },
    settings: { closeTimeoutMs, ...options.http },
  });
}

async function listen(app: HttpApp, { host, port }: ServerOptions): Promise<number> {
  try {
    return Number(new URL(await app.listen({ host, port })).port || 80);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = listenProblems[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
    throw new AppError('invalid_argument', `The server cannot listen on ${host}, port ${port}: ${why}.`, {
      cause: error,
    });
  }
}

const listenProblems: Record<string, string> = {
  EADDRINUSE: 'another program uses that port; stop it, or choose another port with --port',
  EACCES: 'the system does not allow that port; choose one above 1023 with --port',
  EADDRNOTAVAIL: 'this machine has no such address; check --host',
  ENOTFOUND: 'the host does not exist; check --host',
};

/** Only a personal server may capture without the browser's sandbox by default. */
async function startOwnWorker(
  options: ServerOptions,
  isPersonal: boolean,
  port: number,
  { keyId, secret }: MemoryKey,
  logger: Storage['core']['logger'],
): Promise<RunningWorker> {
  const { browserSandbox, host } = options;
  const { composeWorker } = await import('./worker.ts');
  return composeWorker({
    servers: [loopbackUrl(host, port)],
    keyId,
    keySecret: secret,
    captures: options.workers,
    diffs: availableParallelism(),
    leaseSeconds: options.leaseSeconds,
    browserPath: options.browserPath,
    firefoxPath: options.firefoxPath,
    browserSandbox: browserSandbox === 'auto' && !isPersonal ? 'on' : browserSandbox,
    egress: {
      rules: async () => ({ allowPrivate: isPersonal, allow: options.captureAllow }),
      never: isPersonal ? [] : [{ host, port }, ...databaseEndpoints(options.databaseUrl)],
    },
    withoutBrowser: isPersonal ? 'compare' : 'refuse',
    checkKey: false,
    logger,
    ...(options.tracer !== undefined && { tracer: options.tracer }),
  });
}

function ownEndpoints({ host, port, databaseUrl }: ServerOptions): Endpoint[] {
  return [{ host, port }, ...databaseEndpoints(databaseUrl)];
}

function databaseEndpoints(databaseUrl: string | null): Endpoint[] {
  const url = databaseUrl === null ? null : URL.parse(databaseUrl);
  return url === null || url.hostname === '' ? [] : [{ host: url.hostname, port: Number(url.port || 5_432) }];
}

async function mailerOf(
  { smtpUrl, mailFrom }: ServerOptions,
  { publicUrl }: Binding,
): Promise<Mailer | null> {
  if (smtpUrl === null) return null;
  const { createSmtpMailer } = await import('../adapters/mail/smtp-mailer.ts');
  const host = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname;
  return createSmtpMailer({ smtpUrl, from: mailFrom ?? `Depicted <dpxdt@${host}>` });
}
