import { describe, expect, it } from 'vitest';
import { familiesOf, foldVariants, splitVariant, variantLabel } from './variants.ts';

const names = ['a', 'a@phone', 'a@phone@dark', 'b@phone', '/@scope/x', '/user/me@home?x=1', 'c@1', 'c@2'];
const rowOf = (id: number) => (names[id] === undefined ? undefined : { name: names[id] });
const order = names.map((_, id) => id);

describe('variants', () => {
  it('are told by the parts of a name behind its page', () => {
    expect(splitVariant('a@phone@dark')).toEqual({ base: 'a', variant: 'phone@dark' });
    expect(splitVariant('/shop/cart@390x844')).toEqual({ base: '/shop/cart', variant: '390x844' });
    for (const name of ['a', '@a', 'a@', '/@scope/x', '/x/@y', '/x@y?z=1', ''])
      expect(splitVariant(name), name).toBeNull();
    expect(splitVariant('/x?step=2@phone')).toEqual({ base: '/x?step=2', variant: 'phone' });
    expect([variantLabel('a'), variantLabel('a@phone@dark')]).toEqual(['default', 'phone · dark']);
  });

  it('of one page are one row, where the first of them is, and stand for what is listed', () => {
    const families = familiesOf(order, rowOf);
    expect(families.get(1)).toEqual({ base: 'a', ids: [0, 1, 2] });
    expect(families.get(3)).toBeUndefined();
    const sections = [
      { key: 'differences', title: 'Differences', ids: [2, 3] },
      { key: 'rest', title: 'Everything else', ids: [0, 4, 6, 7] },
    ];
    const { sections: folded, members } = foldVariants(sections, families, new Map([['c', 7]]));
    expect(folded.map(({ ids }) => ids)).toEqual([
      [2, 3],
      [4, 7],
    ]);
    expect(folded[1]?.count).toBe(4);
    expect([...members]).toEqual([
      [2, [0, 2]],
      [7, [6, 7]],
    ]);
  });
});
