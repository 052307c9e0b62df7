/** Items that one side puts in at any time and the other takes out in order, waiting where there is none. */
export class Channel<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #isClosed = false;
  #wake: () => void = () => undefined;

  put(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** No item follows. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift()!;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
