import {
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  type ConvertCSSVariablesInput,
} from '@mantine/core';
import { mantineTheme, tokenVariables } from './mantine-theme.ts';

/** Palettes of Mantine that nothing here uses. */
const unused = /^--mantine-color-(red|pink|grape|violet|indigo|blue|cyan|teal|green|lime|yellow|orange)-/;

/** Every CSS variable that Mantine's components read, for the build to write into a style sheet. */
export function mantineVariables(): ConvertCSSVariablesInput {
  const theme = mergeMantineTheme(DEFAULT_THEME, mantineTheme);
  const base = defaultCssVariablesResolver(theme);
  const own = tokenVariables(theme);
  const used = (of: Record<string, string>) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !unused.test(name)));
  return {
    variables: { ...used(base.variables), ...own.variables },
    light: { ...used(base.light), ...own.light },
    dark: { ...used(base.dark), ...own.dark },
  };
}
