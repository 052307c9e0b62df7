import { AppError, retryAfter } from '../../base/errors.ts';
import { RefusalDelay } from './refusal-delay.ts';

export interface AtWorkLimits {
  maxRequestsAtWork: number;
  maxRequestsAtWorkPerCaller: number;
  busyRefusalDelayMs: number;
  maxDelayedBusyRefusals: number;
}

/**
 * Counts running requests and refuses more than the server or one caller may have. A refusal comes late and holds no place
 * meanwhile: thousands of refusals a second would leave no time for the requests that run.
 */
export class RequestsAtWork {
  readonly #limits: AtWorkLimits;
  readonly #refusals: RefusalDelay;
  readonly #byCaller = new Map<string, number>();
  #count = 0;

  constructor(limits: AtWorkLimits) {
    this.#limits = limits;
    this.#refusals = new RefusalDelay(limits.busyRefusalDelayMs, limits.maxDelayedBusyRefusals);
  }

  /** @throws AppError `unavailable` */
  async begin(): Promise<RequestAtWork> {
    if (this.#count >= this.#limits.maxRequestsAtWork) {
      await this.#refusals.pass();
      throw busy('The server is busy. Try again in a second.');
    }
    this.#count++;
    let caller: string | undefined;
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#count--;
      if (caller !== undefined) this.#add(caller, -1);
    };
    const claim = async (by: string) => {
      const { maxRequestsAtWorkPerCaller: limit } = this.#limits;
      if ((this.#byCaller.get(by) ?? 0) >= limit) {
        end();
        await this.#refusals.pass();
        throw busy(`You have more than ${limit} requests in progress. Try again in a second.`);
      }
      if (hasEnded) return;
      caller = by;
      this.#add(by, 1);
    };
    return { claim, end };
  }

  #add(caller: string, step: number): void {
    const count = (this.#byCaller.get(caller) ?? 0) + step;
    if (count > 0) this.#byCaller.set(caller, count);
    else this.#byCaller.delete(caller);
  }
}

export interface RequestAtWork {
  /**
   * Assigns it to its caller.
   *
   * @throws AppError `unavailable`; it has ended then
   */
  claim(caller: string): Promise<void>;
  end(): void;
}

function busy(sentence: string): AppError {
  return new AppError('unavailable', sentence, { details: retryAfter(1) });
}
