import { AppError, retryAfter } from '../../base/errors.ts';

export interface AtWorkLimits {
  maxRequestsAtWork: number;
  maxRequestsAtWorkPerCaller: number;
}

/** Counts running requests and refuses more than the server or one caller may have. */
export class RequestsAtWork {
  readonly #limits: AtWorkLimits;
  readonly #byCaller = new Map<string, number>();
  #count = 0;

  constructor(limits: AtWorkLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws AppError `unavailable` */
  begin(): void {
    if (this.#count >= this.#limits.maxRequestsAtWork)
      throw busy('The server is busy. Try again in a second.');
    this.#count++;
  }

  /**
   * Assigns a running request to its caller.
   *
   * @returns a function that ends its count
   * @throws AppError `unavailable`
   */
  claim(caller: string): () => void {
    const held = this.#byCaller.get(caller) ?? 0;
    const { maxRequestsAtWorkPerCaller: limit } = this.#limits;
    if (held >= limit) throw busy(`You have more than ${limit} requests in progress. Try again in a second.`);
    this.#byCaller.set(caller, held + 1);
    return () => {
      const left = this.#byCaller.get(caller)! - 1;
      if (left > 0) this.#byCaller.set(caller, left);
      else this.#byCaller.delete(caller);
    };
  }

  end(): void {
    this.#count--;
  }
}

function busy(sentence: string): AppError {
  return new AppError('unavailable', sentence, { details: retryAfter(1) });
}
