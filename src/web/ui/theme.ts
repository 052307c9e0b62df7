import { useState } from 'react';
import { readSetting, writeSetting } from './settings.ts';

export type Theme = 'auto' | 'light' | 'dark';

const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** Sets the kept theme before anything is drawn. */
export function applyTheme(theme: Theme = keptTheme()): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function keptTheme(): Theme {
  return themes.find((theme) => theme === readSetting('theme')) ?? 'auto';
}

/** The theme and the step to the next: as the system, light, dark. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(keptTheme);
  return [
    theme,
    () => {
      const next = themes[(themes.indexOf(theme) + 1) % themes.length]!;
      writeSetting('theme', next);
      applyTheme(next);
      setTheme(next);
    },
  ];
}
