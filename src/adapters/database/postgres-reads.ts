import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import type { Connection } from './connection.ts';
import { isTransactionConflict, toAppError } from './database-errors.ts';
import type { Pool } from './postgres-pool.ts';
import { readIn, sharing } from './postgres-transaction.ts';
import type { QueueTurns } from './queue-turns.ts';

interface Job {
  view: View;
  work: (connection: Connection) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** What a read sees: one state, or that of the moment at each statement. */
type View = 'snapshot' | 'latest';

/** Maximum reads that share a connection. */
const maxGroup = 64;

/**
 * Reads of PostgreSQL. All that wait when a connection is free share it, and a snapshot if one of them needs that. What
 * they ask at the same time is combined; so a call costs a share of a few round trips instead of a few of them.
 */
export class SharedReads {
  readonly #pool: Pool;
  readonly #turns: QueueTurns;
  readonly #maxGroups: number;
  #waiting: Job[] = [];
  #groups = 0;

  constructor(pool: Pool, { turns, maxGroups }: { turns: QueueTurns; maxGroups: number }) {
    this.#pool = pool;
    this.#turns = turns;
    this.#maxGroups = maxGroups;
  }

  read<T>(view: View, work: (connection: Connection) => Promise<T>): Promise<T> {
    const result = new Promise<unknown>((resolve, reject) =>
      this.#waiting.push({ view, work, resolve, reject }),
    );
    if (this.#groups < this.#maxGroups) void this.#run();
    return result as Promise<T>;
  }

  async #run(): Promise<void> {
    this.#groups++;
    // Calls that arrived together join the group.
    await nextTurn();
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting.splice(0, maxGroup);
      const ended = await this.#readAll(jobs);
      if (ended === null) continue;
      const { error, open } = ended;
      if (mayWorkAlone(error, jobs.length)) for (const job of open) await this.#readAlone(job);
      else rejectAll(open, error);
    }
    this.#groups--;
  }

  async #readAlone(job: Job): Promise<void> {
    const ended = await this.#readAll([job]);
    if (ended !== null) rejectAll(ended.open, ended.error);
  }

  /** @returns what failed before the `open` jobs were done; null: all are */
  async #readAll(jobs: readonly Job[]): Promise<{ error: unknown; open: Set<Job> } | null> {
    const open = new Set(jobs);
    // In a snapshot, a failed statement makes all later ones fail.
    const failures: unknown[] = [];
    const read = async (job: Job, connection: Connection) => {
      try {
        job.resolve(await job.work(connection));
        open.delete(job);
      } catch (error) {
        if (!(error instanceof AppError)) return void failures.push(error);
        job.reject(error);
        open.delete(job);
      }
    };
    try {
      const kind = jobs.some(({ view }) => view === 'snapshot') ? 'read' : 'latest';
      await readIn(this.#pool, kind, async (transaction) => {
        const connection = sharing(transaction, this.#turns, jobs.length);
        await Promise.all(jobs.map((job) => read(job, connection)));
        if (failures.length > 0) throw failures[0];
      });
      return null;
    } catch (error) {
      return { error: failures[0] ?? error, open };
    }
  }
}

/** Whether one of several reads failed in a statement, which ends the others, too, or another connection helps. */
function mayWorkAlone(error: unknown, jobs: number): boolean {
  return isTransactionConflict(error) || (jobs > 1 && !(toAppError(error) instanceof AppError));
}

function rejectAll(jobs: Iterable<Job>, error: unknown): void {
  for (const { reject } of jobs) reject(toAppError(error));
}
