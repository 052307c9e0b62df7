/** Queues that are remembered at most; those that were quiet longest go first. */
const maxQueues = 1_000;

/**
 * Which release was served last in each queue, as far as this process served it. Every server takes turns for itself:
 * each passes by all releases, so all of them together are as fair as one, and none has to ask the others.
 */
export class QueueTurns {
  readonly #served = new Map<string, number>();

  /** The lane that was served last; −1 before the first. */
  last(queue: string): number {
    return this.#served.get(queue) ?? -1;
  }

  serve(queue: string, lane: number): void {
    this.#served.delete(queue);
    this.#served.set(queue, lane);
    if (this.#served.size > maxQueues) this.#served.delete(this.#served.keys().next().value!);
  }
}
