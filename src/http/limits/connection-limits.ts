import type { Server, Socket } from 'node:net';
import {
  callerNetwork,
  isInNetwork,
  parseAddress,
  parseNetwork,
  type Network,
} from '../../domain/network/network-address.ts';

/**
 * Disconnects an address that holds too many connections, so that it cannot starve others. Trusted proxies
 * are exempt.
 */
export function limitConnectionsPerAddress(
  server: Pick<Server, 'on'>,
  {
    maxConnectionsPerAddress,
    trustedProxies,
  }: { maxConnectionsPerAddress: number; trustedProxies: readonly string[] },
): void {
  const held = new Map<string, number>();
  const proxies = trustedProxies.flatMap((entry) => networkOf(entry) ?? []);
  server.on('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    const address = parseAddress(remoteAddress);
    if (address !== undefined && proxies.some((network) => isInNetwork(address, network))) return;
    const caller = callerNetwork(remoteAddress);
    const count = (held.get(caller) ?? 0) + 1;
    if (count > maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    held.set(caller, count);
    socket.once('close', () => {
      const left = held.get(caller)! - 1;
      if (left > 0) held.set(caller, left);
      else held.delete(caller);
    });
  });
}

function networkOf(entry: string): Network | undefined {
  if (entry.includes('/')) return parseNetwork(entry);
  const address = parseAddress(entry);
  return address && { ...address, prefix: address.version === 4 ? 32 : 128 };
}
