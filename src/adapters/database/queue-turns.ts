/** Maximum queues remembered; the least recently used are dropped. */
const maxQueues = 1_000;

/**
 * The release that this process served last, by queue. Each server takes turns independently: since each visits all
 * releases, together they are as fair as one server and need not coordinate.
 */
export class QueueTurns {
  readonly #served = new Map<string, number>();

  /** The lane served last; −1 before the first. */
  last(queue: string): number {
    return this.#served.get(queue) ?? -1;
  }

  serve(queue: string, lane: number): void {
    this.#served.delete(queue);
    this.#served.set(queue, lane);
    if (this.#served.size > maxQueues) this.#served.delete(this.#served.keys().next().value!);
  }
}
