import { isLoopbackHost } from '../../domain/network/loopback.ts';
import { AppError } from '../../base/errors.ts';
import { missingSwitches } from './browser-flags.ts';
import type { BrowserProcess } from './browser-process.ts';
import { versionOf } from './browser-version.ts';
import { CdpConnection } from './cdp-connection.ts';
import { openSocketWire } from './cdp-socket.ts';
import { within } from './within.ts';

const connectTimeoutMs = 10_000;

export interface EndpointOptions {
  /** Host and port of the worker's egress proxy, which pages must use; undefined: the browser connects directly. */
  proxyAddress?: string | undefined;
  /** The operator answers for what pages at other machines' endpoints can reach. */
  isTrusted: boolean;
}

/**
 * Connects to a Chromium that runs elsewhere: `http:` is the address of its debugging port, `ws:` that of its DevTools
 * socket.
 *
 * @throws AppError `browser_missing` when it does not answer, is another program, or lacks switches that captures need
 */
export async function connectBrowser(endpoint: string, options: EndpointOptions): Promise<BrowserProcess> {
  const url = checkEndpoint(endpoint, options);
  const shown = shownEndpoint(url);
  const fail = (problem: string, cause?: unknown) =>
    new AppError('browser_missing', `The browser at ${shown} cannot be used: ${problem}`, { cause });
  const timely = <T>(work: Promise<T>) =>
    within(connectTimeoutMs, work, () => fail(`it did not answer within ${connectTimeoutMs / 1_000} s.`));
  const wire = await timely(socketUrl(url).then(openSocketWire)).catch((error: unknown) => {
    throw error instanceof AppError ? error : fail(`${wordsOf(error)}.`, error);
  });
  const connection = new CdpConnection(wire);
  const leave = async () => {
    connection.close();
    wire.end();
  };
  try {
    const root = connection.browser;
    const version = await timely(root.send('Browser.getVersion')).catch((error: unknown) => {
      throw fail(
        'it does not speak the DevTools protocol. If it is a Playwright server, start its browser with --remote-debugging-port and name http://HOST:PORT.',
        error,
      );
    });
    const { commandLine } = await timely(root.send('SystemInfo.getInfo'));
    const missing = missingSwitches(commandLine);
    if (missing.length > 0) {
      throw fail(
        `it was started without ${someOf(missing)}. Start it with the switches that "dpxdt worker --print-browser-switches" prints.`,
      );
    }
    return {
      pid: null,
      contextProxy: isLoopback(url) ? (options.proxyAddress ?? null) : null,
      connection,
      ...versionOf(version),
      otherUser: true,
      memoryReports: { claim: () => false },
      kill: leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** @throws AppError `config_invalid` when it is no endpoint, or one whose pages would not pass the egress proxy */
function checkEndpoint(endpoint: string, { proxyAddress, isTrusted }: EndpointOptions): URL {
  const url = URL.parse(endpoint);
  if (url === null || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
    throw new AppError(
      'config_invalid',
      `--browser-endpoint must be an http, https, ws or wss address, such as http://127.0.0.1:9222, got "${endpoint.slice(0, 60)}".`,
    );
  }
  if (proxyAddress === undefined || isTrusted || isLoopback(url)) return url;
  throw new AppError(
    'config_invalid',
    `The browser at ${shownEndpoint(url)} is on another machine and cannot reach the network through this worker's egress proxy, so pages could reach everything that it can. If its network allows only what pages may reach, add --trust-browser-endpoint.`,
  );
}

/** Without a key in its user name, path or query. */
function shownEndpoint({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/** A browser that knows none of the switches lacks forty. */
function someOf(switches: readonly string[]): string {
  const rest = switches.length - 3;
  return `${switches.slice(0, 3).join(' ')}${rest > 0 ? ` and ${rest} more switches` : ''}`;
}

function isLoopback({ hostname }: URL): boolean {
  return isLoopbackHost(hostname.replace(/^\[|\]$/g, ''));
}

/** Chromium tells its socket's address; behind a proxy only the path of it is right. */
async function socketUrl(url: URL): Promise<URL> {
  if (url.protocol === 'ws:' || url.protocol === 'wss:') return url;
  const address = new URL(url);
  address.pathname = `${url.pathname.replace(/\/$/, '')}/json/version`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(connectTimeoutMs) });
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  const { webSocketDebuggerUrl } = (await response.json()) as { webSocketDebuggerUrl?: string };
  const told = URL.parse(webSocketDebuggerUrl ?? '');
  if (told === null) throw new Error('it told no address of a DevTools socket');
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.pathname = told.pathname;
  return socket;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return (cause === '' ? error.message : cause).replace(/\.$/, '');
}
