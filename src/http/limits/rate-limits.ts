import type { Principal } from '../../domain/people/access.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { callerNetwork } from '../../domain/network/network-address.ts';
import type { Clock } from '../../ports/clock.ts';

export interface RateLimitSettings {
  /** For one key or one person; 0: no limit. */
  maxRequestsPerMinute: number;
  /** For one address without credentials; 0: no limit. */
  maxAnonymousRequestsPerMinute: number;
}

/** Who a request is counted for: a key, a person, or else an address, of IPv6 its /64. */
export function callerOf(principal: Principal, address: string): string {
  if (principal.kind === 'key') return `key ${principal.keyId}`;
  return principal.kind === 'user' ? `user ${principal.userId}` : `address ${callerNetwork(address)}`;
}

/** Remaining requests, and when they were computed. */
interface Allowance {
  left: number;
  at: number;
}

/** Maximum tracked callers; the longest idle are evicted first. */
const maxCallers = 10_000;
const minuteMs = 60_000;

/**
 * Limits each caller's requests per minute (token bucket): in a burst or
 * spread out, with an even refill. A server without logins has no limits.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #settings: RateLimitSettings;
  readonly #callers = new Map<string, Allowance>();

  constructor(clock: Clock, settings: RateLimitSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** @throws AppError `rate_limited` */
  take(principal: Principal, address: string): void {
    if (principal.kind === 'local') return;
    const { maxRequestsPerMinute, maxAnonymousRequestsPerMinute } = this.#settings;
    this.#take(
      callerOf(principal, address),
      principal.kind === 'anonymous' ? maxAnonymousRequestsPerMinute : maxRequestsPerMinute,
    );
  }

  #take(caller: string, perMinute: number): void {
    if (perMinute === 0) return;
    const now = this.#clock.monotonicMs();
    const before = this.#callers.get(caller) ?? { left: perMinute, at: now };
    const left = Math.min(perMinute, before.left + ((now - before.at) / minuteMs) * perMinute);
    this.#callers.delete(caller);
    this.#callers.set(caller, { left: Math.max(0, left - 1), at: now });
    if (this.#callers.size > maxCallers) this.#callers.delete(this.#callers.keys().next().value!);
    if (left >= 1) return;
    const waitSeconds = Math.max(1, Math.ceil(((1 - left) * minuteMs) / perMinute / 1_000));
    throw new AppError(
      'rate_limited',
      `The limit of ${perMinute} requests per minute is exceeded. Try again in ${waitSeconds} s.`,
      { details: retryAfter(waitSeconds) },
    );
  }
}
