/**
 * The pairs of bench/align: pages made here and captured by the real Chromium. They were split into two halves before anything
 * was tuned: `tuned` could be looked at, `unseen` was only measured. `third` (third-pairs.ts) and `fourth`
 * (fourth-pairs.ts) came later, and were only measured, too; of `swaps` (swap-pairs.ts) boxes changed places, and all could be looked at.
 */

export type Half = 'tuned' | 'unseen' | 'third' | 'fourth' | 'swaps' | 'fifth' | 'unheard';

export interface AlignPair {
  name: string;
  half: Half;
  /** `shift`: something moved. `small`: a small change inside moved content, to be reported. `trap`: nothing may be claimed, or only what is true. */
  kind: 'shift' | 'small' | 'trap';
  before: string;
  after: string;
  width?: number;
  /** Height of the viewport, where the page is shorter than it. */
  height?: number;
}

const words =
  'the quiet harbor keeps its lamps low while forty sailors count crates of oranges and argue about the weather north of the cape'.split(
    ' ',
  );

export function prose(count: number, seed: number): string {
  return Array.from(
    { length: count },
    (_, i) => words[(seed * 11 + i * 5 + ((i * i * (seed + 3)) >> 2)) % words.length],
  ).join(' ');
}

interface PageOptions {
  sections?: number;
  /** After section `at`: a paragraph of `count` words. */
  inserted?: { at: number; count: number }[];
  without?: number[];
  banner?: boolean;
  css?: string;
  /** Replaces text of one section. */
  edit?: { at: number; from: string; to: string };
  order?: number[];
  extra?: string;
  topExtra?: string;
}

const photo = (seed: number, height: number) =>
  `<div class="photo" style="height:${height}px;background:linear-gradient(${seed * 41}deg,hsl(${(seed * 67) % 360} 55% 55%),hsl(${(seed * 131) % 360} 60% 35%))"></div>`;

function article(options: PageOptions = {}): string {
  const {
    sections = 24,
    inserted = [],
    without = [],
    banner = false,
    css = '',
    edit,
    extra = '',
    topExtra = '',
  } = options;
  const order = options.order ?? Array.from({ length: sections }, (_, i) => i);
  const body = order
    .filter((i) => !without.includes(i))
    .map((i) => {
      let text = `<section id="s${i}"><h2>${prose(3, i + 50)} ${i}</h2>${i % 4 === 1 ? photo(i, 140) : ''}<p>${prose(70, i)}</p></section>`;
      if (edit?.at === i) text = text.replace(edit.from, edit.to);
      return (
        text +
        inserted
          .filter(({ at }) => at === i)
          .map(({ count }) => `<p class="new">${prose(count, 999)}</p>`)
          .join('')
      );
    })
    .join('');
  return `<!doctype html><style>
    body { margin: 0; font: 15px/1.5 sans-serif; color: #222; background: #fff }
    header { height: 60px; background: #16324f; color: #fff; font-size: 22px; padding: 14px 24px; box-sizing: border-box }
    main { padding: 20px 60px }
    h2 { font-size: 20px; margin: 18px 0 6px }
    p { margin: 0 0 12px }
    .photo { border-radius: 6px; margin: 8px 0 }
    .banner { background: #ffe9a8; padding: 16px 24px }
    footer { background: #eee; padding: 30px 60px }
    ${css}
  </style><header>Harbor news</header>${banner ? `<div class="banner">${prose(18, 4)}</div>` : ''}${topExtra}<main>${body}</main>${extra}<footer>${prose(30, 77)}</footer>`;
}

interface GridOptions {
  cards?: number;
  longer?: number;
  taller?: number;
  css?: string;
  columns?: string;
}

function grid({
  cards = 36,
  longer,
  taller,
  css = '',
  columns = 'repeat(3, 380px)',
}: GridOptions = {}): string {
  const items = Array.from(
    { length: cards },
    (_, i) =>
      `<div class="card">${photo(i, taller === i ? 190 : 130)}<h3>${prose(2, i)} ${i}</h3><p>${prose(longer === i ? 60 : 28, i)}</p></div>`,
  ).join('');
  return `<!doctype html><style>
    body { margin: 0; font: 15px/1.5 sans-serif; color: #222; background: #fafafa }
    header { height: 60px; background: #2b4a2b; color: #fff; padding: 18px; box-sizing: border-box }
    main { display: grid; grid-template-columns: ${columns}; gap: 20px; padding: 20px; align-items: start }
    .card { background: #fff; border: 1px solid #cdd; border-radius: 8px; padding: 14px; box-shadow: 0 2px 6px #0002 }
    .photo { border-radius: 6px } h3 { margin: 8px 0 }
    ${css}
  </style><header>Shop</header><main>${items}</main>`;
}

