import type { Clock } from '../ports/clock.ts';

/** While a task is in progress, the free slots poll this often: its end may be that of the work. */
const pollMs = 1_000;
/** A worker that ends by itself waits this long for a server that does not answer. */
const serverPatienceMs = 60_000;

/** Decides when a worker that ends by itself has nothing left to do: see `WorkerSettings.maxIdleMs`. */
export class EndOfWork {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #maxIdleMs: number | null;
  readonly #queues: readonly string[];
  /** Queues found empty since a task last began or ended. */
  readonly #foundEmpty = new Set<string>();
  #atWork = 0;
  #idleSince: number;
  #unansweredSince: number | null = null;
  #reason: 'idle' | 'unreachable' | null = null;

  constructor(clock: Pick<Clock, 'monotonicMs'>, maxIdleMs: number | null, queues: readonly string[]) {
    this.#clock = clock;
    this.#maxIdleMs = maxIdleMs;
    this.#queues = queues;
    this.#idleSince = clock.monotonicMs();
  }

  /** Why the worker ends; null while it continues. */
  get reason(): 'idle' | 'unreachable' | null {
    return (this.#reason ??= this.#findReason());
  }

  #findReason(): 'idle' | 'unreachable' | null {
    if (this.#maxIdleMs === null || this.#atWork > 0) return null;
    const now = this.#clock.monotonicMs();
    const patienceMs = Math.max(serverPatienceMs, this.#maxIdleMs);
    if (this.#unansweredSince !== null && now - this.#unansweredSince >= patienceMs) return 'unreachable';
    const isEmpty = this.#queues.every((queue) => this.#foundEmpty.has(queue));
    return isEmpty && now - this.#idleSince >= this.#maxIdleMs ? 'idle' : null;
  }

  /** How long a request for a task of the queue may wait, at most `waitMs`. */
  waitMs(queue: string, waitMs: number): number {
    if (this.#maxIdleMs === null) return waitMs;
    if (this.#atWork > 0) return Math.min(waitMs, pollMs);
    const leftMs = this.#idleSince + this.#maxIdleMs - this.#clock.monotonicMs();
    return Math.min(waitMs, Math.max(leftMs, this.#foundEmpty.has(queue) ? pollMs : 0));
  }

  /** @param askedAt when the request was sent; a task that ended since then may have added one */
  isEmpty(queue: string, askedAt: number): void {
    this.#unansweredSince = null;
    if (askedAt >= this.#idleSince) this.#foundEmpty.add(queue);
  }

  unanswered(): void {
    this.#unansweredSince ??= this.#clock.monotonicMs();
  }

  taskBegins(): void {
    this.#unansweredSince = null;
    this.#atWork++;
    this.#foundEmpty.clear();
  }

  taskEnds(): void {
    this.#atWork--;
    this.#idleSince = this.#clock.monotonicMs();
    this.#foundEmpty.clear();
  }
}
