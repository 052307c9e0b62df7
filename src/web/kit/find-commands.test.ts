import { describe, expect, it } from 'vitest';
import { findCommands, type Command } from './find-commands.ts';

const command = (kind: string, title: string, detail?: string): Command => ({
  id: `${kind} ${title}`,
  kind,
  title,
  ...(detail !== undefined && { detail }),
  run: () => undefined,
});

describe('finding commands', () => {
  const all = [
    command('Builds', 'My shop'),
    command('Builds', 'Shop'),
    command('Runs', '/shop/cart', 'Differs'),
    command('Runs', '/about', 'Same'),
  ];

  it('wants every word, in the name or beside it, and puts names that begin with the text first', () => {
    const titles = (text: string) =>
      findCommands(all, text).groups.map(({ kind, commands }) => [kind, ...commands.map((one) => one.title)]);
    expect(titles('shop')).toEqual([
      ['Builds', 'Shop', 'My shop'],
      ['Runs', '/shop/cart'],
    ]);
    expect(titles('  DIFFERS cart ')).toEqual([['Runs', '/shop/cart']]);
    expect(titles('nothing')).toEqual([]);
  });

  it('shows eight of each kind and counts all of 10,000 in a few milliseconds', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => command('Runs', `/products/${index}`));
    findCommands(many, 'warm');
    const began = performance.now();
    const { groups, count } = findCommands(many, '99');
    expect(performance.now() - began).toBeLessThan(50);
    expect(groups[0]?.commands).toHaveLength(8);
    expect(count).toBeGreaterThan(200);
  });
});
