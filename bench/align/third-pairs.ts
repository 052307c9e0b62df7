/** Pairs of other pages than those in pairs.ts, made when the alignment was finished, and looked at by no change of it. */
import { prose } from './pairs.ts';
import type { AlignPair } from './pairs.ts';

const page = (css: string, body: string) =>
  `<!doctype html><style>body { margin: 0; font: 15px/1.5 sans-serif; color: #223; background: #fff } ${css}</style>${body}`;
const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join('');

/** A chat: messages of different heights, in turn left and right. */
function chat(messages: readonly number[]): string {
  const css =
    '.m { max-width: 520px; margin: 10px 24px; padding: 10px 14px; border-radius: 12px; background: #eef } .own { margin-left: auto; background: #dfeedd }';
  return page(
    css,
    `<h1>Chat</h1>${messages.map((i) => `<div class="m ${i % 3 === 0 ? 'own' : ''}"><b>${prose(2, i)}</b><br>${prose(8 + ((i * 7) % 30), i + 3)}</div>`).join('')}`,
  );
}

/** Documentation: a narrow menu beside text and code. */
function manual({ menu = 30, note = false, code = 5, word = '' } = {}): string {
  const css =
    'body { display: grid; grid-template-columns: 240px 1fr } nav { background: #f6f6f0; padding: 16px } nav a { display: block; padding: 3px 0 } main { padding: 16px 48px } pre { background: #272822; color: #f8f8f2; padding: 14px; font: 13px/1.4 monospace } .note { border-left: 4px solid #c80; background: #fff6e0; padding: 8px 14px }';
  const text = times(
    18,
    (i) =>
      `<h2>${prose(3, i)} ${i}${i === 7 ? word : ''}</h2>${note && i === 2 ? `<div class="note">${prose(40, 41)}</div>` : ''}<p>${prose(55, i + 9)}</p><pre>${times(i === 4 ? code : 5, (l) => `${prose(5, i * 9 + l)}\n`)}</pre>`,
  );
  return page(css, `<nav>${times(menu, (i) => `<a>${prose(2, i + 60)} ${i}</a>`)}</nav><main>${text}</main>`);
}

/** A dashboard: tiles of numbers above a table with lines. */
function dashboard({ tiles = 4, rows = [] as number[], hint = '' } = {}): string {
  const css =
    '.tiles { display: flex; gap: 16px; padding: 20px; flex-wrap: wrap } .tile { width: 270px; box-sizing: border-box; padding: 16px; border: 1px solid #d5dae5; border-radius: 6px } .tile b { font-size: 28px; display: block } table { width: 1200px; margin: 20px; border-collapse: collapse; table-layout: fixed } td { padding: 9px; border-bottom: 1px solid #e2e2e8 } .hint { margin: 0 20px; padding: 12px; background: #e6f2ff }';
  return page(
    css,
    `<div class="tiles">${times(tiles, (i) => `<div class="tile">${prose(2, i + 12)}<b>${(i + 3) * 417}</b>${prose(6, i)}</div>`)}</div>${hint === '' ? '' : `<div class="hint">${hint}</div>`}<table>${rows.map((i) => `<tr><td>${i}</td><td>${prose(3, i)}</td><td>${prose(2, i + 31)}</td><td>${(i * 7919) % 1000}</td></tr>`).join('')}</table>`,
  );
}

/** A toolbar of buttons above a text. */
function toolbar(labels: readonly string[], css = ''): string {
  return page(
    `.bar { display: flex; gap: 10px; padding: 12px 20px; background: #2d3142 } .bar button { font: 14px sans-serif; padding: 6px 12px; border: 0; border-radius: 4px; background: #ef8354; color: #fff } ${css}`,
    `<div class="bar">${labels.map((label) => `<button>${label}</button>`).join('')}</div><main style="padding: 20px">${times(6, (i) => `<p>${prose(60, i)}</p>`)}</main>`,
  );
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const pair = (
  name: string,
  kind: AlignPair['kind'],
  before: string,
  after: string,
  width?: number,
): AlignPair => ({
  name,
  half: 'third',
  kind,
  before,
  after,
  ...(width !== undefined && { width }),
});

const rows = range(60);
const labels = ['Save', 'Copy', 'Paste', 'Delete the selected lines', 'Undo', 'Redo', 'Help'];

export const thirdPairs: AlignPair[] = [
  pair('chat, a message inserted', 'shift', chat(range(40)), chat([...range(9), 77, ...range(40).slice(9)])),
  pair(
    'chat, two messages removed',
    'shift',
    chat(range(40)),
    chat(range(40).filter((i) => i !== 5 && i !== 21)),
  ),
  pair('manual, a note inserted beside the menu', 'shift', manual(), manual({ note: true })),
  pair('manual, a longer example and a shorter menu', 'shift', manual(), manual({ code: 12, menu: 27 })),
  pair('dashboard, a hint inserted', 'shift', dashboard({ rows }), dashboard({ rows, hint: prose(12, 8) })),
  pair(
    'dashboard, a row removed',
    'shift',
    dashboard({ rows }),
    dashboard({ rows: rows.filter((i) => i !== 11) }),
  ),
  pair(
    'dashboard, rows in another order',
    'shift',
    dashboard({ rows }),
    dashboard({ rows: [...rows.slice(0, 8), 30, ...rows.slice(8).filter((i) => i !== 30)] }),
  ),
  pair('dashboard, a second line of tiles', 'shift', dashboard({ rows }), dashboard({ rows, tiles: 6 })),
  pair(
    'toolbar, a shorter label',
    'shift',
    toolbar(labels),
    toolbar(labels.map((label) => (label.startsWith('Delete') ? 'Delete' : label))),
  ),
  pair(
    'toolbar, a button more on a phone',
    'shift',
    toolbar(labels, '.bar { flex-wrap: wrap }'),
    toolbar(['New', ...labels], '.bar { flex-wrap: wrap }'),
    390,
  ),
  pair('manual, a word changed below a note', 'small', manual(), manual({ note: true, word: ' (new)' })),
  pair(
    'dashboard, a number changed',
    'trap',
    dashboard({ rows }),
    dashboard({ rows }).replace('>1251<', '>1268<'),
  ),
];
