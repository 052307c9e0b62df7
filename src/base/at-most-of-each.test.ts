import { expect, it } from 'vitest';
import { atMostOfEach } from './at-most-of-each.ts';

it('keeps the first of each key, in their order', () => {
  const items = ['a1', 'b1', 'a2', 'a3', 'c1', 'b2', 'b3'];
  expect(atMostOfEach(items, (item) => item[0], 2)).toEqual(['a1', 'b1', 'a2', 'c1', 'b2']);
  expect(atMostOfEach(items, (item) => item[0], 0)).toEqual([]);
});
