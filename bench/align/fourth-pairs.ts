/** Pairs of other pages again, made before the search was changed for what the first three sets had missed; measured only. */
import { prose } from './pairs.ts';
import type { AlignPair } from './pairs.ts';

const page = (css: string, body: string) =>
  `<!doctype html><style>body { margin: 0; font: 14px/1.45 serif; color: #2a2420; background: #fffdf8 } ${css}</style>${body}`;
const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join('');
const without = (count: number, ...gone: number[]) =>
  Array.from({ length: count }, (_, i) => i).filter((i) => !gone.includes(i));

/** A form: labels above boxes, and a note under some. */
function form(fields: readonly number[], button = '#345'): string {
  const css = `form { width: 640px; margin: 24px auto } label { display: block; margin: 14px 0 4px; font-weight: 600 } .box { border: 1px solid #b9aea2; border-radius: 5px; height: 34px; padding: 6px 10px; box-sizing: border-box; background: #fff } small { color: #776 } .send { margin-top: 20px; width: 120px; text-align: center; padding: 9px; border-radius: 5px; color: #fff; background: ${button} }`;
  return page(
    css,
    `<form><h1>Register</h1>${fields.map((i) => `<label>${prose(2, i + 4)}</label><div class="box">${prose(3, i + 40)}</div>${i % 4 === 2 ? `<small>${prose(11, i)}</small>` : ''}`).join('')}<div class="send">Send</div></form>`,
  );
}

/** A board: columns of cards of different heights. */
function board(columns: readonly (readonly number[])[]): string {
  const css =
    '.board { display: flex; gap: 14px; padding: 16px; align-items: flex-start } .column { width: 290px; background: #efe9df; border-radius: 8px; padding: 10px; box-sizing: border-box } .card { background: #fff; border-radius: 6px; padding: 10px; margin-top: 8px; box-shadow: 0 1px 2px #0003 } .tag { display: inline-block; font-size: 11px; padding: 1px 7px; border-radius: 8px; background: #dce9f5 }';
  return page(
    css,
    `<div class="board">${columns.map((cards, c) => `<div class="column"><b>${prose(1, c + 70)}</b>${cards.map((i) => `<div class="card"><span class="tag">${prose(1, i)}</span><br>${prose(6 + ((i * 5) % 17), i + 15)}</div>`).join('')}</div>`).join('')}</div>`,
  );
}

/** An invoice: a striped table with sums at the right. */
function invoice(rows: readonly number[]): string {
  const css =
    'main { width: 900px; margin: 30px auto } table { border-collapse: collapse; width: 100% } td { padding: 7px 12px } td:last-child { text-align: right; font-variant-numeric: tabular-nums } tr:nth-child(odd) td { background: #f3eee4 } h2 { border-bottom: 2px solid #2a2420 }';
  return page(
    css,
    `<main><h2>Invoice 2207</h2><table>${rows.map((i) => `<tr><td>${prose(2 + (i % 4), i)}</td><td>${(i * 37) % 90}</td><td>${((i * 7919) % 90_000) / 100}</td></tr>`).join('')}</table><p>${prose(50, 3)}</p></main>`,
  );
}

/** A line of tags above a text. */
function tags(labels: readonly string[]): string {
  const css =
    '.tags { padding: 14px 30px; white-space: nowrap } .tags span { display: inline-block; margin-right: 8px; padding: 3px 11px; border: 1px solid #a99; border-radius: 13px; background: #fff } main { padding: 0 30px; width: 760px }';
  return page(
    css,
    `<div class="tags">${labels.map((label) => `<span>${label}</span>`).join('')}</div><main>${times(9, (i) => `<p>${prose(48, i)}</p>`)}</main>`,
  );
}

/** A page beside a bar whose width says where everything else stands. */
function beside(width: number): string {
  const css = `body { display: flex } .bar { width: ${width}px; flex: none; background: #26323a; color: #dfe8ea; padding: 14px 10px; box-sizing: border-box } .bar div { padding: 5px 0 } main { width: 800px; padding: 20px 34px } pre { background: #f2efe8; border: 1px solid #d8d0c0; padding: 10px }`;
  return page(
    css,
    `<div class="bar">${times(12, (i) => `<div>${prose(1, i + 9)}</div>`)}</div><main>${times(12, (i) => `<h3>${prose(3, i)}</h3><p>${prose(62, i + 7)}</p>${i % 3 === 0 ? `<pre>${prose(9, i)}</pre>` : ''}`)}</main>`,
  );
}

/** A time line: dots on a line, and texts of different heights. */
function timeLine(items: readonly number[]): string {
  const css =
    'ol { list-style: none; margin: 30px 80px; padding: 0; border-left: 3px solid #c9b; width: 700px } li { position: relative; padding: 6px 0 18px 28px } li::before { content: ""; position: absolute; left: -9px; top: 9px; width: 15px; height: 15px; border-radius: 50%; background: #93c } time { color: #86a }';
  return page(
    css,
    `<h1 style="margin-left: 80px">History</h1><ol>${items.map((i) => `<li><time>${1950 + i}</time><br>${prose(10 + ((i * 11) % 35), i + 2)}</li>`).join('')}</ol>`,
  );
}

