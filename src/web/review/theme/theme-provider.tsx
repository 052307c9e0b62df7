import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMatch } from '../../kit/use-match.ts';
import { useTheme } from '../../kit/theme.ts';
import { mantineTheme } from './mantine-theme.ts';

/** Mantine without the style elements that the Content-Security-Policy forbids. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [theme] = useTheme();
  const systemIsDark = useMatch('(prefers-color-scheme: dark)');
  const scheme = theme === 'auto' ? (systemIsDark ? 'dark' : 'light') : theme;
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
      withStaticClasses={false}
    >
      {children}
    </MantineProvider>
  );
}
