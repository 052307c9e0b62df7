import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

/** All addresses of a host, in the order of the system's resolver. A literal address resolves to itself. */
export type Resolve = (host: string) => Promise<string[]>;

/** @throws the resolver's error, such as `ENOTFOUND` */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** Addresses of this machine, all interfaces. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}
