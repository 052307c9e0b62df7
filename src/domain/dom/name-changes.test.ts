import { describe, expect, test } from 'vitest';
import type { Box, Change } from '../comparison/alignment.ts';
import { recordedStyles, type DomElement, type DomSnapshot, type RecordedStyle } from './dom-snapshot.ts';
import { nameChanges } from './name-changes.ts';
import { nameWords } from './name-words.ts';
import { pairTrees } from './pair-trees.ts';

interface Node {
  name: string;
  text: string;
  box: readonly [number, number, number, number];
  styles: Partial<Record<RecordedStyle, string>>;
  children: Node[];
}

/** `el('p#id.class', [left, top, width, height], 'text', …children)` */
const el = (name: string, box: Node['box'], text = '', ...children: Node[]): Node => ({
  name,
  box,
  text,
  children,
  styles: {},
});
const styled = (node: Node, styles: Node['styles']): Node => ({ ...node, styles });

const initial: Partial<Record<RecordedStyle, string>> = {
  color: 'rgb(0, 0, 0)',
  'background-color': 'rgb(255, 255, 255)',
  'font-size': '16px',
  'border-top-width': '0px',
  visibility: 'visible',
  opacity: '1',
};
const isPassedOn = (style: RecordedStyle) => !/^(background|border|opacity|box|padding|margin)/.test(style);

function snapshot(root: Node): DomSnapshot {
  const elements: DomElement[] = [];
  const add = (node: Node, parent: number): void => {
    const [, tag, id = '', className = ''] = /^([^#.]+)(?:#([^.]+))?(?:\.(.+))?$/.exec(node.name)!;
    const [left, top, width, height] = node.box;
    const styles = recordedStyles.map((style, at) => {
      const above = parent === -1 || !isPassedOn(style) ? undefined : elements[parent]!.styles[at];
      return node.styles[style] ?? above ?? initial[style] ?? '';
    });
    const index = elements.push({
      tag: tag!,
      id,
      className,
      text: node.text,
      box: { left, top, width, height },
      styles,
      parent,
    });
    for (const child of node.children) add(child, index - 1);
  };
  add(root, -1);
  return { elements };
}

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });

function change(kind: Change['kind'], before: Box | null, after: Box | null): Change {
  return { kind, before, after, changedPixels: 1, fingerprint: `fp1:${'0'.repeat(32)}` };
}

/** The name of a change in words. */
function named(before: Node, after: Node, ...given: Parameters<typeof change>): string | undefined {
  const [result] = nameChanges(snapshot(before), snapshot(after), [change(...given)]);
  return result!.name === undefined ? undefined : nameWords(result!.name);
}

const body = (...children: Node[]) =>
  el('html', [0, 0, 800, 600], '', el('body', [0, 0, 800, 600], '', ...children));
const header = (label: string) =>
  el('header', [0, 0, 800, 50], '', el('a', [10, 10, 80, 20], label), el('a', [100, 10, 80, 20], 'About'));
const paragraph = (text: string, top: number, name = 'p') => el(name, [0, top, 800, 20], text);

