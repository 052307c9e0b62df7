import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Shade 7 is the token's colour on light, shade 4 on dark; see ../../ui/tokens.css. */
const accent: MantineColorsTuple = [
  '#f3f6fe',
  '#e8eefd',
  '#cfdcfb',
  '#b0c6fd',
  '#8fb0ff',
  '#6c92f2',
  '#4c76e4',
  '#2b57d6',
  '#2349b8',
  '#1b3a94',
];
const approved: MantineColorsTuple = [
  '#effaf6',
  '#ddf3eb',
  '#b5e6d5',
  '#7bdcbf',
  '#3fd9b0',
  '#1fb690',
  '#0c9475',
  '#007a5e',
  '#00654e',
  '#004f3d',
];
const failed: MantineColorsTuple = [
  '#fdf1f2',
  '#fbe7e8',
  '#f6cccf',
  '#ffa1a8',
  '#ff7b85',
  '#e4525f',
  '#c62f42',
  '#a3122b',
  '#880e24',
  '#6b0a1b',
];

/** Mantine draws menus on dark with these. */
const dark: MantineColorsTuple = [
  '#eceef1',
  '#c6ccd3',
  '#a3abb5',
  '#7a828c',
  '#30353c',
  '#262b31',
  '#1f2328',
  '#181b1f',
  '#101215',
  '#0a0b0d',
];

/** Mantine with our tokens: what is not set here comes from CSS variables, see {@link tokenVariables}. */
export const mantineTheme = createTheme({
  colors: { accent, approved, failed, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  respectReducedMotion: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'never',
  fontFamily: 'var(--dp-sans)',
  fontFamilyMonospace: 'var(--dp-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '6px', xl: '6px' },
});

/** Mantine's own names for what our tokens say; its defaults miss the contrast that AA asks for. */
export const tokenVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--dp-surface)',
    '--mantine-color-text': 'var(--dp-text)',
    '--mantine-color-bright': 'var(--dp-text)',
    '--mantine-color-dimmed': 'var(--dp-muted)',
    '--mantine-color-placeholder': 'var(--dp-muted)',
    '--mantine-color-error': 'var(--dp-failed)',
    '--mantine-color-success': 'var(--dp-approved)',
    '--mantine-color-anchor': 'var(--dp-accent)',
    '--mantine-color-default': 'var(--dp-surface)',
    '--mantine-color-default-hover': 'var(--dp-sunk)',
    '--mantine-color-default-color': 'var(--dp-text)',
    '--mantine-color-default-border': 'var(--dp-control)',
    '--mantine-color-disabled': 'var(--dp-sunk)',
    '--mantine-color-disabled-color': 'var(--dp-muted)',
    '--mantine-color-disabled-border': 'var(--dp-line)',
    '--mantine-primary-color-contrast': 'var(--dp-on-accent)',
  };
  return {
    variables: { '--mantine-shadow-md': 'var(--dp-shadow)', '--mantine-shadow-sm': 'var(--dp-shadow)' },
    light: both,
    dark: both,
  };
};
