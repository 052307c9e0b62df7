import { useSyncExternalStore } from 'react';

/** One polite live region and one toast for the whole page. */
let current: { text: string; id: number; toast: boolean } = { text: '', id: 0, toast: false };
let hiding: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const toastMs = 6_000;

function publish(next: typeof current): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Announces text to screen readers; with `toast`, also on screen for a few seconds. */
export function announce(text: string, options: { toast?: boolean } = {}): void {
  publish({ text, id: current.id + 1, toast: options.toast ?? false });
  clearTimeout(hiding);
  if (options.toast) hiding = setTimeout(() => publish({ ...current, toast: false }), toastMs);
}

/** Where announcements appear. Exactly one on a page. */
export function Announcer() {
  const { text, id, toast } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
  return (
    <div role="status" aria-live="polite" className={toast ? 'toast' : 'visually-hidden'}>
      <span key={id}>{text}</span>
    </div>
  );
}