/** A gallery: images with names, five in a line. */
function gallery(items: readonly number[]): string {
  const css =
    '.all { display: grid; grid-template-columns: repeat(5, 220px); gap: 18px; padding: 24px } figure { margin: 0 } .art { height: 150px; border-radius: 4px } figcaption { padding-top: 4px }';
  return page(
    css,
    `<div class="all">${items.map((i) => `<figure><div class="art" style="background: repeating-linear-gradient(${(i * 37) % 180}deg, hsl(${(i * 53) % 360} 60% 60%) 0 ${9 + (i % 7)}px, hsl(${(i * 91) % 360} 50% 40%) 0 ${21 + (i % 5)}px)"></div><figcaption>${prose(3, i)}</figcaption></figure>`).join('')}</div>`,
  );
}

/** A tree of files beside a listing. */
function tree(open: readonly number[]): string {
  const css =
    'body { display: flex; font: 13px/1.6 monospace } .tree { width: 330px; flex: none; padding: 12px; border-right: 1px solid #d9d2c6 } .in { padding-left: 22px } .code { padding: 12px 26px; white-space: pre }';
  return page(
    css,
    `<div class="tree">${times(22, (i) => `<div>▸ ${prose(1, i)}-${i}</div>${open.includes(i) ? times(5, (j) => `<div class="in">${prose(1, i * 3 + j)}.txt</div>`) : ''}`)}</div><div class="code">${times(60, (i) => `${prose(6, i + 5)}\n`)}</div>`,
  );
}

/** Chips that wrap, on a phone. */
function chips(count: readonly number[]): string {
  const css =
    '.chips { display: flex; flex-wrap: wrap; gap: 8px; padding: 14px } .chips div { padding: 6px 12px; border-radius: 15px; background: #e3ddf2 } main { padding: 0 14px }';
  return page(
    css,
    `<div class="chips">${count.map((i) => `<div>${prose(1 + (i % 2), i)}</div>`).join('')}</div><main>${times(6, (i) => `<p>${prose(40, i + 8)}</p>`)}</main>`,
  );
}

/** Entries of a menu, each as high as its padding says. */
function menu(padding: number): string {
  const css = `ul { list-style: none; margin: 20px; padding: 0; width: 420px; border: 1px solid #cbb } li { padding: ${padding}px 14px; border-bottom: 1px solid #e6dcd0 } li b { float: right; color: #a33 }`;
  return page(css, `<ul>${times(34, (i) => `<li>${prose(4, i)}<b>${(i * 13) % 40}</b></li>`)}</ul>`);
}

const pair = (
  name: string,
  kind: AlignPair['kind'],
  before: string,
  after: string,
  width?: number,
): AlignPair => ({ name, half: 'fourth', kind, before, after, ...(width !== undefined && { width }) });

const fields = without(14);
const cards = [without(7), [11, 12, 13, 14, 15], [21, 22, 23, 24, 25, 26, 27, 28], [31, 32, 33, 34]];
const labels = [
  'All',
  'Unread 9',
  'Letters',
  'Crates',
  'Weather north',
  'Sailors',
  'Archive',
  'Lamps',
  'Old',
];

export const fourthPairs: AlignPair[] = [
  pair('form, a field inserted', 'shift', form(fields), form([...without(5), 50, ...fields.slice(5)])),
  pair(
    'board, a card went to the next column',
    'shift',
    board(cards),
    board([without(7, 2), [11, 2, 12, 13, 14, 15], ...cards.slice(2)]),
  ),
  pair('invoice, a striped row removed', 'shift', invoice(without(46)), invoice(without(46, 12))),
  pair(
    'tags, a label one digit longer',
    'shift',
    tags(labels),
    tags(labels.map((label) => label.replace('9', '10'))),
  ),
  pair('a bar became narrower', 'shift', beside(220), beside(203)),
  pair('time line, an entry removed', 'shift', timeLine(without(30)), timeLine(without(30, 7))),
  pair('gallery, an image removed', 'shift', gallery(without(33)), gallery(without(33, 6))),
  pair('file tree, a folder opened', 'shift', tree([3]), tree([3, 8])),
  pair(
    'chips on a phone, one more',
    'shift',
    chips(without(16)),
    chips([0, 1, 2, 20, ...without(16, 0, 1, 2)]),
    390,
  ),
  pair('menu, entries grew by 2 px', 'shift', menu(6), menu(7)),
  pair('time line, three entries inserted', 'shift', timeLine(without(30, 4, 15, 16)), timeLine(without(30))),
  pair(
    'form, another button below a new field',
    'small',
    form(fields),
    form([...without(5), 50, ...fields.slice(5)], '#543'),
  ),
  pair('board, one word', 'trap', board(cards), board(cards).replace('lamps', 'candles')),
];
