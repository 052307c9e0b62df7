import type { Principal } from '../../domain/people/access.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { PlacesTaken } from './places-taken.ts';
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
  readonly #ofCallers = new PlacesTaken();
  readonly #ofKinds = new PlacesTaken();

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
    const own = this.#ofCallers.by(caller);
    if (kind !== 'local' && own >= maxEventStreamsPerCaller) {
      throw new AppError(
        'rate_limited',
        `You are already watching ${own} releases. Close some of them, or try again in ${retryAfterSeconds} s.`,
        { details: retryAfter(retryAfterSeconds) },
      );
    }
    const isOther = kind === 'anonymous' || kind === 'key';
    const limitOfKind = isOther ? Math.floor(maxEventStreams * shareOfOthers) : maxEventStreams;
    if (this.#ofKinds.total >= maxEventStreams || this.#ofKinds.by(kind) >= limitOfKind) {
      throw new AppError('unavailable', 'Too many people are watching at once. Try again later.', {
        details: retryAfter(retryAfterSeconds),
      });
    }
    const ends = [this.#ofKinds.take(kind), this.#ofCallers.take(caller)];
    return () => {
      for (const end of ends) end();
    };
  }
}
