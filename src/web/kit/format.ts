/** Number, size and time formats. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';

/** `1 region`, `1,204 regions`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** A share as percent with two decimals; a difference is never shown as 0. */
export function formatShare(ratio: number): string {
  if (ratio === 0) return '0 %';
  if (ratio < 0.0001) return '< 0.01 %';
  if (ratio > 0.9999 && ratio < 1) return '> 99.99 %';
  return `${(ratio * 100).toFixed(2)} %`;
}

export function formatPixels(count: number): string {
  return `${count.toLocaleString('en-US')} px`;
}

/** `1280 × 5,400`. */
export function formatSize(size: ImageSize): string {
  return `${size.width.toLocaleString('en-US')} × ${size.height.toLocaleString('en-US')}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `5 Mar 2026` */
export function formatDay(day: Date): string {
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `3 minutes ago`; put the exact time in the tooltip. */
export function formatAgo(then: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - then.getTime()) / 1_000);
  if (seconds < 60) return 'just now';
  const steps: [number, string][] = [
    [60, 'minute'],
    [60, 'hour'],
    [24, 'day'],
  ];
  let value = seconds;
  let unit = 'second';
  for (const [size, name] of steps) {
    if (value < size) break;
    value = Math.floor(value / size);
    unit = name;
  }
  return `${plural(value, unit)} ago`;
}

/** `400 px taller, 12 px narrower` for the after image, or null when the sizes are equal. */
export function sizeChange(test: { before: ImageSize | null; after: ImageSize | null }): string | null {
  const { before, after } = test;
  if (before === null || after === null) return null;
  const parts: string[] = [];
  const change = (difference: number, more: string, less: string) => {
    if (difference !== 0)
      parts.push(`${Math.abs(difference).toLocaleString('en-US')} px ${difference > 0 ? more : less}`);
  };
  change(after.height - before.height, 'taller', 'shorter');
  change(after.width - before.width, 'wider', 'narrower');
  return parts.length === 0 ? null : parts.join(', ');
}
