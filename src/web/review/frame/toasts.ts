import { useSyncExternalStore } from 'react';
import { announce } from '../../kit/announcer.tsx';

export interface Toast {
  id: number;
  text: string;
  /** `problem` stays until closed, and is announced assertively. */
  tone: 'plain' | 'problem';
  action: { label: string; run: () => void } | null;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
let assertive = '';
const listeners = new Set<() => void>();
const maxToasts = 3;

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a toast. At most three are visible; equal `action.label`s do not replace each other. */
export function toast(
  text: string,
  options: { tone?: Toast['tone']; action?: Toast['action']; undo?: (() => void) | undefined } = {},
): number {
  const { tone = 'plain', undo } = options;
  const action = options.action ?? (undo === undefined ? null : { label: 'Undo', run: undo });
  lastId++;
  if (tone === 'problem') announceNow(text);
  else announce(text);
  publish([...toasts, { id: lastId, text, tone, action }].slice(-maxToasts));
  return lastId;
}

export function dismissToast(id: number): void {
  if (toasts.some((toast) => toast.id === id)) publish(toasts.filter((toast) => toast.id !== id));
}

/** Interrupts a screen reader: only for unsaved decisions and a lost connection. */
export function announceNow(text: string): void {
  assertive = text;
  publish(toasts);
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(subscribe, () => toasts);
}

export function useAssertive(): string {
  return useSyncExternalStore(subscribe, () => assertive);
}
