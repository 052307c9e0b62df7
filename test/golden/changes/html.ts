/** Changes of elements by style sheets; each cell is 160 × 80 CSS pixels. */
import { dealer } from './change.ts';

export interface HtmlChange {
  name: string;
  /** HTML of the cell. */
  before: string;
  after: string;
}

export const htmlCell = { width: 160, height: 80 } as const;

const colours = ['#1a73e8', '#2e7d32', '#d93025', '#333333', '#999999', '#e8e8e8'];

const box = (style: string, text = '') =>
  `<div style="position:absolute;left:20px;top:20px;box-sizing:border-box;${style}">${text}</div>`;

const letters: readonly (readonly [string, string])[] = [
  ['12.50', '12,50'],
  ['1.299', '1,299'],
  ['10:30', '10;30'],
  ['si', 'sí'],
  ['Hi!', 'Hii'],
  ['0', '8'],
  ['3', '8'],
  ['5', '6'],
  ['1', '7'],
  ['6', '9'],
  ['I', 'l'],
  ['c', 'e'],
];

export function htmlChanges(): HtmlChange[] {
  const changes: HtmlChange[] = [];
  const colour = dealer(colours);
  const add = (name: string, draw: (turn: 0 | 1, ink: string) => string): void => {
    const ink = colour();
    changes.push({ name: `${name}, ${ink}`, before: draw(0, ink), after: draw(1, ink) });
  };
  for (let radius = 0; radius <= 14; radius++) {
    for (const more of [1, 2]) {
      const corner = (turn: number) => `width:96px;height:36px;border-radius:${radius + turn * more}px`;
      add(`button radius ${radius} by ${more}`, (turn, ink) => box(`${corner(turn)};background:${ink}`));
      add(`border radius ${radius} by ${more}`, (turn, ink) =>
        box(`${corner(turn)};border:1px solid ${ink}`),
      );
    }
  }
  for (const radius of [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16]) {
    const dot = (x: number, y: number, size: number, ink: string) =>
      box(`margin:${y}px 0 0 ${x}px;width:${size}px;height:${size}px;background:${ink};border-radius:50%`);
    const size = radius * 2;
    add(`dot radius ${radius} + 1`, (turn, ink) => dot(0, 0, size + turn * 2, ink));
    add(`dot ${size} px + 1`, (turn, ink) => dot(0, 0, size + turn, ink));
    add(`dot ${size} px moved right`, (turn, ink) => dot(turn, 0, size, ink));
    add(`dot ${size} px moved down`, (turn, ink) => dot(0, turn, size, ink));
    add(`dot ${size} px moved both ways`, (turn, ink) => dot(turn, turn, size, ink));
    add(`pill of ${size} px longer`, (turn, ink) =>
      box(`width:${48 + turn}px;height:${size}px;border-radius:99px;background:${ink}`),
    );
    for (const from of [0, 15, 30, 45, 60]) {
      for (const by of [2, 3]) {
        add(`square of ${size} px at ${from}° turned by ${by}°`, (turn, ink) =>
          box(`width:${size}px;height:${size}px;background:${ink};transform:rotate(${from + by * turn}deg)`),
        );
      }
    }
  }
  for (const size of [24, 32, 40]) {
    add(`avatar of ${size} px moved`, (turn, ink) =>
      box(
        `margin-left:${turn}px;width:${size}px;height:${size}px;border-radius:50%;background:conic-gradient(${ink},#fff,#000,${ink})`,
      ),
    );
  }
  for (const size of [10, 11, 12, 13, 14, 15, 16, 18, 20, 24, 32]) {
    for (const family of ['sans-serif', 'serif', 'monospace']) {
      for (const weight of [400, 700]) {
        for (const pair of letters) {
          add(`${pair.join(' → ')}, ${weight} ${size} px ${family}`, (turn, ink) =>
            box(`font:${weight} ${size}px ${family};color:${ink}`, pair[turn]),
          );
        }
      }
    }
  }
  for (const style of ['solid', 'dotted', 'dashed', 'double', 'groove']) {
    for (const width of [1, 2, 3]) {
      const border = (ink: string, dress = style) => `height:40px;border:${width}px ${dress} ${ink}`;
      const name = `${style} border of ${width} px`;
      add(`${name} longer`, (turn, ink) => box(`${border(ink)};width:${80 + turn}px;border-radius:4px`));
      add(`${name} moved`, (turn, ink) =>
        box(`${border(ink)};width:80px;margin-left:${turn}px;border-radius:20px`),
      );
      add(`${name} of another style`, (turn, ink) =>
        box(`${border(ink, turn === 0 ? style : style === 'dotted' ? 'dashed' : 'dotted')};width:80px`),
      );
      const line = style === 'groove' ? 'wavy' : style;
      add(`${line} underline of ${width} px moved`, (turn, ink) =>
        box(
          `font-size:16px;color:${ink};text-decoration:underline ${line} ${width}px;text-underline-offset:${3 + turn}px`,
          'Link here',
        ),
      );
    }
  }
  for (const width of [1, 2, 3]) {
    for (const offset of [0, 1, 2]) {
      const field = 'width:80px;height:30px;border-radius:6px';
      const name = `of ${width} px at ${offset}`;
      add(`focus ring ${name} shown`, (turn, ink) =>
        box(
          `${field};border:1px solid #ccc;outline:${width * turn}px solid ${ink};outline-offset:${offset}px`,
        ),
      );
      add(`focus ring ${name} thicker`, (turn, ink) =>
        box(`${field};outline:${width + turn}px solid ${ink};outline-offset:${offset}px`),
      );
      add(`faint ring ${name} thicker`, (turn, ink) =>
        box(`${field};margin-top:${offset}px;box-shadow:0 0 0 ${width + turn}px ${ink}33`),
      );
      add(`shadow ${name} lower`, (turn) =>
        box(`${field};box-shadow:0 ${width + turn}px ${4 + offset}px #0003`),
      );
    }
  }
  return changes;
}
