export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** The sum of counts, as the kernel gives them. */
export function total(counts: Uint32Array): number {
  let all = 0;
  for (let index = 0; index < counts.length; index++) all += counts[index]!;
  return all;
}
