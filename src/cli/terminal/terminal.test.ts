import { expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

function openTerminal(columns = 20, rows = 24, env: NodeJS.ProcessEnv = {}, isTTY = true) {
  let written = '';
  const stream = { isTTY, columns, rows, write: (text: string) => (written += text) };
  const streams = { stdout: stream, stderr: stream, env } as unknown as Parameters<typeof createTerminal>[0];
  const take = () => {
    const text = written;
    written = '';
    return text;
  };
  return { terminal: createTerminal(streams, false), take };
}

it('replaces live lines, and keeps them below what is said', () => {
  const { terminal, take } = openTerminal();
  terminal.footer('one\ntwo\nthree');
  expect(take()).toBe('one\ntwo\nthree');
  terminal.say('news');
  expect(take()).toBe('\r\x1b[2A\x1b[Jnews\none\ntwo\nthree');
  terminal.footer('four');
  expect(take()).toBe('\r\x1b[2A\x1b[Jfour');
  terminal.footer(null);
  terminal.footer(null);
  expect(take()).toBe('\r\x1b[J');
});

it('shows no more live lines, and no longer ones, than the window has', () => {
  const { terminal, take } = openTerminal(10, 3);
  terminal.footer('a line that is long\nsecond\nthird\nfourth');
  expect(take()).toBe('a line t…\nsecond');
});

it.each([
  [{}, true, '\x1b[31mbad\x1b[39m'],
  [{ NO_COLOR: '' }, true, '\x1b[31mbad\x1b[39m'],
  [{ NO_COLOR: '1' }, true, 'bad'],
  [{ CI: 'true' }, true, 'bad'],
  [{ TERM: 'dumb' }, true, 'bad'],
  [{}, false, 'bad'],
])('colours words only for a terminal that wants it: %j, a terminal: %s', (env, isTTY, red) => {
  expect(openTerminal(20, 24, env, isTTY).terminal.colors.red('bad')).toBe(red);
});
