/** The first items of each key, in their order. */
export function atMostOfEach<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
  most: number,
): Item[] {
  const counts = new Map<Key, number>();
  return items.filter((item) => {
    const key = keyOf(item);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= most;
  });
}