describe('a change is named after', () => {
  test('the element whose text differs', () => {
    const at = box(12, 12, 60, 12);
    expect(named(body(header('Sale')), body(header('Clearance')), 'changed', at, at)).toBe(
      'header > a: text "Sale" → "Clearance"',
    );
  });

  test('the element that was added, not its neighbor that took its place', () => {
    const section = (...children: Node[]) =>
      el('section', [0, 100, 800, 20 * children.length], '', ...children);
    const before = body(section(paragraph('One', 100), paragraph('Two', 120)));
    const after = body(
      section(paragraph('One', 100), paragraph('Fresh', 120, 'p.new'), paragraph('Two', 140)),
    );
    expect(named(before, after, 'added', null, box(0, 120, 60, 18))).toBe('section > p.new: added "Fresh"');
    expect(named(after, before, 'removed', box(0, 120, 60, 18), null)).toBe(
      'section > p.new: removed "Fresh"',
    );
  });

  test('the element that changed its place, which was not added', () => {
    const list = (...items: readonly [string, number][]) =>
      body(el('ul', [0, 100, 800, 90], '', ...items.map(([text, top]) => paragraph(text, top, 'li'))));
    const before = list(['One', 100], ['Two', 120], ['Three', 140], ['Four', 160]);
    const after = list(['Two', 100], ['Three', 120], ['Four', 140], ['One', 160]);
    expect(named(before, after, 'reordered', box(4, 104, 60, 12), box(4, 164, 60, 12))).toBe(
      'ul > li: moved "One"',
    );
    // The image says which one moved: of two that changed places, the structure keeps one, whichever.
    const swapped = list(['One', 100], ['Three', 120], ['Two', 140], ['Four', 160]);
    expect(named(before, swapped, 'reordered', box(4, 124, 60, 12), box(4, 144, 60, 12))).toBe(
      'ul > li: moved "Two"',
    );
    expect(named(before, swapped, 'reordered', box(4, 144, 60, 12), box(4, 124, 60, 12))).toBe(
      'ul > li: moved "Three"',
    );
    expect(named(before, swapped, 'reordered', box(4, 144, 60, 12), box(4, 300, 60, 12))).toBe(undefined);
  });

  test('the topmost of what was added together', () => {
    const card = el(
      'div.card',
      [0, 300, 300, 200],
      '',
      el('h3', [10, 310, 280, 30], 'Title'),
      paragraph('Text', 350),
    );
    const before = body(el('main#content', [0, 0, 800, 300]));
    const after = body(el('main#content', [0, 0, 800, 500], '', card));
    expect(named(before, after, 'added', null, box(0, 300, 300, 200))).toBe(
      'main#content > div.card: added "Title Text"',
    );
  });

  test('the element whose style differs, with at most three facts', () => {
    const button = (styles: Node['styles']) => body(styled(el('button.buy', [0, 0, 90, 30], 'Buy'), styles));
    const at = box(0, 0, 90, 30);
    expect(named(button({}), button({ 'background-color': 'rgb(255, 0, 16)' }), 'changed', at, at)).toBe(
      'button.buy: background-color #ffffff → #ff0010',
    );
    const many = { 'background-color': 'red', 'box-shadow': 'a', 'padding-top': '1px', 'margin-top': '2px' };
    expect(named(button({}), button(many), 'changed', at, at)!.split(', ')).toHaveLength(3);
  });

  test('the highest element that explains an inherited style', () => {
    const list = (color: string) =>
      body(
        header('Home'),
        styled(el('ul.links', [0, 100, 800, 40], '', paragraph('a', 100, 'li'), paragraph('b', 120, 'li')), {
          color,
        }),
      );
    const at = box(0, 102, 10, 12);
    expect(named(list('rgb(0, 0, 0)'), list('rgb(0, 0, 255)'), 'changed', at, at)).toBe(
      'ul.links: color #000000 → #0000ff',
    );
  });

  test('no text that moved by a fraction of a pixel: its box is rounded to another size', () => {
    const links = (left: number, width: number) =>
      body(el('nav', [0, 0, 800, 50], '', el('a', [left, 10, width, 20], 'Prices')));
    const at = box(300, 12, 60, 12);
    expect(named(links(223, 38), links(300, 37), 'changed', at, at)).toBeUndefined();
    expect(named(links(300, 38), links(300, 37), 'changed', box(300, 12, 38, 12), at)).toBe(
      'nav > a: size 38 × 20 px → 37 × 20 px',
    );
    expect(named(links(223, 38), links(300, 42), 'changed', at, at)).toBe(
      'nav > a: size 38 × 20 px → 42 × 20 px',
    );
  });

  test('the element that grew, only where it grew', () => {
    const main = (height: number) =>
      body(
        el('main', [0, 0, 800, height], '', el('img', [0, 0, 50, 50]), el('canvas', [100, 0, 50, height])),
      );
    const edge = box(100, 60, 50, 40);
    expect(named(main(60), main(100), 'resized', box(100, 0, 50, 60), edge)).toBe(
      'main > canvas: size 50 × 60 px → 50 × 100 px',
    );
    expect(named(main(60), main(100), 'changed', box(0, 0, 50, 50), box(0, 0, 50, 50))).toBeUndefined();
  });

  test('no element, if none differs there', () => {
    const at = box(700, 500, 20, 20);
    expect(named(body(header('Sale')), body(header('Clearance')), 'changed', at, at)).toBeUndefined();
  });
});

test('what is within the change comes before what is only near it', () => {
  const row = (price: string, note: string) =>
    body(el('td', [0, 0, 100, 20], price), el('td.note', [0, 20, 50, 20], note));
  const at = box(0, 2, 90, 18);
  expect(named(row('1', 'a'), row('2', 'b'), 'changed', at, at)).toBe('td: text "1" → "2"');
});

test('a color has no name in an element that shows no text', () => {
  const page = (color: string) => body(styled(el('div.empty', [0, 0, 100, 100]), { color }));
  const at = box(0, 0, 50, 50);
  expect(named(page('rgb(0, 0, 0)'), page('rgb(9, 9, 9)'), 'changed', at, at)).toBeUndefined();
});

test('a long text is shown from its first difference', () => {
  const lead = 'The quick brown fox jumps over the lazy dog and then';
  const at = box(0, 0, 100, 20);
  expect(
    named(body(paragraph(`${lead} rests`, 0)), body(paragraph(`${lead} sleeps`, 0)), 'changed', at, at),
  ).toBe('p: text "…and then rests" → "…and then sleeps"');
});

test('an element with another class is the same element if its id or text is', () => {
  const page = (name: string, text: string) => body(el(name, [0, 0, 100, 20], text), paragraph('rest', 20));
  const at = box(0, 0, 100, 20);
  expect(named(page('a#buy.plain', 'Buy'), page('a#buy.wide', 'Order'), 'changed', at, at)).toBe(
    'a#buy: text "Buy" → "Order"',
  );
  expect(named(page('a.plain', 'Buy'), page('a.wide', 'Buy'), 'changed', at, at)).toBeUndefined();
});

test('long lists of children are paired in order', () => {
  const rows = (count: number, prefix: string) =>
    snapshot(
      body(...Array.from({ length: count }, (_, index) => paragraph(`${prefix}${index % 1_500}`, index))),
    );
  const { afterOf } = pairTrees(rows(3_000, 'a'), rows(3_100, 'a'));
  expect(afterOf.filter((now) => now === -1)).toHaveLength(0);
  const { beforeOf } = pairTrees(rows(3_000, 'a'), rows(3_100, 'b'));
  expect(beforeOf.filter((old) => old === -1)).toHaveLength(100);
});

test('a name is one visible line', () => {
  const at = box(0, 0, 100, 20);
  expect(named(body(paragraph('a', 0)), body(paragraph('b\u202Ec', 0)), 'changed', at, at)).toBe(
    'p: text "a" → "b[U+202E]c"',
  );
});
