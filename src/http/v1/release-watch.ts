import type { ChangeFeed } from '../../ports/change-feed.ts';
import type { HttpSettings } from '../settings.ts';

/** Waits for changes of a release, or of what its successor may be. */
export class ReleaseWatch {
  readonly #feed: ChangeFeed;
  readonly #settings: Pick<HttpSettings, 'eventBatchMs' | 'statusTickMs'>;
  readonly #stop: AbortSignal;
  #releaseId: number | null = null;
  #unsubscribe = () => {};
  #hasChanged = false;
  #wake = () => {};

  constructor(
    feed: ChangeFeed,
    settings: Pick<HttpSettings, 'eventBatchMs' | 'statusTickMs'>,
    stop: AbortSignal,
  ) {
    this.#feed = feed;
    this.#settings = settings;
    this.#stop = stop;
  }

  /** The caller is gone, or the server stops. */
  get isOver(): boolean {
    return this.#stop.aborted;
  }

  /** @returns whether it is another release than before */
  follow(releaseId: number): boolean {
    if (releaseId === this.#releaseId) return false;
    this.#unsubscribe();
    this.#releaseId = releaseId;
    this.#unsubscribe = this.#feed.subscribe(releaseId, () => {
      this.#hasChanged = true;
      this.#wake();
    });
    return true;
  }

  /**
   * Ends a moment after a change, so that changes that come together are read together; and at the tick, which finds
   * new releases and changes by other processes.
   */
  async change(maxMs: number): Promise<void> {
    if (!this.#hasChanged) await this.#sleep(Math.min(maxMs, this.#settings.statusTickMs));
    if (this.#hasChanged && !this.isOver) {
      this.#wake = () => {};
      await this.#sleep(Math.min(maxMs, this.#settings.eventBatchMs), false);
    }
    this.#hasChanged = false;
  }

  end(): void {
    this.#unsubscribe();
  }

  #sleep(ms: number, endsAtChange = true): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#stop.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#stop.addEventListener('abort', done);
      if (endsAtChange) this.#wake = done;
    });
  }
}
