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
  /** What pages may reach; asked once, when the first page is captured. */
  rules: (client: DepictedClient) => Promise<EgressRules>;
  /** What they may never reach where private addresses are closed: the server's own doors. */
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
  /** What its pages may reach. */
  egress: WorkerEgress;
  /** Without a browser that works: `compare` goes on with comparisons alone, `refuse` throws. */
  withoutBrowser: 'compare' | 'refuse';
  /** Asks the server first whether it takes the key; a server that does not answer is waited for later. */
  checkKey: boolean;
  logger: Logger;
}

export interface RunningWorker {
  /** Ends or gives back what is at work, then ends the browser. */
  stop(): Promise<void>;
}

/**
 * A worker with its own browser and comparison threads.
 *
 * @throws AppError `browser_missing` and what else keeps a browser from starting; `unauthenticated` |
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
    logger.warn('No captures are made here, only comparisons: the browser does not start.', {
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
 * What a worker's pages may reach is the server's to say, for a worker on its machine: such a server may be one
 * person's. Elsewhere pages reach public addresses. Its own operator can allow more in both cases.
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

/** The rules, asked for until they are known, once. */
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
        'The server needs a key: give the worker DPXDT_CLIENT_ID and DPXDT_CLIENT_SECRET.',
      );
    }
    if (!principal.mayWork) {
      throw new AppError(
        'role_required',
        'The key cannot reach the work queue: make one with dpxdt admin create-key --worker.',
      );
    }
  } catch (error) {
    const refusals = ['unauthenticated', 'forbidden'];
    if (error instanceof AppError && refusals.includes(rootCodeOf(error.code))) throw error;
  }
}
