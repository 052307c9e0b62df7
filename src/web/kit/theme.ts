import { useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings.ts';

export type Theme = 'auto' | 'light' | 'dark';

export const themes: readonly Theme[] = ['auto', 'light', 'dark'];

const listeners = new Set<() => void>();

/** Applies the saved theme before the first render. */
export function applyTheme(theme: Theme = keptTheme()): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function keptTheme(): Theme {
  return themes.find((theme) => theme === readSetting('theme')) ?? 'auto';
}

export function setTheme(theme: Theme): void {
  writeSetting('theme', theme);
  applyTheme(theme);
  for (const listener of listeners) listener();
}

/** The theme and a function that switches to the next: system, light, dark. */
export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, keptTheme);
  return [theme, () => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]!)];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
