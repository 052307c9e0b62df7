import { secretConfigKeys, type CaptureConfig } from './capture-config.ts';

const masked = '••••';

/** A capture config safe to show: keeps names of cookies and headers, masks their values and passwords. */
export function maskConfig(
  config: CaptureConfig,
  maskedKeys: readonly string[] = secretConfigKeys,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (!maskedKeys.includes(key)) return [key, value];
      if (key === 'cookies' && Array.isArray(value)) {
        return [key, value.map((cookie: object) => ({ ...cookie, value: masked }))];
      }
      return [key, maskLeaves(value)];
    }),
  );
}

function maskLeaves(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return masked;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, maskLeaves(entry)]));
}

/** A URL safe to show, without its password. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.password === '') return url;
  parsed.password = masked;
  return parsed.href.replace(encodeURIComponent(masked), masked);
}
