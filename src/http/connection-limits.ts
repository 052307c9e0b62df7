import type { Server, Socket } from 'node:net';
import { isInNetwork, parseAddress, parseNetwork, type Network } from '../domain/network-address.ts';

/**
 * Hangs up on an address that holds too many connections, so that it cannot take those of all others. Trusted proxies
 * speak for many.
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
    const count = (held.get(remoteAddress) ?? 0) + 1;
    if (count > maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    held.set(remoteAddress, count);
    socket.once('close', () => {
      const left = held.get(remoteAddress)! - 1;
      if (left > 0) held.set(remoteAddress, left);
      else held.delete(remoteAddress);
    });
  });
}

function networkOf(entry: string): Network | undefined {
  if (entry.includes('/')) return parseNetwork(entry);
  const address = parseAddress(entry);
  return address && { ...address, prefix: address.version === 4 ? 32 : 128 };
}
