/**
 * Everyday edits of other pages again, made before the search was changed. Half of them (`fifth`) could be looked at, the other
 * half (`unheard`) is measured only.
 */
import { prose } from './pairs.ts';
import type { AlignPair } from './pairs.ts';

const page = (css: string, body: string) =>
  `<!doctype html><style>* { box-sizing: border-box } body { margin: 0; font: 15px/1.5 sans-serif; color: #1d2430; background: #fff } ${css}</style>${body}`;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const times = (count: number, one: (index: number) => string) => range(count).map(one).join('');
const paragraphs = (count: number, seed: number) => times(count, (i) => `<p>${prose(52, i + seed)}</p>`);

/** Entries of a navigation, as wide as their labels, and a button at the right. */
function site(labels: readonly string[], css = ''): string {
  return page(
    `header { display: flex; align-items: center; height: 64px; padding: 0 40px; background: #0f2138; color: #fff } header b { font-size: 20px; margin-right: 48px } header a { margin-right: 26px } header .go { margin-left: auto; background: #f2b632; color: #222; padding: 8px 18px; border-radius: 6px } main { padding: 10px 40px; width: 860px } ${css}`,
    `<header><b>Harbor</b>${labels.map((label) => `<a>${label}</a>`).join('')}<span class="go">Sign in</span></header><main>${paragraphs(8, 2)}</main>`,
  );
}

/** A bar of tabs of one width, each with an icon above its label. */
function tabBar(tabs: readonly number[]): string {
  const css =
    'nav { display: flex; background: #f4f1ea; border-bottom: 1px solid #d5cfc2; padding: 0 20px } nav div { width: 128px; padding: 10px 0; text-align: center; font-size: 13px } nav i { display: block; width: 24px; height: 24px; margin: 0 auto 4px; border-radius: 7px } main { padding: 20px; width: 800px }';
  return page(
    css,
    `<nav>${tabs.map((i) => `<div><i style="background: hsl(${(i * 71) % 360} 60% 50%); border: ${3 + (i % 3)}px solid #334"></i>${prose(1, i * 3 + 1)}</div>`).join('')}</nav><main>${paragraphs(9, 21)}</main>`,
  );
}

/** People in a striped table, with a state as a colored label. */
function people(rows: readonly number[], state = 'invited'): string {
  const css =
    'main { width: 1000px; margin: 24px auto } table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: 10px 14px } th { border-bottom: 2px solid #aab } tbody tr:nth-child(even) { background: #f6f8fb } .state { font-size: 12px; padding: 2px 9px; border-radius: 9px; background: #d9f2e1; color: #14532d }';
  return page(
    css,
    `<main><h1>People</h1><table><thead><tr><th>Name</th><th>Role</th><th>State</th></tr></thead><tbody>${rows.map((i) => `<tr><td>${prose(2, i + 5)} ${i}</td><td>${prose(1, i + 30)}</td><td><span class="state">${i === 25 ? state : 'active'}</span></td></tr>`).join('')}</tbody></table><p>${prose(40, 9)}</p></main>`,
  );
}

/** Settings: a striped list without lines, switches at the right. */
function settings(items: readonly number[]): string {
  const css =
    '.all { width: 720px; margin: 30px auto; border-radius: 10px; overflow: hidden; border: 1px solid #ccd } .one { display: flex; justify-content: space-between; padding: 13px 18px } .one:nth-child(odd) { background: #eef1f6 } .switch { width: 38px; height: 20px; border-radius: 10px; background: #9ab } .on { background: #2a7 }';
  return page(
    css,
    `<div class="all">${items.map((i) => `<div class="one"><span>${prose(5, i)}</span><span class="switch ${i % 3 === 0 ? 'on' : ''}"></span></div>`).join('')}</div>`,
  );
}

/** An inbox: folders, a list, and the letter that is open. */
function inbox(letters: readonly number[], unread: number): string {
  const css =
    'body { display: grid; grid-template-columns: 190px 420px 1fr; min-height: 1700px } .folders { background: #23303d; color: #dde; padding: 16px } .folders div { padding: 6px 0 } .list { border-right: 1px solid #dde } .letter { padding: 11px 16px; border-bottom: 1px solid #e6e9ee } .letter small { color: #778; float: right } .open { padding: 22px 34px }';
  return page(
    css,
    `<div class="folders"><div>Inbox ${unread}</div>${times(7, (i) => `<div>${prose(1, i + 44)}</div>`)}</div><div class="list">${letters.map((i) => `<div class="letter"><small>${(i % 12) + 1}:${10 + i}</small><b>${prose(2, i + 8)}</b><br>${prose(6, i)}</div>`).join('')}</div><div class="open"><h2>${prose(4, 71)}</h2>${paragraphs(7, 31)}</div>`,
  );
}

/** A month: seven columns, weeks as high as their fullest day. */
function month(extra: readonly number[]): string {
  const css =
    'h1 { margin: 20px } .month { display: grid; grid-template-columns: repeat(7, 176px); margin: 0 20px; border-top: 1px solid #ccd; border-left: 1px solid #ccd; width: 1233px } .day { border-right: 1px solid #ccd; border-bottom: 1px solid #ccd; min-height: 92px; padding: 6px } .event { font-size: 12px; margin-top: 4px; padding: 2px 6px; border-radius: 4px; background: #dbe7ff }';
  return page(
    css,
    `<h1>May</h1><div class="month">${times(35, (i) => `<div class="day">${i + 1}${times((i * 7) % 4, (j) => `<div class="event">${prose(2, i + j * 5)}</div>`)}${extra.includes(i) ? times(4, (j) => `<div class="event">${prose(2, i + j + 3)}</div>`) : ''}</div>`)}</div>`,
  );
}

