import { dealer, inks, oneStepAll } from './change.ts';
import type { Change } from './change.ts';

const digits = [...'0123456789'];
const digitSwaps = digits.flatMap((digit, index) =>
  digits.slice(index + 1).map((other) => [`1${digit}.50`, `1${other}.50`] as const),
);

const swaps: readonly (readonly [string, string])[] = [
  ...digitSwaps,
  ['12.50', '12,50'],
  ['1.', '1,'],
  ['.', ','],
  [':', ';'],
  ['9:41', '9;41'],
  ['i', 'í'],
  ['si', 'sí'],
  ['!', 'i'],
  ['!', 'l'],
  ['Ok!', 'Oki'],
  ['l', 'I'],
  ['1', 'l'],
  ['O', '0'],
  ['c', 'e'],
  ['e', 'é'],
  ['a', 'ä'],
  ['n', 'ñ'],
  ['u', 'v'],
  ['rn', 'm'],
  ['-', '–'],
  ['–', '—'],
  ["'", '’'],
  ['"', '”'],
  ['·', '•'],
  ['x', '×'],
  ['+', '±'],
  ['<', '≤'],
  ['$', 'S'],
  ['8', 'B'],
  ['5', 'S'],
  ['', '.'],
  ['', ','],
  ['', '·'],
  ['', '|'],
  ['ab', 'a b'],
];

const sizes = [9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 32];
const styles = [
  'font-family="Liberation Sans, DejaVu Sans"',
  'font-family="Liberation Sans, DejaVu Sans" font-weight="700"',
  'font-family="Liberation Serif, DejaVu Serif"',
  'font-family="Liberation Mono, DejaVu Sans Mono"',
  'font-family="Liberation Serif, DejaVu Serif" font-style="italic"',
  'font-family="Liberation Sans, DejaVu Sans" font-style="italic"',
  'font-family="DejaVu Sans" font-weight="700"',
  'font-family="Liberation Mono, DejaVu Sans Mono" font-weight="700"',
];

function text(words: string, size: number, style: string, ink: string, x = 3.2, y = 34): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-size="${size}" ${style} fill="${ink}">${escaped}</text>`;
}

/** One letter for another, at every size, in turn in every style and colour. */
export function glyphChanges(): Change[] {
  const changes: Change[] = [];
  const style = dealer(styles, 3);
  const ink = dealer(inks, 5);
  for (const [from, to] of swaps) {
    for (const size of sizes) {
      for (let turn = 0; turn < 2; turn++) {
        const [fill, background] = ink();
        const look = style();
        changes.push({
          family: 'glyph',
          name: `"${from}" → "${to}" ${size} px ${look} ${fill} on ${background}`,
          before: text(from, size, look, fill),
          after: text(to, size, look, fill),
          background,
        });
      }
    }
  }
  return changes;
}

/** The same words, moved by a pixel, a size larger, a step of colour further, bolder. */
export function textChanges(): Change[] {
  const changes: Change[] = [];
  const ink = dealer(inks, 3);
  for (const words of ['Sale', '12.50', 'illi', '. . .', '—', 'o', '|', '★']) {
    for (const size of sizes) {
      for (const style of styles) {
        const [fill, background] = ink();
        const before = text(words, size, style, fill);
        const add = (what: string, after: string) =>
          changes.push({
            family: 'text',
            name: `"${words}" ${size} px ${style} ${fill} on ${background} ${what}`,
            before,
            after,
            background,
          });
        add('1 px to the right', text(words, size, style, fill, 4.2));
        add('1 px down', text(words, size, style, fill, 3.2, 35));
        add('1 px larger', text(words, size + 1, style, fill));
        add('one step of colour', text(words, size, style, oneStepAll(fill)));
      }
    }
  }
  return changes;
}
