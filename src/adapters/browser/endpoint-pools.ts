import { AppError } from '../../base/errors.ts';
import type { BrowserLease, BrowserPool } from './browser-pool.ts';

/** An endpoint that does not work is left out for this long, twice as long each time, up to the limit. */
const firstAbsenceMs = 10_000;
const longestAbsenceMs = 300_000;

interface Place {
  pool: Pick<BrowserPool, 'lease' | 'close'>;
  active: number;
  absentUntil: number;
  absenceMs: number;
}

/** Spreads captures over browsers at several endpoints: each goes to the least busy one that works. */
export class EndpointPools {
  readonly #places: Place[];
  readonly #onNotice: (sentence: string) => void;
  readonly #now: () => number;

  /**
   * @param pools one per endpoint
   * @param now monotonic milliseconds
   */
  constructor(
    pools: readonly Pick<BrowserPool, 'lease' | 'close'>[],
    onNotice: (sentence: string) => void,
    now: () => number,
  ) {
    this.#places = pools.map((pool) => ({ pool, active: 0, absentUntil: -Infinity, absenceMs: 0 }));
    this.#onNotice = onNotice;
    this.#now = now;
  }

  /** @throws AppError `browser_missing`, of the endpoint that was tried last, when none works */
  async lease(): Promise<BrowserLease> {
    let problem: unknown;
    for (const place of this.#inOrder()) {
      place.active++;
      try {
        const lease = await place.pool.lease();
        place.absenceMs = 0;
        place.absentUntil = -Infinity;
        return { ...lease, release: (broken) => this.#release(place, lease, broken) };
      } catch (error) {
        place.active--;
        problem = error;
        this.#leaveOut(place);
        if (error instanceof AppError && error.code === 'browser_missing') this.#onNotice(error.message);
      }
    }
    throw problem;
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.map(({ pool }) => pool.close()));
  }

  /** Those that work, least busy first; then the others, so that one that is well again is found. */
  #inOrder(): Place[] {
    const now = this.#now();
    const isAbsent = (place: Place) => place.absentUntil > now;
    return this.#places.toSorted(
      (a, b) =>
        Number(isAbsent(a)) - Number(isAbsent(b)) || a.active - b.active || a.absentUntil - b.absentUntil,
    );
  }

  #leaveOut(place: Place): void {
    place.absenceMs = Math.min(longestAbsenceMs, Math.max(firstAbsenceMs, place.absenceMs * 2));
    place.absentUntil = this.#now() + place.absenceMs;
  }

  async #release(place: Place, lease: BrowserLease, broken = false): Promise<void> {
    place.active--;
    if (broken) this.#leaveOut(place);
    await lease.release(broken);
  }
}
