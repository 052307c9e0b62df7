import { hostname } from 'node:os';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { unpackDom } from '../adapters/dom/dom-file.ts';
import type { Endpoint } from '../adapters/egress/checked-connection.ts';
import { startEgressProxy } from '../adapters/egress/egress-proxy.ts';
import { findFirefox } from '../adapters/firefox/find-firefox.ts';
import { createComparer } from '../adapters/pixels/comparer.ts';
import { DepictedClient } from '../client/index.ts';
import { parseCaptureConfig } from '../contract/capture-config.ts';
import { readComparisonKeys } from '../contract/comparison-keys.ts';
import { createEgressPolicy, type EgressPolicy, type EgressRules } from '../domain/network/egress-policy.ts';
import { AppError, rootCodeOf } from '../base/errors.ts';
import { isLoopbackHost } from '../domain/network/loopback.ts';
import type { Logger } from '../ports/logger.ts';
import { noTracer, type Tracer } from '../ports/tracer.ts';
import { labelsWithBrowsers } from '../domain/tasks/labels.ts';
import { createCapturers } from './capturers.ts';
import { tracedClient } from './tracing.ts';
import { defaultWorkerSettings, httpTaskServer, startWorker } from '../worker/index.ts';

export { neededSwitches } from '../adapters/browser/browser-flags.ts';

export interface WorkerEgress {
  /** What pages may access; read once, when the first page is captured. */
  rules: (client: DepictedClient) => Promise<EgressRules>;
  /** The server's own addresses, always denied if private addresses are. */
  never: readonly Endpoint[];
}

export interface WorkerOptions {
  /** Where the servers are, in order of preference; they share one database. */
  servers: readonly string[];
  keyId: string | undefined;
  keySecret: string | undefined;
  /** Pages captured at a time; 0: only comparisons, without a browser. */
  captures: number;
  /** Comparisons at a time; 0: only captures. */
  diffs: number;
  /** Takes tasks that have one of these labels, too; default none. */
  labels?: readonly string[];
  /** Takes no task without a label; default false. */
  onlyLabeled?: boolean;
  /** Ends by itself after this long without a task; null, the default: works until it is stopped. */
  maxIdleMs?: number | null;
  /** Whole seconds; heartbeats come four times as often. */
  leaseSeconds: number;
  browserPath: string | null;
  /** Null: the first Firefox found; without one, the worker takes no captures in Firefox. */
  firefoxPath: string | null;
  /** Browsers to use instead of starting one; default none. */
  browserEndpoints?: readonly string[];
  /** Whether browsers on other machines may be used although their pages do not pass the egress proxy; default false. */
  trustBrowserEndpoints?: boolean;
  browserSandbox: 'auto' | 'on' | 'off';
  /** What its pages may access. */
  egress: WorkerEgress;
  /** Without a working browser: `compare` continues with comparisons only, `refuse` throws. */
  withoutBrowser: 'compare' | 'refuse';
  /** First checks that the server accepts the key; an unreachable server is retried later. */
  checkKey: boolean;
  logger: Logger;
  /** Default: records nothing. */
  tracer?: Tracer;
}

export interface RunningWorker {
  /**
   * Resolves when the worker has nothing to do for as long as it may be idle, or was stopped.
   *
   * @throws AppError `unavailable` when it could be idle no longer because no server answered
   */
  ended: Promise<void>;
  /** Finishes or gives back running tasks, then stops the browser. */
  stop(): Promise<void>;
}

/**
 * A worker with its own browser and comparison threads.
 *
 * @throws AppError `browser_missing` and other reasons why a browser does not start; `unauthenticated` |
 *   `invalid_credentials` | `role_required`
 */
