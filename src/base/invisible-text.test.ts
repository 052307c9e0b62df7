import { describe, expect, it } from 'vitest';
import { invisibleCharacterIn, madeVisible } from './invisible-text.ts';
import { checkName } from '../domain/names.ts';

const ranges = [
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x180b, 0x180e],
  [0xfe00, 0xfe0f],
  [0xe0001, 0xe007f],
  [0xe0100, 0xe01ef],
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x3164, 0xffa0, 0xfeff].map((code) => [code, code]),
  [0x200b, 0x200f],
] as [number, number][];
const characters = ranges.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
);

describe('T60: characters that nobody sees', () => {
  it('are refused by name wherever they stand in a name', () => {
    for (const character of characters) {
      const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
      for (const name of [`${character}shop`, `sh${character}op`, `shop${character}`, `é${character}é`]) {
        expect(invisibleCharacterIn(name), `${code} in ${JSON.stringify(name)}`).toBe(code);
        expect(() => checkName('run_name', name)).toThrow(
          `run_name must not contain the invisible character ${code}.`,
        );
        expect(madeVisible(name)).toContain(`[${code}]`);
        expect(invisibleCharacterIn(madeVisible(name))).toBeNull();
      }
    }
  });

  it.each([
    ['Hebrew', 'צילום מסך'],
    ['Arabic', 'لقطة شاشة'],
    ['Persian with a joiner that its letters need', 'می\u200cخواهم'],
    ['Hindi with a joiner', 'क्\u200dष'],
    ['a family', '👩\u200d👩\u200d👧\u200d👦'],
    ['a colour of skin and a profession', '👩🏽\u200d🚀'],
    ['a heart', '❤\ufe0f\u200d🔥'],
    ['a key', '1\ufe0f\u20e3'],
    ['the flag of Scotland', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['a Han letter and its variant', '葛\u{e0100}'],
    ['accents', 'e\u0301'],
  ])('%s is text that people see', (_what, text) => {
    expect(invisibleCharacterIn(text)).toBeNull();
    expect(madeVisible(text)).toBe(text);
  });
});
