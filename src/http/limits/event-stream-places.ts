import type { Principal } from '../../domain/people/access.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { callerOf } from './rate-limits.ts';

export interface EventStreamLimits {
  /** Concurrent event streams; further ones get 503. */
  maxEventStreams: number;
  /** The same for one key, person or address; further ones get 429. */
  maxEventStreamsPerCaller: number;
}

/** Maximum share of slots for anonymous callers, and the same for keys: the rest is for signed-in people. */
const shareOfOthers = 1 / 4;
const retryAfterSeconds = 10;

/** Allocates event stream slots, so that no caller takes them all. */
export class EventStreamPlaces {
  readonly #limits: EventStreamLimits;
  readonly #byCaller = new Map<string, number>();
  readonly #byKind = new Map<Principal['kind'], number>();
  #count = 0;

  constructor(limits: EventStreamLimits) {
    this.#limits = limits;
  }

  /**
   * @returns a function that frees the slot, once
   * @throws AppError `rate_limited` for a caller at its limit, `unavailable` when all slots are taken
   */
  take(principal: Principal, address: string): () => void {
    const { maxEventStreams, maxEventStreamsPerCaller } = this.#limits;
    const { kind } = principal;
    const caller = callerOf(principal, address);
    const own = this.#byCaller.get(caller) ?? 0;
    if (kind !== 'local' && own >= maxEventStreamsPerCaller) {
      throw new AppError(
        'rate_limited',
        `You are already watching ${own} releases. Close some of them, or try again in ${retryAfterSeconds} s.`,
        { details: retryAfter(retryAfterSeconds) },
      );
    }
    const ofKind = this.#byKind.get(kind) ?? 0;
    const isOther = kind === 'anonymous' || kind === 'key';
    const limitOfKind = isOther ? Math.floor(maxEventStreams * shareOfOthers) : maxEventStreams;
    if (this.#count >= maxEventStreams || ofKind >= limitOfKind) {
      throw new AppError('unavailable', 'Too many people are watching at once. Try again later.', {
        details: retryAfter(retryAfterSeconds),
      });
    }
    this.#count++;
    this.#byKind.set(kind, ofKind + 1);
    this.#byCaller.set(caller, own + 1);
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.#count--;
      this.#byKind.set(kind, this.#byKind.get(kind)! - 1);
      const left = this.#byCaller.get(caller)! - 1;
      if (left > 0) this.#byCaller.set(caller, left);
      else this.#byCaller.delete(caller);
    };
  }
}
