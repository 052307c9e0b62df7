import { isIP } from 'node:net';
import type { z } from 'zod';

/** Named ranges that the setting accepts. */
const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Reports the first entry of a reverse proxy list that is neither an address nor a CIDR. */
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
