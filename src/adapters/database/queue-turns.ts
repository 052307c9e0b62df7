import { noLabel } from '../../domain/tasks/labels.ts';

/** Maximum lines remembered; the least recently used are dropped. */
const maxLines = 1_000;

/** The tasks of a queue with one label. */
export const lineOf = (queue: string, label: string) => (label === noLabel ? queue : `${queue} ${label}`);

/**
 * The release that this process served last, by line. Each server takes turns independently: since each visits all
 * releases, together they are as fair as one server and need not coordinate.
 */
export class QueueTurns {
  readonly #served = new Map<string, number>();
  readonly #firstLabels = new Map<string, string>();

  /** The lane served last; −1 before the first. */
  last(line: string): number {
    return this.#served.get(line) ?? -1;
  }

  serve(line: string, lane: number): void {
    remember(this.#served, line, lane);
  }

  /** The labels of a worker, another one first each time, so that none waits for the others to end. */
  labelsInTurn(queue: string, labels: readonly string[]): readonly string[] {
    if (labels.length === 1) return labels;
    const start = (labels.indexOf(this.#firstLabels.get(queue) ?? '') + 1) % labels.length;
    remember(this.#firstLabels, queue, labels[start]!);
    return [...labels.slice(start), ...labels.slice(0, start)];
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxLines) map.delete(map.keys().next().value!);
}
