import type { ReleaseKey } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { onConnectionChange, connectionIsLost } from '../api/connection.ts';
import type { AppError } from '../../../base/errors.ts';
import { isPassing } from '../../../client/refusal.ts';
import { toProblem } from '../api/problem.ts';
import type { LiveState } from '../live/watch-release.ts';
import { watchRelease } from '../live/watch-release.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import type { ReleaseChanges } from '../api/shapes.ts';

export interface FeedState {
  isLoaded: boolean;
  /** Why loading failed, or the release that was loaded is refused; null while loading or once loaded. */
  problem: AppError | null;
  live: LiveState;
}

const retryMs = 2_000;
/** Shortest time between two reads of the missing pages. */
const missingPauseMs = 1_000;

/** Fills the store of a release: all runs and missing pages once, then changes, until closed. */
export class ReleaseFeed {
  state: FeedState = { isLoaded: false, problem: null, live: 'live' };
  #key: ReleaseKey;
  #store: ReleaseStore;
  #listeners = new Set<() => void>();
  #abort: AbortController | null = null;
  #endings: (() => void)[] = [];
  #missingTimer: ReturnType<typeof setTimeout> | null = null;
  #missingReadAt = -missingPauseMs;

  constructor(key: ReleaseKey, store: ReleaseStore) {
    this.#key = key;
    this.#store = store;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Does nothing when it is open. */
  open(): void {
    if (this.#abort !== null) return;
    this.#abort = new AbortController();
    void this.#load(this.#abort.signal);
  }

  close(): void {
    this.#abort?.abort();
    this.#abort = null;
    for (const end of this.#endings) end();
    this.#endings = [];
    clearTimeout(this.#missingTimer ?? undefined);
    this.#missingTimer = null;
  }

  /** Reloads all runs, e.g. after a problem. Keeps the order on screen. */
  reload(): void {
    this.close();
    this.#publish({ problem: null });
    this.open();
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const [answer, missing] = await Promise.all([
        api.listRuns(this.#key, { signal }),
        api.listMissing(this.#key, { signal }),
      ]);
      this.#store.missing.load(missing);
      this.#store.load(answer);
      this.#publish({ isLoaded: true, problem: null });
      this.#watch(answer.release.version, signal);
    } catch (error) {
      if (signal.aborted) return;
      const problem = toProblem(error);
      if (!this.state.isLoaded || !isPassing(problem)) this.#publish({ problem });
      if (!isPassing(problem)) return;
      const again = setTimeout(() => void this.#load(signal), retryMs);
      this.#endings.push(() => clearTimeout(again));
    }
  }

  #watch(version: number, signal: AbortSignal): void {
    const end = watchRelease(this.#key, version, {
      onChanges: (changes) => {
        this.#store.patch(changes);
        if (mayChangeMissing(changes, this.#store)) this.#readMissingSoon(signal);
      },
      onState: (live) => {
        this.#publish({ live });
        if (live === 'refused') this.reload();
      },
    });
    this.#endings.push(end);
  }

  /** Changes name no missing pages, so all are read again; many changes at once are one read. */
  #readMissingSoon(signal: AbortSignal): void {
    if (this.#missingTimer !== null) return;
    const wait = Math.max(0, this.#missingReadAt + missingPauseMs - performance.now());
    this.#missingTimer = setTimeout(() => {
      this.#missingReadAt = performance.now();
      this.#missingTimer = null;
      api.listMissing(this.#key, { signal }).then(
        (answer) => this.#store.missing.load(answer),
        (error: unknown) => {
          if (!signal.aborted && isPassing(toProblem(error))) this.#readMissingSoon(signal);
        },
      );
    }, wait);
  }

  #publish(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function mayChangeMissing({ counts }: ReleaseChanges, { missing }: ReleaseStore): boolean {
  return counts.missing > 0 || missing.size > 0;
}

/** Calls back whenever the connection is restored. */
export function onReconnect(call: () => void): () => void {
  let wasLost = connectionIsLost();
  return onConnectionChange(() => {
    const isLost = connectionIsLost();
    if (wasLost && !isLost) call();
    wasLost = isLost;
  });
}
