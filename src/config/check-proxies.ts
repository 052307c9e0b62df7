import { isIP } from 'node:net';
import type { z } from 'zod';

/** Ranges that have names where proxies are named. */
const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Complains about the first entry of a list of reverse proxies that is neither an address nor a range. */
export function checkProxies(text: string, context: z.RefinementCtx): void {
  const wrong = text
    .split(',')
    .map((entry) => entry.trim())
    .find((entry) => entry !== '' && !namedRanges.has(entry) && !isAddressOrRange(entry));
  if (wrong === undefined) return;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(wrong)} is neither an address nor a CIDR, such as 10.0.0.0/8`,
  });
}

function isAddressOrRange(entry: string): boolean {
  const [address, bits, ...more] = entry.split('/');
  const version = isIP(address!);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
