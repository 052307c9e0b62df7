import { connect, type Socket } from 'node:net';
import { canonicalHost, denialWords, type EgressPolicy } from '../../domain/network/egress-policy.ts';
import {
  isInNetwork,
  parseAddress,
  parseNetwork,
  type Network,
} from '../../domain/network/network-address.ts';
import { ownAddresses, type Resolve } from './resolve.ts';

export interface Endpoint {
  /** A name or an address; `0.0.0.0` and `::` are every address of this machine. */
  host: string;
  port: number;
}

export interface CheckedConnectionOptions {
  /** Asked for each connection. */
  policy: () => Promise<EgressPolicy>;
  resolve: Resolve;
  /** Never reached, whatever the policy says: this server's own doors. */
  never: readonly Endpoint[];
  connectTimeoutMs: number;
}

/** The rules forbid it. */
export class EgressBlocked extends Error {
  override readonly name = 'EgressBlocked';
}

/** The host could not be resolved or nothing answers. */
export class EgressUnreachable extends Error {
  override readonly name = 'EgressUnreachable';
}

/**
 * Opens a connection to a host: resolves its name once, checks every address, and connects to one of exactly those.
 * A name that is resolved to something else later is checked again with its next connection.
 *
 * @throws EgressBlocked | EgressUnreachable
 */
export async function openCheckedConnection(
  { policy, resolve, never, connectTimeoutMs }: CheckedConnectionOptions,
  { host, port }: Endpoint,
): Promise<Socket> {
  const name = canonicalHost(host);
  const addresses = parseAddress(name) === undefined ? await resolved(resolve, name) : [name];
  const { isOpen, checkConnection } = await policy();
  const denial = checkConnection(name, port, addresses);
  if (denial !== null) {
    throw new EgressBlocked(
      `This server may not access ${name}: it is ${denialWords[denial]}. Its operator can allow it.`,
    );
  }
  if (!isOpen && (await isOneOf(never, resolve, addresses, port))) {
    throw new EgressBlocked(
      `This server may not access ${name}, port ${port}: it is part of the server itself.`,
    );
  }
  let problem: Error | undefined;
  for (const address of addresses) {
    try {
      return await opened(address, port, connectTimeoutMs);
    } catch (error) {
      problem ??= error as Error;
    }
  }
  const code = (problem as NodeJS.ErrnoException | undefined)?.code ?? '';
  throw new EgressUnreachable(
    `${name} could not be reached: ${connectProblems[code] ?? 'the connection failed'}.`,
  );
}

const connectProblems: Record<string, string> = {
  ECONNREFUSED: 'nothing is listening there (connection refused)',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the address cannot be reached',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'it took too long',
};

async function resolved(resolve: Resolve, name: string): Promise<string[]> {
  const addresses = await resolve(name).catch(() => []);
  if (addresses.length === 0)
    throw new EgressUnreachable(`${name} could not be reached: the host name is not known.`);
  return addresses;
}

async function isOneOf(
  endpoints: readonly Endpoint[],
  resolve: Resolve,
  addresses: readonly string[],
  port: number,
): Promise<boolean> {
  for (const endpoint of endpoints) {
    if (endpoint.port !== port) continue;
    const isWildcard = endpoint.host === '0.0.0.0' || endpoint.host === '::';
    const own = isWildcard ? ownAddresses() : await resolve(endpoint.host).catch(() => []);
    if (addresses.some((address) => own.some((other) => isSame(address, other)))) return true;
    // Every loopback address leads to what listens on all of them, the unspecified one to what listens on any.
    const isHere = isWildcard || own.some(isLoopback);
    if (isHere && addresses.some((address) => isUnspecified(address) || (isWildcard && isLoopback(address))))
      return true;
  }
  return false;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [parseAddress(a), parseAddress(b)];
  return left !== undefined && left.version === right?.version && left.value === right.value;
}

const loopbackNetworks = ['127.0.0.0/8', '::1/128'].map((text) => parseNetwork(text)!);
const unspecifiedNetworks = ['0.0.0.0/8', '::/128'].map((text) => parseNetwork(text)!);

function isLoopback(address: string): boolean {
  return isIn(address, loopbackNetworks);
}

function isUnspecified(address: string): boolean {
  return isIn(address, unspecifiedNetworks);
}

function isIn(text: string, networks: readonly Network[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && networks.some((network) => isInNetwork(address, network));
}

function opened(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const late = setTimeout(
      () => socket.destroy(Object.assign(new Error('connect timeout'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    );
    socket.once('connect', () => {
      clearTimeout(late);
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(late));
  });
}
