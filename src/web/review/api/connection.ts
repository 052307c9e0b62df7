import { useSyncExternalStore } from 'react';

/** Whether the server is reachable. Every request and event stream reports here; the frame shows it. */
let isLost = false;
const listeners = new Set<() => void>();

export function reportConnection(works: boolean): void {
  if (isLost === !works) return;
  isLost = !works;
  for (const listener of listeners) listener();
}

export function connectionIsLost(): boolean {
  return isLost;
}

export function onConnectionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnectionLost(): boolean {
  return useSyncExternalStore(onConnectionChange, connectionIsLost);
}
