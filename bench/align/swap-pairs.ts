/** Pairs in which boxes changed places, and nothing else: looks of boxes, each in several layouts. Told right, nothing is left. */
import { prose } from './pairs.ts';
import type { AlignPair } from './pairs.ts';

interface Look {
  name: string;
  css: string;
  box: (index: number) => string;
}

const looks: Look[] = [
  {
    name: 'cards',
    css: '.box { border: 1px solid #c8ccd4; border-radius: 6px; padding: 12px; height: 88px; background: #fff }',
    box: (i) => `<b>${prose(2, i)}</b><br>${prose(12, i + 20)}`,
  },
  {
    name: 'cards with shadows',
    css: '.box { border-radius: 10px; padding: 14px; height: 84px; background: #fff; box-shadow: 0 3px 10px #0003 }',
    box: (i) => `<b>${prose(2, i)}</b><br>${prose(12, i + 30)}`,
  },
  {
    name: 'gradients',
    css: '.box { border-radius: 8px; height: 112px }',
    box: (i) =>
      `<div style="height: 112px; border-radius: 8px; background: linear-gradient(${30 + i * 40}deg, hsl(${(i * 77) % 360} 60% 55%), hsl(${(i * 131) % 360} 55% 40%))"></div>`,
  },
  {
    name: 'images with a gradient and a name',
    css: '.box { padding: 10px; border: 1px solid #ddd; height: 110px; background: #fff }',
    box: (i) =>
      `<div style="height: 80px; background: linear-gradient(90deg, hsl(${(i * 77) % 360} 60% 55%), hsl(${(i * 131) % 360} 55% 75%))"></div>${prose(3, i)}`,
  },
  {
    name: 'cards of unequal height',
    css: '.box { border: 1px solid #c8ccd4; border-radius: 6px; padding: 12px; background: #fff }',
    box: (i) => `<b>${prose(2, i)}</b><br>${prose(6 + ((i * 9) % 23), i + 40)}`,
  },
  {
    name: 'plain text',
    css: '.box { height: 90px }',
    box: (i) => prose(14, i + 50),
  },
];

const layouts: { name: string; css: string; count: number; orders: [string, number, number][] }[] = [
  {
    name: 'in a grid',
    css: '.all { display: grid; grid-template-columns: repeat(3, 300px); gap: 18px; align-items: start }',
    count: 9,
    orders: [
      ['side by side', 3, 4],
      ['one above the other', 1, 4],
      ['across', 0, 5],
    ],
  },
  {
    name: 'in a column',
    css: '.all { width: 420px } .box { margin-bottom: 14px }',
    count: 7,
    orders: [
      ['neighbors', 2, 3],
      ['far apart', 1, 5],
    ],
  },
];

/** Tabs are as wide as their labels: those between the two move, too. */
function tabs(labels: readonly string[], css: string): string {
  return `<!doctype html><style>body { margin: 0; padding: 20px; font: 15px/1.5 sans-serif; background: #f5f6f9 } .tabs { display: flex; gap: 4px; border-bottom: 2px solid #99a } .tabs div { padding: 8px 18px; border-radius: 8px 8px 0 0; ${css} }</style><div class="tabs">${labels.map((label) => `<div>${label}</div>`).join('')}</div><p>${prose(60, 2)}</p>`;
}

function boxes(look: Look, layout: (typeof layouts)[number], order: readonly number[]): string {
  return `<!doctype html><style>body { margin: 0; padding: 20px; font: 15px/1.5 sans-serif; color: #223; background: #f5f6f9 } .box { box-sizing: border-box } ${layout.css} ${look.css}</style><h2>${prose(3, 1)}</h2><div class="all">${order.map((i) => `<div class="box">${look.box(i)}</div>`).join('')}</div><p>${prose(60, 8)}</p>`;
}

function swapped<T>(items: readonly T[], first: number, second: number): T[] {
  const result = [...items];
  [result[first], result[second]] = [items[second]!, items[first]!];
  return result;
}

const pair = (name: string, before: string, after: string): AlignPair => ({
  name,
  half: 'swaps',
  kind: 'shift',
  before,
  after,
});

const labels = ['Home', 'Crates', 'Routes of ships', 'Prices', 'Weather', 'Old letters'];
const tabLooks = [
  ['plain tabs', 'background: #dde3ee'],
  ['outlined tabs', 'border: 1px solid #99a; border-bottom: 0; background: #fff'],
  ['tabs with a gradient', 'background: linear-gradient(#fff, #cfd6e6)'],
] as const;

export const swapPairs: AlignPair[] = [
  ...looks.flatMap((look) =>
    layouts.flatMap((layout) => {
      const order = Array.from({ length: layout.count }, (_, i) => i);
      return layout.orders.map(([name, first, second]) =>
        pair(
          `${look.name} ${layout.name}, ${name}`,
          boxes(look, layout, order),
          boxes(look, layout, swapped(order, first, second)),
        ),
      );
    }),
  ),
  ...tabLooks.flatMap(([name, css]) =>
    (
      [
        ['neighbors', 1, 2],
        ['far apart', 0, 4],
      ] as const
    ).map(([where, first, second]) =>
      pair(`${name}, ${where}`, tabs(labels, css), tabs(swapped(labels, first, second), css)),
    ),
  ),
];
