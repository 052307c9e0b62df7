import { describe, expect, it } from 'vitest';
import { formatSearch, parseSearch } from './search.ts';

const odd = [
  'a+b c',
  '100%',
  '%2B',
  '?x=1&y=2#z',
  '"1"',
  'true',
  '{"a":1}',
  '000123',
  'تقرير 🚀 \u202Ereversed',
  '/checkout?step=2',
  '__proto__',
  'x'.repeat(255),
];

describe('search part of an address', () => {
  it.each(odd)('carries %j unchanged', (name) => {
    const text = formatSearch({ id: '1', name });
    expect(parseSearch(text)).toEqual({ id: '1', name });
    expect(formatSearch(parseSearch(text))).toBe(text);
  });

  it('reads what the server writes', () => {
    const written = new URLSearchParams({ id: '7', name: 'r 1+2', number: '3' }).toString();
    expect(parseSearch(`?${written}`)).toEqual({ id: '7', name: 'r 1+2', number: '3' });
  });

  it('leaves out what is empty, takes the first of two, and keeps odd names', () => {
    expect(formatSearch({ a: '', b: undefined, c: 'x' })).toBe('?c=x');
    expect(parseSearch('a=1&a=2&__proto__=3')['a']).toBe('1');
    expect(Object.keys(parseSearch('__proto__=3'))).toEqual(['__proto__']);
  });

  it('survives half a character', () => {
    expect(parseSearch(formatSearch({ name: 'a\ud800' }))).toEqual({ name: 'a\uFFFD' });
  });
});
