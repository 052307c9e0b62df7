import { plural } from '../../kit/format.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `340 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]!}`;
}

/** `340 MB in 2,112 artifacts`. */
export function diskWords({ artifacts, bytes }: { artifacts: number; bytes: number }): string {
  return `${formatBytes(bytes)} in ${plural(artifacts, 'artifact')}`;
}
