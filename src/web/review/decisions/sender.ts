import type { AppError } from '../../../base/errors.ts';
import { isPassing } from '../../../client/refusal.ts';
import { toProblem } from '../api/problem.ts';
import type { Letter, Outbox } from './outbox.ts';
import type { DecisionsSurroundings } from './port.ts';

/** Retry delays for sending a decision, in milliseconds; the last one repeats. */
const retryMs = [1_000, 2_000, 4_000, 8_000];

/** What becomes of the letters that are sent. */
export interface Recipient {
  /**
   * Resolves when the server has answered and the letter has left the outbox.
   *
   * @throws AppError
   */
  deliver: (letter: Letter) => Promise<void>;
  /** The server does not want the letter, which has left the outbox. */
  refused: (letter: Letter, problem: AppError) => void;
  /** The outbox or `retryAt` may have changed. */
  changed: () => void;
}

/** Sends the letters of an outbox in order, one at a time. If the server is unreachable, they wait and are resent. */
export class Sender {
  #outbox: Outbox;
  #around: Pick<DecisionsSurroundings, 'now' | 'later'>;
  #recipient: Recipient;
  #isSending = false;
  #failures = 0;
  #retryAt: number | null = null;
  #callOffRetry: (() => void) | null = null;

  constructor(outbox: Outbox, around: Pick<DecisionsSurroundings, 'now' | 'later'>, recipient: Recipient) {
    this.#outbox = outbox;
    this.#around = around;
    this.#recipient = recipient;
  }

  /** When to retry after the server was unreachable, in epoch milliseconds. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** Sends what waits, unless that is happening already or a retry is due later. */
  async send(): Promise<void> {
    if (this.#isSending || this.#retryAt !== null) return;
    this.#isSending = true;
    try {
      for (let letter = this.#outbox.first; letter !== undefined; letter = this.#outbox.first) {
        this.#outbox.markPosted(letter);
        try {
          await this.#recipient.deliver(letter);
          this.#failures = 0;
        } catch (error) {
          const problem = toProblem(error);
          if (isPassing(problem)) {
            this.#waitAndRetry();
            return;
          }
          this.#outbox.remove(letter.operationId);
          this.#recipient.refused(letter, problem);
        }
        this.#recipient.changed();
      }
    } finally {
      this.#isSending = false;
      this.#recipient.changed();
    }
  }

  /** Sends what waits now. */
  retryNow(): void {
    this.#callOffRetry?.();
    this.#callOffRetry = null;
    this.#retryAt = null;
    void this.send();
  }

  #waitAndRetry(): void {
    const wait = retryMs[Math.min(this.#failures, retryMs.length - 1)]!;
    this.#failures++;
    this.#retryAt = this.#around.now() + wait;
    this.#callOffRetry = this.#around.later(wait, () => this.retryNow());
  }
}