function table({ rows = 160, addedAt = -1, same = false, css = '', zebra = false } = {}): string {
  const row = (i: number) =>
    `<tr>${[0, 1, 2, 3, 4].map((c) => `<td>${same ? prose(3, c) : prose(3, i * 5 + c)}</td>`).join('')}</tr>`;
  const list = Array.from({ length: rows }, (_, i) => row(i) + (i === addedAt ? row(7_777) : '')).join('');
  return `<!doctype html><style>
    body { margin: 0; padding: 20px; font: 14px/1.4 sans-serif }
    table { border-collapse: collapse; width: 1200px; table-layout: fixed } td { border: 1px solid #ccc; padding: 6px 10px }
    ${zebra ? 'tr:nth-child(2n) { background: #f0f4ff }' : ''} ${css}
  </style><h1>Crates</h1><table>${list}</table><p>${prose(40, 5)}</p>`;
}

function twoColumns({ left = [] as string[], css = '' } = {}): string {
  const side = Array.from({ length: 40 }, (_, i) => `<p>${left[i] ?? ''}${prose(14, i + 100)}</p>`).join('');
  const mainText = Array.from(
    { length: 26 },
    (_, i) => `<h2>${prose(3, i)} ${i}</h2><p>${prose(60, i)}</p>`,
  ).join('');
  return `<!doctype html><style>
    body { margin: 0; font: 15px/1.5 sans-serif; color: #222 }
    header { height: 60px; background: #402a5a; color: #fff; padding: 18px; box-sizing: border-box }
    .all { display: flex; min-height: 5600px } aside { width: 300px; padding: 20px; box-sizing: border-box; background: #f4f4f8; flex: none }
    main { padding: 20px 40px; flex: 1 } ${css}
  </style><header>Manual</header><div class="all"><aside>${side}</aside><main>${mainText}</main></div>`;
}

function carousel(offset: number): string {
  const slides = Array.from(
    { length: 12 },
    (_, i) => `<div class="slide">${photo(i, 160)}<b>${prose(3, i)}</b><p>${prose(12, i)}</p></div>`,
  ).join('');
  return article({
    sections: 8,
    topExtra: `<div class="frame"><div class="track" style="transform:translateX(-${offset}px)">${slides}</div></div>`,
    css: '.frame { width: 1100px; margin: 20px auto; overflow: hidden } .track { display: flex; width: 4000px } .slide { width: 280px; margin-right: 16px; flex: none }',
  });
}

function nav(label: string): string {
  const items = ['Home', label, 'Routes', 'Harbors', 'Prices', 'Contact'];
  return article({
    sections: 6,
    topExtra: `<nav>${items.map((item) => `<a>${item}</a>`).join('')}</nav>`,
    css: 'nav { padding: 12px 60px; background: #f2f2f2 } nav a { margin-right: 28px }',
  });
}

function list(order: number[]): string {
  const items = order.map((i) => `<li><b>${prose(2, i)}</b> ${prose(9, i + 20)}</li>`).join('');
  return `<!doctype html><style>body { font: 15px/1.5 sans-serif; margin: 20px } li { padding: 8px; border-bottom: 1px solid #ddd; list-style: none }</style><h1>Queue</h1><ul>${items}</ul><p>${prose(60, 8)}</p>`;
}

const insert = { at: 3, count: 60 };
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const moved = (to: number, from: number, n: number) => {
  const order = range(n).filter((i) => i !== from);
  order.splice(to, 0, from);
  return order;
};

