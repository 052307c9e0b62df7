import type { Principal } from '../../domain/people/access.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { callerNetwork } from '../../domain/network/network-address.ts';
import type { Clock } from '../../ports/clock.ts';

export interface RateLimitSettings {
  /** Of one key or one person; 0: any number. */
  maxRequestsPerMinute: number;
  /** Of one address that says not who it is; 0: any number. */
  maxAnonymousRequestsPerMinute: number;
}

/** Who a request is counted for: a key, a person, or else an address, of IPv6 its /64. */
export function callerOf(principal: Principal, address: string): string {
  if (principal.kind === 'key') return `key ${principal.keyId}`;
  return principal.kind === 'user' ? `user ${principal.userId}` : `address ${callerNetwork(address)}`;
}

/** What may still be asked, and when that was reckoned. */
interface Allowance {
  left: number;
  at: number;
}

/** Callers kept at most; those that were quiet longest go first. */
const maxCallers = 10_000;
const minuteMs = 60_000;

/**
 * Keeps one caller from using up the server for all: each may ask as often as the limit says in a minute, in one go or
 * spread out; what was used comes back evenly. A server without logins has no limits.
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
      `More than ${perMinute} requests a minute. Try again in ${waitSeconds} s.`,
      { details: retryAfter(waitSeconds) },
    );
  }
}
