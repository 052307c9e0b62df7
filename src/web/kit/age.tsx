import { useSyncExternalStore } from 'react';
import { formatAgo } from './format.ts';

const stepMs = 20_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The current time in steps of 20 s: one clock for all ages on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const one of listeners) one();
    }, stepMs);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** `4 minutes ago`, with the exact time as tooltip. @param at epoch milliseconds */
export function Age({ at }: { at: number }) {
  const then = new Date(at);
  const seen = new Date(Math.max(useNow(), at));
  return (
    <time dateTime={then.toISOString()} title={exactTime(at)}>
      {formatAgo(then, seen)}
    </time>
  );
}

/** `16 June 2026, 14:03:22`, in the viewer's time zone. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
