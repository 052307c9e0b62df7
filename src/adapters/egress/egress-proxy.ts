import {
  Agent,
  createServer,
  request as sendRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressPolicy } from '../../domain/network/egress-policy.ts';
import type { Egress, EgressProblem } from '../../ports/egress.ts';
import {
  EgressBlocked,
  EgressUnreachable,
  openCheckedConnection,
  type Endpoint,
} from './checked-connection.ts';
import { systemResolve, type Resolve } from './resolve.ts';

export interface EgressProxyOptions {
  /** Asked for each connection. */
  policy: () => Promise<EgressPolicy>;
  /** Never reached, whatever the policy says: this server's own doors. */
  never?: readonly Endpoint[];
  resolve?: Resolve;
  /** Default 10,000. */
  connectTimeoutMs?: number;
}

/**
 * The only way out of the browser: an HTTP proxy on this machine that every request passes, redirects, frames, workers
 * and WebSockets included. The browser resolves no names itself.
 */
export interface EgressProxy extends Egress {
  close(): Promise<void>;
}

/** Hosts whose last problem is remembered. */
const maxProblems = 1_000;
const maxConnections = 1_000;
const maxHeaderBytes = 256 * 1_024;
const idleMs = 15_000;
/** Meant for one connection only, or for the proxy. */
const hopHeaders = new Set([
  ...['connection', 'proxy-connection', 'keep-alive', 'proxy-authorization', 'proxy-authenticate'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

export async function startEgressProxy(options: EgressProxyOptions): Promise<EgressProxy> {
  const connection = {
    policy: options.policy,
    resolve: options.resolve ?? systemResolve,
    never: options.never ?? [],
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
  };
  const problems = new Map<string, EgressProblem>();
  const open = async (endpoint: Endpoint): Promise<Socket> => {
    const key = `${endpoint.host}:${endpoint.port}`;
    problems.delete(key);
    try {
      return await openCheckedConnection(connection, endpoint);
    } catch (error) {
      if (problems.size >= maxProblems) problems.delete(problems.keys().next().value!);
      const { message } = error as Error;
      if (error instanceof EgressBlocked) problems.set(key, { kind: 'blocked', message });
      else if (error instanceof EgressUnreachable) problems.set(key, { kind: 'unreachable', message });
      throw error;
    }
  };

  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, timeout: idleMs });
  agent.createConnection = ({ host, port }, callback) => {
    open({ host: String(host), port: Number(port) }).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  const server = createServer(
    { insecureHTTPParser: true, maxHeaderSize: maxHeaderBytes, requestTimeout: 0 },
    (incoming, outgoing) => forward(agent, incoming, outgoing),
  );
  const tunnels = new Set<Duplex>();
  server.on('connect', (incoming, client, head) => {
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    void tunnel(open, incoming, client, head);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    problemOf: (text) => {
      const endpoint = endpointOf(text);
      return endpoint === null ? undefined : problems.get(`${endpoint.host}:${endpoint.port}`);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** http: the browser sends the whole address, the answer is streamed back. */
function forward(agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse, isRepeat = false): void {
  const url = URL.parse(incoming.url ?? '');
  if (url?.protocol !== 'http:') {
    outgoing.writeHead(400, { connection: 'close' }).end();
    return;
  }
  const fail = (): void => {
    outgoing.destroy();
  };
  const hasBody = 'content-length' in incoming.headers || 'transfer-encoding' in incoming.headers;
  let upstream: ClientRequest;
  try {
    upstream = sendRequest({
      agent,
      host: bareHost(url),
      port: url.port || 80,
      method: incoming.method ?? 'GET',
      path: url.pathname + url.search,
      headers: endToEnd(incoming.rawHeaders),
      setHost: false,
      insecureHTTPParser: true,
      maxHeaderSize: maxHeaderBytes,
    });
  } catch {
    return fail();
  }
  upstream.on('response', (answer) => {
    try {
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    } catch {
      upstream.destroy();
      return fail();
    }
    answer.on('error', fail);
    answer.pipe(outgoing);
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    // The site closed an idle connection just as it was used again.
    const isStale = upstream.reusedSocket && error.code === 'ECONNRESET';
    if (isStale && !hasBody && !isRepeat && !outgoing.headersSent) forward(agent, incoming, outgoing, true);
    else fail();
  });
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  if (hasBody) incoming.pipe(upstream);
  else upstream.end();
}

/** https and WebSockets: bytes both ways, which the proxy cannot read. */
async function tunnel(
  open: (endpoint: Endpoint) => Promise<Socket>,
  incoming: IncomingMessage,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  client.on('error', () => client.destroy());
  const endpoint = endpointOf(`https://${incoming.url ?? ''}`);
  if (endpoint === null) {
    client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    return;
  }
  try {
    const site = await open(endpoint);
    site.on('error', () => client.destroy());
    site.once('close', () => client.destroy());
    client.once('close', () => site.destroy());
    if (client.destroyed) {
      site.destroy();
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) site.write(head);
    client.pipe(site).pipe(client);
  } catch (error) {
    client.end(`HTTP/1.1 ${error instanceof EgressBlocked ? '403 Forbidden' : '502 Bad Gateway'}\r\n\r\n`);
  }
}

function endpointOf(text: string): Endpoint | null {
  const url = URL.parse(text);
  if (url === null) return null;
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:';
  return { host: bareHost(url), port: Number(url.port || (isPlain ? 80 : 443)) };
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Names and values in turn, as Node gives and takes them. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const named = new Set(hopHeaders);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== 'connection') continue;
    for (const name of rawHeaders[i + 1]!.split(',')) named.add(name.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!named.has(rawHeaders[i]!.toLowerCase())) kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return kept;
}