export async function composeWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { logger, leaseSeconds, tracer = noTracer } = options;
  const client = new DepictedClient({
    server: options.servers,
    keyId: options.keyId,
    keySecret: options.keySecret,
    maxAttempts: 1,
    followsDownloads: true,
    ...tracedClient(tracer),
  });
  if (options.checkKey) await checkKey(client, options.servers.length);
  const firefoxPath = options.captures > 0 ? await firefoxOf(options.firefoxPath) : null;
  const egress = await startEgressProxy({
    policy: policyOf(options.egress, client),
    never: options.egress.never,
  });
  const capturer = createCapturers({
    egress,
    chromium: {
      ...(options.browserPath !== null && { browserPath: options.browserPath }),
      endpoints: options.browserEndpoints ?? [],
      trustEndpoints: options.trustBrowserEndpoints ?? false,
    },
    firefox: firefoxPath === null ? {} : { browserPath: firefoxPath },
    sandbox: options.browserSandbox,
    concurrency: Math.max(1, options.captures),
    onNotice: (sentence) => logger.warn(sentence),
  });
  const comparer = createComparer();
  const close = async () => {
    await Promise.all([capturer.close(), comparer.close()]);
    await egress.close();
  };
  let { captures } = options;
  try {
    if (captures > 0) await capturer.start?.();
  } catch (error) {
    if (options.withoutBrowser === 'refuse' || !(error instanceof AppError)) {
      await close();
      throw error;
    }
    logger.warn('The browser does not start, so this worker only compares.', {
      problem: error.message,
    });
    captures = 0;
  }
  const worker = startWorker({
    server: httpTaskServer(client),
    capturer,
    comparer,
    clock: systemClock,
    logger,
    tracer,
    readConfig: (json) => parseCaptureConfig(JSON.parse(json)),
    readComparisonKeys,
    readDom: unpackDom,
    settings: {
      ...defaultWorkerSettings,
      owner: `${hostname()}:${process.pid}`.slice(0, 255),
      captures,
      diffs: options.diffs,
      leaseMs: leaseSeconds * 1_000,
      heartbeatMs: leaseSeconds * 250,
      maxIdleMs: options.maxIdleMs ?? null,
      labels: labelsWithBrowsers(
        options.labels ?? [],
        firefoxPath === null ? ['chromium'] : ['chromium', 'firefox'],
        options.onlyLabeled ?? false,
      ),
      onlyLabeled: options.onlyLabeled ?? false,
    },
  });
  return {
    ended: worker.ended.then((why) => {
      if (why === 'unreachable') throw unreachable(options.servers);
    }),
    stop: async () => {
      await worker.stop();
      await close();
    },
  };
}

/** The Firefox that captures; null when there is none and none was asked for. */
async function firefoxOf(wanted: string | null): Promise<string | null> {
  if (wanted !== null) return findFirefox(wanted);
  try {
    return await findFirefox();
  } catch (error) {
    if (error instanceof AppError && error.code === 'browser_missing') return null;
    throw error;
  }
}

function unreachable(servers: readonly string[]): AppError {
  return new AppError(
    'unavailable',
    `The worker has ended because no server answered at ${servers.join(', ')}. Check the addresses and the network.`,
  );
}

/**
 * What a worker's pages may access is set by the server if both run on the same machine, since that server may be
 * personal. Elsewhere, pages may access public addresses. The worker's operator can allow more in both cases.
 */
export function egressOfWorker(servers: readonly string[], allow: readonly string[]): WorkerEgress {
  const urls = servers.flatMap((server) => URL.parse(server) ?? []);
  const isHere = urls.every(({ hostname }) => isLoopbackHost(hostname.replace(/^\[|\]$/g, '')));
  return {
    rules: async (client) => {
      const { capture } = await client.describeSession();
      return {
        allowPrivate: isHere && capture?.private === true,
        allow: [...(isHere ? (capture?.allow ?? []) : []), ...allow],
      };
    },
    never: urls.map(({ hostname, port, protocol }) => ({
      host: hostname,
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
    })),
  };
}

/** The rules, requested until known, then cached. */
function policyOf({ rules }: WorkerEgress, client: DepictedClient): () => Promise<EgressPolicy> {
  let known: EgressPolicy | undefined;
  return async () => (known ??= createEgressPolicy(await rules(client)));
}

async function checkKey(client: DepictedClient, maxAttempts: number): Promise<void> {
  try {
    const { principal } = await client.describeSession({}, { maxAttempts });
    if (principal.kind === 'anonymous') {
      throw new AppError(
        'unauthenticated',
        'The server requires a key: set DPXDT_CLIENT_ID and DPXDT_CLIENT_SECRET for the worker.',
      );
    }
    if (!principal.mayWork) {
      throw new AppError(
        'role_required',
        'The key cannot access the work queue: create one with "dpxdt admin create-key --worker".',
      );
    }
  } catch (error) {
    const refusals = ['unauthenticated', 'forbidden'];
    if (error instanceof AppError && refusals.includes(rootCodeOf(error.code))) throw error;
  }
}