export const alignPairs: AlignPair[] = [
  {
    name: 'paragraph inserted',
    half: 'tuned',
    kind: 'shift',
    before: article(),
    after: article({ inserted: [insert] }),
  },
  {
    name: 'banner removed',
    half: 'unseen',
    kind: 'shift',
    before: article({ banner: true }),
    after: article(),
  },
  {
    name: 'two insertions',
    half: 'tuned',
    kind: 'shift',
    before: article(),
    after: article({ inserted: [insert, { at: 12, count: 30 }] }),
  },
  {
    name: 'insertion and a word changed below',
    half: 'unseen',
    kind: 'shift',
    before: article(),
    after: article({ inserted: [insert], edit: { at: 9, from: 'lamps', to: 'candles' } }),
  },
  { name: 'longer text in a card', half: 'tuned', kind: 'shift', before: grid(), after: grid({ longer: 4 }) },
  {
    name: 'taller photo in a card',
    half: 'unseen',
    kind: 'shift',
    before: grid(),
    after: grid({ taller: 4 }),
  },
  { name: 'table row added', half: 'unseen', kind: 'shift', before: table(), after: table({ addedAt: 20 }) },
  {
    name: 'table row added among equal rows',
    half: 'tuned',
    kind: 'shift',
    before: table({ same: true }),
    after: table({ same: true, addedAt: 20 }),
  },
  {
    name: 'only the left column moved',
    half: 'tuned',
    kind: 'shift',
    before: twoColumns(),
    after: twoColumns({ left: ['', '', `${prose(30, 3)} `] }),
  },
  {
    name: 'columns moved apart',
    half: 'unseen',
    kind: 'shift',
    before: twoColumns(),
    after: twoColumns({ left: ['', '', `${prose(30, 3)} `], css: 'main { padding-top: 44px }' }),
  },
  {
    name: 'fixed footer and insertion',
    half: 'tuned',
    kind: 'shift',
    before: article({ css: 'footer { position: fixed; bottom: 0; left: 0; right: 0 }' }),
    after: article({ inserted: [insert], css: 'footer { position: fixed; bottom: 0; left: 0; right: 0 }' }),
  },
  {
    name: 'list item moved',
    half: 'unseen',
    kind: 'shift',
    before: list(range(24)),
    after: list(moved(15, 4, 24)),
  },
  {
    name: 'moved by 1 px',
    half: 'unseen',
    kind: 'shift',
    before: article(),
    after: article({ css: 'main { padding-top: 21px }' }),
  },
  {
    name: 'moved by 10.5 px',
    half: 'tuned',
    kind: 'shift',
    before: article(),
    after: article({ css: 'main { padding-top: 30.5px }' }),
  },
  {
    name: 'navigation label longer',
    half: 'unseen',
    kind: 'shift',
    before: nav('News'),
    after: nav('News and letters'),
  },
  {
    name: 'carousel moved by 296 px',
    half: 'tuned',
    kind: 'shift',
    before: carousel(0),
    after: carousel(296),
  },
  {
    name: 'carousel moved by 137 px',
    half: 'unseen',
    kind: 'shift',
    before: carousel(0),
    after: carousel(137),
  },
  {
    name: 'zebra row added',
    half: 'tuned',
    kind: 'shift',
    before: table({ zebra: true }),
    after: table({ zebra: true, addedAt: 20 }),
  },
  {
    name: 'cell padding grew by 1 px',
    half: 'unseen',
    kind: 'shift',
    before: table(),
    after: table({ css: 'td { padding: 7px 10px }' }),
  },
  {
    name: 'insertion on a horizontal gradient',
    half: 'tuned',
    kind: 'shift',
    before: article({ css: 'body { background: linear-gradient(90deg, #fff, #dde6f5) }' }),
    after: article({ inserted: [insert], css: 'body { background: linear-gradient(90deg, #fff, #dde6f5) }' }),
  },
  {
    name: 'accordion opened',
    half: 'tuned',
    kind: 'shift',
    before: article({ css: '#s5 p { display: none }' }),
    after: article(),
  },
  {
    name: 'insertion on a phone',
    half: 'unseen',
    kind: 'shift',
    before: article({ css: 'main { padding: 12px }' }),
    after: article({ inserted: [insert], css: 'main { padding: 12px }' }),
    width: 375,
  },
  ...(
    [
      ['border color', '#s9 { border: 2px solid #888 }', '#s9 { border: 2px solid #8a6ad0 }', 'tuned'],
      [
        'text moved by 1 px',
        '#s9 h2 { position: relative }',
        '#s9 h2 { position: relative; left: 1px }',
        'unseen',
      ],
      ['text color', '', '#s9 h2 { color: #354a80 }', 'unseen'],
      ['text weight', '', '#s9 h2 { font-weight: 400 }', 'tuned'],
      ['letter spacing', '', '#s9 h2 { letter-spacing: 0.3px }', 'unseen'],
      [
        'a dot',
        '#s9 { position: relative }',
        '#s9 { position: relative } #s9::after { content: ""; position: absolute; right: 0; top: 4px; width: 6px; height: 6px; border-radius: 3px; background: #d33 }',
        'tuned',
      ],
      [
        'a rounder corner',
        '#s9 { background: #dfe8ff; border-radius: 4px }',
        '#s9 { background: #dfe8ff; border-radius: 10px }',
        'unseen',
      ],
    ] as const
  ).map(([name, before, after, half]): AlignPair => ({
    name: `${name} inside moved content`,
    half,
    kind: 'small',
    before: article({ css: before }),
    after: article({ inserted: [insert], css: after }),
  })),
  {
    name: 'dark theme',
    half: 'tuned',
    kind: 'trap',
    before: article(),
    after: article({ css: 'body { background: #111; color: #ddd }' }),
  },
  {
    name: 'one word',
    half: 'unseen',
    kind: 'trap',
    before: article(),
    after: article({ edit: { at: 9, from: 'lamps', to: 'candles' } }),
  },
  {
    name: 'larger font (reflow)',
    half: 'tuned',
    kind: 'trap',
    before: article(),
    after: article({ css: 'p { font-size: 16px }' }),
  },
  {
    name: 'line height (reflow)',
    half: 'unseen',
    kind: 'trap',
    before: article(),
    after: article({ css: 'p { line-height: 1.6 }' }),
  },
  {
    name: 'modal opened',
    half: 'unseen',
    kind: 'trap',
    before: article(),
    after: article({
      extra:
        '<div style="position:fixed;inset:0;background:#0008"></div><div style="position:fixed;left:400px;top:200px;width:480px;height:240px;background:#fff">Sure?</div>',
    }),
  },
  {
    name: 'short page, paragraph inserted',
    half: 'tuned',
    kind: 'trap',
    before: article({ sections: 3, css: 'footer { display: none }' }),
    after: article({ sections: 3, inserted: [{ at: 1, count: 40 }], css: 'footer { display: none }' }),
    height: 1600,
  },
  {
    name: 'plain colored band inserted',
    half: 'unseen',
    kind: 'trap',
    before: article(),
    after: article({ topExtra: '<div style="height:64px;background:#b00020"></div>' }),
  },
];
