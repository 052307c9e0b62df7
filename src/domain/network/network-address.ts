/** IP addresses and networks, as numbers. Host names are not resolved here. */

export interface NetworkAddress {
  version: 4 | 6;
  value: bigint;
}

export interface Network {
  version: 4 | 6;
  /** The address with all bits after the prefix cleared. */
  value: bigint;
  prefix: number;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/**
 * An address as `URL.hostname` or a resolver writes it: `10.0.0.1`, `fe80::1`, `[::1]`, `::ffff:10.0.0.1`, with or
 * without a zone. An IPv4-mapped IPv6 address becomes its IPv4 address.
 *
 * @returns undefined if it is not an address
 */
export function parseAddress(text: string): NetworkAddress | undefined {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const v4 = parseV4(bare);
  if (v4 !== undefined) return { version: 4, value: v4 };
  const v6 = parseV6(bare);
  if (v6 === undefined) return undefined;
  return v6 >> 32n === 0xffffn ? { version: 4, value: v6 & 0xffffffffn } : { version: 6, value: v6 };
}

/**
 * A network such as `10.2.0.0/16` or `fd00::/8`.
 *
 * @returns undefined if it is not a network
 */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', bits = '', more] = text.split('/');
  const address = parseAddress(host);
  if (address === undefined || more !== undefined || !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = Number(bits);
  if (prefix > bitsOf[address.version]) return undefined;
  return { version: address.version, value: cleared(address, prefix), prefix };
}

export function isInNetwork(address: NetworkAddress, network: Network): boolean {
  return address.version === network.version && cleared(address, network.prefix) === network.value;
}

function cleared({ version, value }: NetworkAddress, prefix: number): bigint {
  const rest = BigInt(bitsOf[version] - prefix);
  return (value >> rest) << rest;
}

function parseV4(text: string): bigint | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function parseV6(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = tail === null ? undefined : parseV4(tail[2]!);
  if (tail !== null && v4 === undefined) return undefined;
  const hex = tail === null ? text : `${tail[1]}${(v4! >> 16n).toString(16)}:${(v4! & 0xffffn).toString(16)}`;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const known = [...before!, ...(after ?? [])];
  if (known.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - known.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [
    ...before!,
    ...Array<string>(after === undefined ? 0 : missing).fill('0'),
    ...(after ?? []),
  ];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/**
 * The rate limiting key for an address. A subscriber has a whole /64 of IPv6, so its addresses count as one;
 * an IPv4 address, mapped or not, counts individually. Anything else is returned as is.
 */
export function callerNetwork(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  if (parsed.version === 4) return [24n, 16n, 8n, 0n].map((bits) => (parsed.value >> bits) & 255n).join('.');
  const prefix = parsed.value >> 64n;
  const groups = [48n, 32n, 16n, 0n].map((bits) => ((prefix >> bits) & 0xffffn).toString(16));
  return `${groups.join(':')}::/64`;
}
