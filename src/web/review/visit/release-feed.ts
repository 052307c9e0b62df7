import type { ReleaseKey } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { onConnectionChange, connectionIsLost } from '../api/connection.ts';
import type { AppError } from '../../../base/errors.ts';
import { isPassing } from '../../../client/refusal.ts';
import { toProblem } from '../api/problem.ts';
import type { LiveState } from '../live/watch-release.ts';
import { watchRelease } from '../live/watch-release.ts';
import type { ReleaseStore } from '../runs/release-store.ts';

export interface FeedState {
  isLoaded: boolean;
  /** Why loading failed; null while loading or once loaded. */
  problem: AppError | null;
  live: LiveState;
}

const retryMs = 2_000;

/** Fills the store of a release: all runs once, then changes, until closed. */
export class ReleaseFeed {
  state: FeedState = { isLoaded: false, problem: null, live: 'live' };
  #key: ReleaseKey;
  #store: ReleaseStore;
  #listeners = new Set<() => void>();
  #abort: AbortController | null = null;
  #endings: (() => void)[] = [];

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
  }

  /** Reloads all runs, e.g. after a problem. Keeps the order on screen. */
  reload(): void {
    this.close();
    this.#publish({ problem: null });
    this.open();
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const answer = await api.listRuns(this.#key, { signal });
      this.#store.load(answer);
      this.#publish({ isLoaded: true, problem: null });
      this.#watch(answer.release.version);
    } catch (error) {
      if (signal.aborted) return;
      const problem = toProblem(error);
      if (!this.state.isLoaded) this.#publish({ problem });
      if (!isPassing(problem)) return;
      const again = setTimeout(() => void this.#load(signal), retryMs);
      this.#endings.push(() => clearTimeout(again));
    }
  }

  #watch(version: number): void {
    const end = watchRelease(this.#key, version, {
      onChanges: (changes) => this.#store.patch(changes),
      onState: (live) => this.#publish({ live }),
    });
    this.#endings.push(end);
  }

  #publish(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
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
