import { isLoopbackHost } from '../../domain/network/loopback.ts';
import { AppError } from '../../base/errors.ts';
import { missingSwitches } from './browser-flags.ts';
import type { BrowserProcess } from './browser-process.ts';
import { versionOf } from './browser-version.ts';
import { CdpConnection } from './cdp-connection.ts';
import { openSocketWire, type SocketWire } from './cdp-socket.ts';
import { PlaywrightRefusal } from './playwright-client.ts';
import { openPlaywrightWire } from './playwright-wire.ts';
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
 * socket; both may be those of a Playwright server.
 *
 * @throws AppError `browser_missing` when it does not answer, is another program, or lacks switches that captures need
 */
export async function connectBrowser(endpoint: string, options: EndpointOptions): Promise<BrowserProcess> {
  const url = checkEndpoint(endpoint, options);
  const fail = (problem: string, cause?: unknown) =>
    new AppError('browser_missing', `The browser at ${shownEndpoint(url)} cannot be used: ${problem}`, {
      cause,
    });
  const timely = <T>(work: Promise<T>) =>
    within(connectTimeoutMs, work, () => fail(`it did not answer within ${connectTimeoutMs / 1_000} s.`));
  const asFailure = (error: unknown): never => {
    if (error instanceof AppError) throw error;
    const says = error instanceof PlaywrightRefusal ? 'its Playwright server says: ' : '';
    throw fail(`${says}${wordsOf(error)}.`, error);
  };
  const opening = new AbortController();
  const { connection, wire, version, isPlaywright } = await timely(
    socketUrl(url).then((socket) => openConnection(socket, opening.signal)),
  ).catch((error: unknown) => {
    opening.abort();
    return asFailure(error);
  });
  try {
    const { commandLine } = await timely(connection.browser.send('SystemInfo.getInfo'));
    const missing = missingSwitches(commandLine);
    if (missing.length > 0) {
      const orServer = isPlaywright ? ', or the Playwright server with "run-server --unsafe"' : '';
      throw fail(
        `it was started without ${someOf(missing)}. Start it with the switches that "dpxdt worker --print-browser-switches" prints${orServer}.`,
      );
    }
    return {
      pid: null,
      contextProxy: isLoopback(url) ? (options.proxyAddress ?? null) : null,
      connection,
      isPlaywright,
      ...versionOf(version),
      otherUser: true,
      memoryReports: { claim: () => false },
      kill: async () => end({ connection, wire }),
    };
  } catch (error) {
    end({ connection, wire });
    return asFailure(error);
  }
}

function end({ connection, wire }: { connection: CdpConnection; wire: SocketWire }): void {
  connection.close();
  wire.end();
}

/** By the DevTools protocol or, where that is not understood, by Playwright's. */
async function openConnection(socket: URL, signal: AbortSignal) {
  const direct = await openSocketWire(socket, { signal });
  try {
    return { ...(await opened(direct)), isPlaywright: false };
  } catch {
    const wire = await openPlaywrightWire(socket, signal).catch((error: unknown) => {
      throw error instanceof PlaywrightRefusal
        ? error
        : new Error("it speaks neither the DevTools protocol nor Playwright's", { cause: error });
    });
    return { ...(await opened(wire)), isPlaywright: true };
  }
}

/** @throws Error when the browser does not tell its version; the wire has ended then */
async function opened(wire: SocketWire) {
  const connection = new CdpConnection(wire);
  try {
    return { connection, wire, version: await connection.browser.send('Browser.getVersion') };
  } catch (error) {
    end({ connection, wire });
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

/** Both kinds of servers tell the path of their socket. Behind a proxy, no more of the told address is right. */
async function socketUrl(url: URL): Promise<URL> {
  if (url.protocol === 'ws:' || url.protocol === 'wss:') return url;
  const { webSocketDebuggerUrl } = await toldBy<{ webSocketDebuggerUrl?: string }>(url, 'json/version');
  const path =
    URL.parse(webSocketDebuggerUrl ?? '')?.pathname ??
    (await toldBy<{ wsEndpointPath?: string }>(url, 'json')).wsEndpointPath;
  if (path === undefined) throw new Error('it told no address of a DevTools socket');
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.pathname = path;
  return socket;
}

/** What a server says of itself; nothing where it answers with something else than JSON. */
async function toldBy<Told>(url: URL, path: string): Promise<Partial<Told>> {
  const address = new URL(url);
  address.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(connectTimeoutMs) });
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  const text = await response.text();
  return text.startsWith('{') ? (JSON.parse(text) as Partial<Told>) : {};
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  // Playwright adds a log of many lines.
  const [line = ''] = (cause === '' ? error.message : cause).split('\n');
  return line.slice(0, 200).replace(/\.$/, '');
}
