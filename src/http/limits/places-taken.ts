/** How many places each name holds now. A name that holds none takes no memory. */
export class PlacesTaken {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** Of all names. */
  get total(): number {
    return this.#total;
  }

  by(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** @returns frees the place; only the first call counts */
  take(name: string): () => void {
    this.#total++;
    this.#counts.set(name, this.by(name) + 1);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#total--;
      const left = this.by(name) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    };
  }
}