/** Plans side by side, the columns of one width. */
function plans(columns: readonly number[], button = '#0b6e4f'): string {
  const css = `.plans { display: flex; gap: 20px; padding: 30px } .plan { width: 280px; border: 1px solid #cdd6d0; border-radius: 12px; padding: 22px } .plan strong { font-size: 30px; display: block } .plan li { margin: 5px 0 } .buy { margin-top: 14px; text-align: center; color: #fff; padding: 9px; border-radius: 6px; background: #0b6e4f } .plan[data-plan="3"] .buy { background: ${button} }`;
  return page(
    css,
    `<div class="plans">${columns.map((i) => `<div class="plan" data-plan="${i}">${prose(1, i + 3)}<strong>${(i + 1) * 12} €</strong><ul>${times(6, (j) => `<li>${prose(3, i * 7 + j)}</li>`)}</ul><div class="buy">Choose</div></div>`).join('')}</div><div style="padding: 0 30px">${paragraphs(3, 6)}</div>`,
  );
}

/** A product: crumbs, an image with text around it, questions. */
function product({ crumbs = 3, image = 220, note = '', price = '48.00' } = {}): string {
  const css =
    'main { width: 980px; margin: 0 auto } .crumbs { padding: 14px 0; color: #667; font-size: 13px } .crumbs span::after { content: "›"; margin: 0 8px } .note { background: #fff3d6; border: 1px solid #eccb7a; padding: 12px 18px } .image { float: left; width: 360px; margin: 6px 28px 12px 0; border-radius: 8px; background: repeating-linear-gradient(45deg, #a9c6de 0 14px, #7da5c6 14px 25px) } .price { font-size: 26px; color: #a11 } details { clear: both; border-top: 1px solid #dde; padding: 12px 0 }';
  return page(
    css,
    `${note === '' ? '' : `<div class="note">${note}</div>`}<main><div class="crumbs">${times(crumbs, (i) => `<span>${prose(1, i * 5 + 2)}</span>`)}${prose(2, 3)}</div><div class="image" style="height: ${image}px"></div><h1>${prose(3, 12)}</h1><div class="price">${price} €</div>${paragraphs(5, 40)}${times(9, (i) => `<details open><summary>${prose(5, i + 61)}</summary>${prose(36, i + 15)}</details>`)}</main>`,
  );
}

/** A log: lines of one height, some with an icon. */
function log(lines: readonly number[]): string {
  const css =
    'body { background: #14181d; color: #c8d1da; font: 13px/20px monospace } .line { padding: 0 16px; white-space: pre } .line:nth-child(2n) { background: #1a2027 } .bad { color: #ff8f7a }';
  return page(
    css,
    lines
      .map(
        (i) =>
          `<div class="line${i % 9 === 4 ? ' bad' : ''}">${String(10_000 + i * 37)}  ${prose(7, i)}</div>`,
      )
      .join(''),
  );
}

const pair = (
  half: 'fifth' | 'unheard',
  name: string,
  kind: AlignPair['kind'],
  before: string,
  after: string,
  width?: number,
): AlignPair => ({ name, half, kind, before, after, ...(width !== undefined && { width }) });

const labels = ['Routes', 'Harbors', 'Prices', 'News', 'Contact'];
const withNew = (list: readonly number[], at: number, one: number) => [
  ...list.slice(0, at),
  one,
  ...list.slice(at),
];

export const fifthPairs: AlignPair[] = [
  pair(
    'fifth',
    'navigation, a label inserted',
    'shift',
    site(labels),
    site(['Routes', 'Freight', ...labels.slice(1)]),
  ),
  pair(
    'fifth',
    'people, a striped row inserted',
    'shift',
    people(range(40)),
    people(withNew(range(40), 7, 77)),
  ),
  pair('fifth', 'product, a note at the top', 'shift', product(), product({ note: prose(22, 5) })),
  pair('fifth', 'product, a taller image beside its text', 'shift', product(), product({ image: 262 })),
  pair('fifth', 'inbox, a letter came', 'shift', inbox(range(20), 4), inbox([55, ...range(20)], 5)),
  pair('fifth', 'plans, a column removed', 'shift', plans([0, 1, 2, 3]), plans([0, 2, 3])),
  pair(
    'fifth',
    'people, a state below a new striped row',
    'small',
    people(range(40)),
    people(withNew(range(40), 7, 77), 'blocked'),
  ),
  pair(
    'unheard',
    'navigation, a label removed',
    'shift',
    site(
      labels,
      'header { background: #fff; color: #123; border-bottom: 1px solid #ccd } header a { margin-right: 34px }',
    ),
    site(
      labels.filter((label) => label !== 'Harbors'),
      'header { background: #fff; color: #123; border-bottom: 1px solid #ccd } header a { margin-right: 34px }',
    ),
  ),
  pair('unheard', 'tab bar, a tab inserted', 'shift', tabBar(range(7)), tabBar(withNew(range(7), 2, 9))),
  pair(
    'unheard',
    'settings, a striped entry removed',
    'shift',
    settings(range(30)),
    settings(range(30).filter((i) => i !== 6)),
  ),
  pair('unheard', 'log, a striped line inserted', 'shift', log(range(70)), log(withNew(range(70), 12, 123))),
  pair('unheard', 'month, a fuller day', 'shift', month([]), month([9])),
  pair('unheard', 'product, another crumb', 'shift', product(), product({ crumbs: 4 })),
  pair(
    'unheard',
    'plans, another button beside a new column',
    'small',
    plans([0, 2, 3]),
    plans([0, 1, 2, 3], '#0b4f6e'),
  ),
  pair('unheard', 'product, another price', 'trap', product(), product({ price: '46.00' })),
];
