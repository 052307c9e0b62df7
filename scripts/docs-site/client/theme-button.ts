import { readSetting, writeSetting } from '../../../src/web/kit/settings.ts';

const themes = ['auto', 'light', 'dark'] as const;
const names = { auto: 'as the system', light: 'light', dark: 'dark' };

/** Before the first paint. */
export function applyKeptTheme(): void {
  const theme = keptTheme();
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Each press selects the next theme. */
export function setUpThemeButton(): void {
  const button = document.querySelector<HTMLButtonElement>('.theme')!;
  const show = () => {
    const theme = keptTheme();
    button.dataset['shown'] = theme;
    button.title = `Theme: ${names[theme]}`;
    button.setAttribute('aria-label', button.title);
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    writeSetting('theme', themes[(themes.indexOf(keptTheme()) + 1) % themes.length]!);
    applyKeptTheme();
    show();
  });
  show();
}

function keptTheme(): (typeof themes)[number] {
  return themes.find((theme) => theme === readSetting('theme')) ?? 'auto';
}
