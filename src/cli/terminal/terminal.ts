/** Terminal output: lines, colors and a few live lines at the bottom. */

import { styleText } from 'node:util';
import { madeVisible } from '../../base/invisible-text.ts';

export interface Terminal {
  /** Human-readable output: stdout, or stderr when stdout carries JSON. */
  say(line: string): void;
  /** Errors and warnings: always stderr. */
  complain(line: string): void;
  /** Machine-readable output on stdout. */
  data(text: string): void;
  /** Replaces the live lines at the bottom; null removes them. Does nothing unless `isLive`. */
  footer(text: string | null): void;
  /** Whether live lines can be shown. */
  isLive: boolean;
  colors: Colors;
}

/** Each returns its text unchanged when colors are off. */
export type Colors = Record<'green' | 'red' | 'yellow' | 'dim', (text: string) => string>;

export interface TerminalStreams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
}

/** Colors and live lines need a terminal; never with `CI`, `NO_COLOR` or a dumb terminal. */
export function createTerminal({ stdout, stderr, env }: TerminalStreams, json: boolean): Terminal {
  const words = json ? stderr : stdout;
  const isInteractive = Boolean(words.isTTY) && !isSet(env.CI) && env.TERM !== 'dumb';
  const colors = createColors(isInteractive && !isSet(env.NO_COLOR));
  let shown = '';

  const clear = (): void => {
    if (shown === '') return;
    const up = shown.split('\n').length - 1;
    words.write(`\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`);
  };
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    clear();
    stream.write(text);
    if (shown !== '') words.write(shown);
  };
  return {
    isLive: isInteractive,
    colors,
    say: (line) => write(words, `${line}\n`),
    complain: (line) => write(stderr, `${line}\n`),
    data: (text) => write(stdout, text),
    footer: (text) => {
      if (!isInteractive) return;
      clear();
      const columns = (words.columns || 80) - 1;
      shown = (text ?? '')
        .split('\n')
        .slice(0, Math.max(1, (words.rows || 24) - 1))
        .map((line) => fit(line, columns))
        .join('\n');
      words.write(shown);
    },
  };
}

function createColors(isColored: boolean): Colors {
  const paint = (style: keyof Colors) => (text: string) =>
    isColored ? styleText(style, text, { validateStream: false }) : text;
  return { green: paint('green'), red: paint('red'), yellow: paint('yellow'), dim: paint('dim') };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

function fit(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** Outside text (names, addresses, page text) without control characters or invisible characters. */
export function printable(text: string): string {
  return madeVisible(text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD'));
}
