/** Which addresses may be captured, and what pages may access. Set by the operator, never by a build or a run. */

import { AppError } from '../../base/errors.ts';
import {
  isInNetwork,
  parseAddress,
  parseNetwork,
  type Network,
  type NetworkAddress,
} from './network-address.ts';

export interface EgressRules {
  /** Also allows private addresses: for a server that only its own machine can reach. */
  allowPrivate: boolean;
  /** Hosts and CIDRs allowed besides public ones, e.g. `staging.corp`, `10.2.0.0/16`. */
  allow?: readonly string[];
}

/** Why an address is denied. Reveals nothing about what is there. */
export type EgressDenial = 'guarded' | 'private' | 'port' | 'scheme';

export interface EgressPolicy {
  /** Private addresses are allowed, including the server's own. */
  readonly isOpen: boolean;
  /** Checks an address before its name is resolved. */
  readonly checkUrl: (url: URL) => EgressDenial | null;
  /**
   * The final check, with the resolved addresses, right before connecting to one of them.
   * One denied address denies all.
   *
   * @param host in `URL.hostname` form
   * @param addresses at least one
   */
  readonly checkConnection: (host: string, port: number, addresses: readonly string[]) => EgressDenial | null;
}

const privateNetworks = networks([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32'],
  ...['2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]);
/** Cloud metadata and link-local addresses: allowed only when listed literally. */
const guardedNetworks = networks([
  ...['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32', '192.0.0.192/32'],
]);
const guardedNames = new Set(['metadata.google.internal', 'metadata.goog']);
const webPorts = [80, 443];
const firstFreePort = 1_024;

/** @throws AppError `invalid_argument` for an entry of `allow` that is neither a host nor a CIDR */
export function createEgressPolicy({ allowPrivate, allow = [] }: EgressRules): EgressPolicy {
  const allowedNames = new Set<string>();
  const allowedAddresses: NetworkAddress[] = [];
  const allowedNetworks: Network[] = [];
  for (const entry of allow) {
    const address = parseAddress(entry);
    if (address !== undefined) allowedAddresses.push(address);
    else if (entry.includes('/')) allowedNetworks.push(networkOf(entry));
    else allowedNames.add(canonicalHost(entry));
  }
  const isNamed = (address: NetworkAddress) =>
    allowedAddresses.some(({ version, value }) => version === address.version && value === address.value);

  const checkAddress = (address: NetworkAddress, isAllowedName: boolean): EgressDenial | null => {
    if (isNamed(address)) return null;
    if (isIn(address, guardedNetworks)) return 'guarded';
    if (isAllowedName || allowPrivate || isIn(address, allowedNetworks)) return null;
    return isIn(address, privateNetworks) ? 'private' : null;
  };
  const checkPort = (port: number, isAllowed: boolean): EgressDenial | null =>
    isAllowed || allowPrivate || port >= firstFreePort || webPorts.includes(port) ? null : 'port';
  const isAllowed = (address: NetworkAddress) => isNamed(address) || isIn(address, allowedNetworks);

  return {
    isOpen: allowPrivate,
    checkUrl: (url) => {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'scheme';
      const host = canonicalHost(url.hostname);
      const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
      const address = parseAddress(host);
      if (address !== undefined) return checkAddress(address, false) ?? checkPort(port, isAllowed(address));
      if (allowedNames.has(host)) return null;
      if (guardedNames.has(host)) return 'guarded';
      if (isLocalName(host) && !allowPrivate) return 'private';
      return checkPort(port, false);
    },
    checkConnection: (host, port, addresses) => {
      const name = canonicalHost(host);
      const isAllowedName = allowedNames.has(name);
      if (guardedNames.has(name) && !isAllowedName) return 'guarded';
      const parsed = addresses.map(parseAddress);
      for (const address of parsed) {
        const denial = address === undefined ? 'private' : checkAddress(address, isAllowedName);
        if (denial !== null) return denial;
      }
      return checkPort(port, isAllowedName || parsed.every((address) => isAllowed(address!)));
    },
  };
}

/** Lower case, without brackets and the dot at the end. */
export function canonicalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** A denial as text, to follow `the host …`. */
export const denialWords: Record<EgressDenial, string> = {
  guarded: 'a link-local or metadata address',
  private: 'a private address (loopback or local network)',
  port: 'a port that is not used for web pages',
  scheme: 'not an http or https address',
};

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function isIn(address: NetworkAddress, list: readonly Network[]): boolean {
  return list.some((network) => isInNetwork(address, network));
}

function networks(texts: readonly string[]): Network[] {
  return texts.map(networkOf);
}

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) {
    throw new AppError('invalid_argument', `"${text}" is not a network: write it like 10.2.0.0/16.`);
  }
  return network;
}
