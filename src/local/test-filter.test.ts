import { describe, expect, it } from 'vitest';
import { createTestFilter, matchesPattern } from './test-filter.ts';

const names = ['home', 'home-page', 'cart', 'cart@phone', 'about@phone', 'x-y'];
const chosen = (filter: string): string[] => names.filter(createTestFilter(filter, names));

describe('createTestFilter', () => {
  it.each([
    ['', names],
    ['*', names],
    ['home', ['home']],
    ['home*', ['home', 'home-page']],
    ['home:cart', ['home', 'cart']],
    ['*-*@phone', ['home', 'home-page', 'cart', 'x-y']],
    ['-home', ['home-page', 'cart', 'cart@phone', 'about@phone', 'x-y']],
    ['-home:cart*', ['home-page', 'about@phone', 'x-y']],
    ['c*-*@phone:other', ['cart']],
    ['????', ['home', 'cart']],
    ['nothing', []],
    ['home-page', ['home-page']],
    ['cart:home-page', ['home-page', 'cart']],
    ['*-home-page', ['home', 'cart', 'cart@phone', 'about@phone', 'x-y']],
    ['home?page', ['home-page']],
    ['-', names],
  ])('%s', (filter, expected) => {
    expect(chosen(filter).sort()).toEqual([...expected].sort());
  });
});

describe('matchesPattern', () => {
  it('takes every other character literally', () => {
    expect(matchesPattern('a.c', 'abc')).toBe(false);
    expect(matchesPattern('(a+)+$', '(a+)+$')).toBe(true);
    expect(matchesPattern('?', '😀')).toBe(true);
  });

  it('ends quickly for patterns that make others backtrack', () => {
    const start = performance.now();
    expect(matchesPattern(`${'*a'.repeat(30)}b`, 'a'.repeat(255))).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
