/** Answers refusals late, so that callers that try again at once do not keep the server busy with refusing them. */
export class RefusalDelay {
  readonly #delayMs: number;
  readonly #maxAtOnce: number;
  #waiting = 0;

  /** @param maxAtOnce while so many wait, further ones do not */
  constructor(delayMs: number, maxAtOnce: number) {
    this.#delayMs = delayMs;
    this.#maxAtOnce = maxAtOnce;
  }

  async pass(): Promise<void> {
    if (this.#waiting >= this.#maxAtOnce) return;
    this.#waiting++;
    await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    this.#waiting--;
  }
}
