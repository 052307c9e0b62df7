import { BlockList, isIP } from 'node:net';
import { AppError } from '../domain/errors.ts';

/** What the server may be asked to capture. The operator's to say, never a build's or a run's. */
export interface CaptureTargetRules {
  /** Private addresses too: for a server that only its own machine reaches. */
  allowPrivate: boolean;
  /** Hosts and CIDRs that are allowed besides public ones, e.g. `staging.corp`, `10.2.0.0/16`. */
  allow?: readonly string[];
}

/** @throws AppError `forbidden`; the sentence tells nothing about what is there */
export type CheckCaptureTarget = (parameter: string, url: string) => void;

const privateNetworks = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32'],
  ...['2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];
/** Cloud metadata and link-local: reached only when named literally. */
const guardedNetworks = [
  ...['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32', '192.0.0.192/32'],
];
const guardedNames = new Set(['metadata.google.internal']);
const webPorts = [80, 443];
const firstFreePort = 1_024;

/**
 * The quick look at an address before a run is made: scheme, host literal, port. Names are resolved where the page
 * is fetched; that check is the real border.
 */
export function createCaptureTargetCheck(rules: CaptureTargetRules): CheckCaptureTarget {
  const privateAddresses = blockListOf(privateNetworks);
  const guarded = blockListOf(guardedNetworks);
  const allow = rules.allow ?? [];
  const allowedNames = new Set(allow.map((entry) => canonicalName(entry)));
  const allowedNetworks = blockListOf(allow.filter((entry) => entry.includes('/')));
  return (parameter, text) => {
    const url = URL.parse(text);
    if (url === null) return;
    const host = canonicalName(url.hostname);
    if (allowedNames.has(host)) return;
    if (guardedNames.has(host) || matches(guarded, host))
      throw forbidden(parameter, 'a link-local or metadata address');
    if (matches(allowedNetworks, host) || rules.allowPrivate) return;
    const isLocalName = host === 'localhost' || host.endsWith('.localhost');
    if (isLocalName || matches(privateAddresses, host))
      throw forbidden(parameter, 'a private address (loopback or local network)');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    if (port < firstFreePort && !webPorts.includes(port))
      throw forbidden(parameter, 'a port that web pages are not served on');
  };
}

function forbidden(parameter: string, what: string): AppError {
  return new AppError(
    'forbidden',
    `${parameter}: the host is ${what}. This server captures public pages only; its operator can allow more.`,
    { details: { parameter, reason: 'url_target_forbidden' } },
  );
}

function canonicalName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function matches(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** @throws AppError `invalid_argument` for what is no CIDR */
function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const prefix = /^\d{1,3}$/.test(bits ?? '') ? Number(bits) : NaN;
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 6 ? 128 : 32)) {
      throw new AppError('invalid_argument', `"${network}" is no network: write it like 10.2.0.0/16.`);
    }
    list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
