import { hidden, hideCredentials } from '../../base/hide-credentials.ts';

const secretNames = /secret|password|passwd|authorization|cookie|token|credential/i;
const maxDepth = 6;

/**
 * A copy for the log: hides values with names of secrets, credentials in addresses, and those in
 * `Authorization` headers within a text.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || depth >= maxDepth) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretNames.test(name) && item !== null ? hidden : redact(item, depth + 1),
    ]),
  );
}

export function redactText(text: string): string {
  return hideCredentials(text).replace(/\b(basic|bearer)\s+[a-z0-9+/=._~-]{8,}/gi, `$1 ${hidden}`);
}
