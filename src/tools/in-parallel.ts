/**
 * Works on items as they arrive, a limited number at a time; takes the next one only when there is room for it.
 *
 * @param work gets a signal that aborts when another item's work fails or the caller's signal aborts
 * @throws the first error of `work` or of the items, after all work in progress has ended
 */
export async function inParallel<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  concurrency: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    while (!either.aborted) {
      const next = await iterator.next();
      if (next.done === true) return;
      if (!either.aborted) await work(next.value, either);
    }
  };
  const lanes = Array.from({ length: concurrency }, () =>
    lane().catch((error: unknown) => {
      if (!either.aborted) failed.abort(error);
    }),
  );
  await Promise.all(lanes);
  if (either.aborted) {
    await iterator.return?.();
    throw either.reason;
  }
}
