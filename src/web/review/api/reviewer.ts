/** The name that people of a server without logins give themselves. It stays in this browser. */

import { useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from '../../kit/settings.ts';

const setting = 'reviewer';
export const maxReviewerName = 100;
const listeners = new Set<() => void>();

export function reviewerName(): string {
  return readSetting(setting) ?? '';
}

export function nameReviewer(name: string): void {
  writeSetting(setting, name.trim());
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Empty: none was given. */
export function useReviewerName(): string {
  return useSyncExternalStore(subscribe, reviewerName);
}

/** For what changes something; a server with logins ignores it. */
export function reviewerHeaders(): Record<string, string> {
  const name = reviewerName();
  return name === '' ? {} : { 'x-dpxdt-reviewer': encodeURIComponent(name) };
}
