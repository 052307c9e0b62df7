import { AppError, retryAfter } from '../../base/errors.ts';
import { PlacesTaken } from './places-taken.ts';
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
  readonly #ofCallers = new PlacesTaken();
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
    let leave: (() => void) | undefined;
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#count--;
      leave?.();
    };
    const claim = async (caller: string) => {
      const { maxRequestsAtWorkPerCaller: limit } = this.#limits;
      if (this.#ofCallers.by(caller) >= limit) {
        end();
        await this.#refusals.pass();
        throw busy(`You have more than ${limit} requests in progress. Try again in a second.`);
      }
      if (!hasEnded) leave = this.#ofCallers.take(caller);
    };
    return { claim, end };
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
