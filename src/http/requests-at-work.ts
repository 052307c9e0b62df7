import { AppError } from '../domain/errors.ts';

/** Counts requests at work and refuses more than the server can answer in time. */
export class RequestsAtWork {
  readonly #limit: number;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws AppError `unavailable` */
  begin(): void {
    if (this.#count >= this.#limit) {
      throw new AppError('unavailable', 'The server is busy. Try again in a second.', {
        details: { retryAfterSeconds: 1 },
      });
    }
    this.#count++;
  }

  end(): void {
    this.#count--;
  }
}
