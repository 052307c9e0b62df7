import type { ReleaseStore } from '../runs/release-store.ts';
import type { Outbox, RunsLetter } from './outbox.ts';
import type { VerdictResult } from './port.ts';
import type { RunsUndo } from './undo-stack.ts';

/** Shows the verdicts on runs that are in transit. */
export class RunsOnScreen {
  #store: ReleaseStore;
  #outbox: Outbox;

  constructor(store: ReleaseStore, outbox: Outbox) {
    this.#store = store;
    this.#outbox = outbox;
  }

  show(letter: RunsLetter, me: string | null): void {
    for (const verdict of new Set(letter.runs.map((run) => run.verdict))) {
      const ids = letter.runs.filter((run) => run.verdict === verdict).map((run) => run.id);
      this.#store.show(ids, verdict, me, letter.at, letter.note);
    }
  }

  /** The runs' marks according to the last waiting decision, or else the server. */
  showWhatWaits(ids: readonly number[], me: string | null): void {
    const free: number[] = [];
    for (const id of ids) {
      const waiting = this.#outbox.lastVerdict(id);
      if (waiting === null) free.push(id);
      else this.#store.show([id], waiting.verdict, me, waiting.at);
    }
    this.#store.takeBack(free);
  }

  /** @param results of the server for the letter, which has left the outbox */
  settle({ note }: RunsLetter, results: readonly VerdictResult[]): void {
    const found = results.filter(({ outcome }) => outcome !== 'not_found');
    this.#store.settle(
      found.map((result) => ({
        id: result.runId,
        verdict: result.verdict,
        by: result.verdictBy,
        at: result.verdictAt,
        version: result.version,
        note: result.outcome === 'changed' ? note : undefined,
        approvedBy: result.approvedBy,
      })),
      this.#outbox.runIds(),
    );
    const lost = results.filter(({ outcome }) => outcome === 'not_found');
    this.#store.takeBack(lost.map(({ runId }) => runId));
  }

  /** How to undo a letter, as long as it is not shown. */
  undoOf({ operationId, verdict, runs }: RunsLetter): RunsUndo {
    return {
      kind: 'runs',
      operationId,
      verdict: verdict ?? 'none',
      runs: runs.map(({ id }) => [id, this.#store.row(id)?.verdict ?? 'none']),
    };
  }
}
