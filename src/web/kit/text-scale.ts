import { useSyncExternalStore } from 'react';

/** Width of the element that is watched, in rem: so wide that small steps of the font size change it. */
const probeWidth = 100;
const listeners = new Set<() => void>();
let scale: number | null = null;
let isWatched = false;

/**
 * The person's font size over the usual one: 1 for 16 px, 1.5 for 24 px. Sizes in scripts are CSS pixels at 1; a script that
 * places text multiplies them, as `rem` does in a style sheet.
 */
export function textScale(): number {
  if (typeof document === 'undefined') return 1;
  scale ??= read();
  return scale;
}

/** `textScale`, kept current while the page is open. */
export function useTextScale(): number {
  return useSyncExternalStore(subscribe, textScale);
}

/** A length of CSS pixels at the usual font size that grows with the text. */
export function rem(pixels: number): string {
  return `${pixels / 16}rem`;
}

function read(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

function subscribe(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function watch(): void {
  if (isWatched) return;
  isWatched = true;
  const probe = document.createElement('div');
  probe.setAttribute('aria-hidden', 'true');
  probe.className = 'visually-hidden';
  Object.assign(probe.style, { width: `${probeWidth}rem`, visibility: 'hidden' });
  document.body.append(probe);
  new ResizeObserver(() => {
    const next = read();
    if (next === scale) return;
    scale = next;
    for (const listener of listeners) listener();
  }).observe(probe);
}
