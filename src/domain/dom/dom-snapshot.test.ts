import { expect, test } from 'vitest';
import { packDom, unpackDom } from '../../adapters/dom/dom-file.ts';
import { domFromText, domLimits, domToText, recordedStyles, type DomSnapshot } from './dom-snapshot.ts';
import { keptText, shownText } from './kept-text.ts';

const element = { tag: 'p', id: '', className: 'a', text: 'Hello', parent: -1 };
const box = { left: -3, top: 2, width: 10, height: 20 };
const styles = recordedStyles.map((style) => `of ${style}`);
const snapshot: DomSnapshot = {
  elements: [
    { ...element, styles, box },
    { ...element, styles: [], box, parent: 0 },
  ],
};

test('what is written is read', () => {
  expect(domFromText(domToText(snapshot))).toEqual(snapshot);
  expect(unpackDom(packDom(snapshot))).toEqual(snapshot);
  expect(unpackDom(packDom({ elements: [] }))).toEqual({ elements: [] });
});

test('anything else is no snapshot', () => {
  const good = JSON.parse(domToText(snapshot)) as Record<string, unknown>;
  for (const wrong of [
    { version: 2 },
    { strings: 'x' },
    { strings: [1] },
    { strings: ['x'.repeat(domLimits.text + 1)] },
    { styles: [[0]] },
    { styles: [[-1]] },
    { elements: [0, 1] },
    { elements: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1] },
    { elements: [-1, 0, 0, 0, 99, 0, 0, 0, 1, 1] },
    { elements: [-1, 0, 0, 0, 0, 0, 0, 0, -1, 1] },
    { elements: [-1, 0, 0, 0, 0, 0, 0.5, 0, 1, 1] },
    { elements: null },
  ])
    expect(domFromText(JSON.stringify({ ...good, ...wrong })), JSON.stringify(wrong)).toBeNull();
  for (const text of ['', 'null', '[]', '{}', '{"version":1']) expect(domFromText(text)).toBeNull();
  expect(unpackDom(new Uint8Array([1, 2, 3]))).toBeNull();
  expect(unpackDom(packDom(snapshot).subarray(0, 30))).toBeNull();
});

test('long texts stay different', () => {
  const long = 'x'.repeat(domLimits.text);
  expect(keptText(long)).toBe(long);
  const [one, other] = [keptText(`${long}1`), keptText(`${long}2`)];
  expect(one).toHaveLength(domLimits.text);
  expect(one).not.toBe(other);
  expect(shownText(one)).toBe(shownText(other));
  expect(shownText(one)).toMatch(/x…$/);
  expect(shownText('short')).toBe('short');
});
