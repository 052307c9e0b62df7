import { hostname } from 'node:os';
import { createCapturer } from '../adapters/browser/capturer.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import type { Endpoint } from '../adapters/egress/checked-connection.ts';
import { startEgressProxy } from '../adapters/egress/egress-proxy.ts';
import { createComparer } from '../adapters/pixels/comparer.ts';
import { DepictedClient } from '../client/index.ts';
import { parseCaptureConfig } from '../contract/capture-config.ts';
import { readComparisonKeys } from '../contract/comparison-keys.ts';
import { createEgressPolicy, type EgressPolicy, type EgressRules } from '../domain/network/egress-policy.ts';
import { AppError, rootCodeOf } from '../base/errors.ts';
import { isLoopbackHost } from './binding.ts';
import type { Logger } from '../ports/logger.ts';
import { defaultWorkerSettings, httpTaskServer, startWorker } from '../worker/index.ts';

export interface WorkerEgress {
  /** What pages may access; read once, when the first page is captured. */
  rules: (client: DepictedClient) => Promise<EgressRules>;
  /** The server's own addresses, always denied if private addresses are. */
  never: readonly Endpoint[];
}

export interface WorkerOptions {
  /** Where the server is. */
  server: string;
  keyId: string | undefined;
  keySecret: string | undefined;
  /** Pages captured at a time; 0: only comparisons. */
  captures: number;
  /** Comparisons at a time. */
  diffs: number;
  /** Whole seconds; heartbeats come four times as often. */
  leaseSeconds: number;
  browserPath: string | null;
  browserSandbox: 'auto' | 'on' | 'off';
  /** What its pages may access. */
  egress: WorkerEgress;
  /** Without a working browser: `compare` continues with comparisons only, `refuse` throws. */
  withoutBrowser: 'compare' | 'refuse';
  /** First checks that the server accepts the key; an unreachable server is retried later. */
  checkKey: boolean;
  logger: Logger;
}

export interface RunningWorker {
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
  const { logger, leaseSeconds } = options;
  const client = new DepictedClient({
    server: options.server,
    keyId: options.keyId,
    keySecret: options.keySecret,
    maxAttempts: 1,
  });
  if (options.checkKey) await checkKey(client);
  const egress = await startEgressProxy({
    policy: policyOf(options.egress, client),
    never: options.egress.never,
  });
  const capturer = createCapturer({
    egress,
    ...(options.browserPath !== null && { browserPath: options.browserPath }),
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
    readConfig: (json) => parseCaptureConfig(JSON.parse(json)),
    readComparisonKeys,
    settings: {
      ...defaultWorkerSettings,
      owner: `${hostname()}:${process.pid}`.slice(0, 255),
      captures,
      diffs: options.diffs,
      leaseMs: leaseSeconds * 1_000,
      heartbeatMs: leaseSeconds * 250,
    },
  });
  return {
    stop: async () => {
      await worker.stop();
      await close();
    },
  };
}

/**
 * What a worker's pages may access is set by the server if both run on the same machine, since that server may be
 * personal. Elsewhere, pages may access public addresses. The worker's operator can allow more in both cases.
 */
export function egressOfWorker(server: string, allow: readonly string[]): WorkerEgress {
  const url = URL.parse(server);
  const isHere = url !== null && isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ''));
  const port = Number(url?.port || (url?.protocol === 'https:' ? 443 : 80));
  return {
    rules: async (client) => {
      const { capture } = await client.describeSession();
      return {
        allowPrivate: isHere && capture?.private === true,
        allow: [...(isHere ? (capture?.allow ?? []) : []), ...allow],
      };
    },
    never: url === null ? [] : [{ host: url.hostname, port }],
  };
}

/** The rules, requested until known, then cached. */
function policyOf({ rules }: WorkerEgress, client: DepictedClient): () => Promise<EgressPolicy> {
  let known: EgressPolicy | undefined;
  return async () => (known ??= createEgressPolicy(await rules(client)));
}

async function checkKey(client: DepictedClient): Promise<void> {
  try {
    const { principal } = await client.describeSession();
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
