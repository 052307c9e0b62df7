import { AppError, retryAfter } from '../../base/errors.ts';

export interface AtWorkLimits {
  maxRequestsAtWork: number;
  maxRequestsAtWorkPerCaller: number;
}

/** Counts requests at work and refuses more than the server can answer in time, or than one caller may hold. */
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
   * One that has begun, and is now known to be this caller's.
   *
   * @returns ends its part of the count
   * @throws AppError `unavailable`
   */
  claim(caller: string): () => void {
    const held = this.#byCaller.get(caller) ?? 0;
    const { maxRequestsAtWorkPerCaller: limit } = this.#limits;
    if (held >= limit)
      throw busy(`More than ${limit} requests of yours are under way. Try again in a second.`);
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
