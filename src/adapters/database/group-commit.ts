import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from '../../ports/store.ts';
import { codeOf, toAppError } from './database-errors.ts';
import { runEffects } from './effects.ts';
import type { Repositories } from './repositories.ts';

interface Job {
  work: (tx: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

interface FinishedJob {
  job: Job;
  outcome: { value: unknown } | { error: unknown };
  effects: (() => void)[];
}

export interface GroupCommitOptions {
  /** Maximum transactions per commit. */
  maxGroup: number;
  /** How long a write waits for a lock held by another program, in milliseconds. */
  busyMs: number;
  sleep: (ms: number) => Promise<void>;
  /** Called after every group with the error that failed it, or null. */
  onWrite: (error: unknown) => void;
}

const busyPauseMs = 25;

/** Node accepts one new connection per turn of its event loop and reads its request a turn or two later. */
const quietTurns = 3;
const maxTurns = 64;
/** A turn that handles many requests may take long, even if they are only refused. */
const maxGatherMs = 5;
/** A long group yields now and then, so that other requests are read; they join the next group. */
const sliceMs = 10;

/**
 * Runs transactions one after another on SQLite's single connection. When the connection is free, all waiting writes
 * form a group: each has its own savepoint, so a failure rolls back only itself, and all share one commit, hence one
 * fsync. No caller is answered before that commit. Reads run between groups and never see an uncommitted write.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #repositories: Repositories;
  readonly #options: GroupCommitOptions;
  readonly #statements = new Map<string, StatementSync>();
  #writes: Job[] = [];
  #reads: Job[] = [];
  #running: Promise<void> | null = null;
  #isQueryOnly = false;
  #asked = 0;

  constructor(database: DatabaseSync, repositories: Repositories, options: GroupCommitOptions) {
    this.#database = database;
    this.#repositories = repositories;
    this.#options = options;
  }

  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#enqueue(this.#writes, work);
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#enqueue(this.#reads, work);
  }

  /** Resolves when all work requested so far is done. */
  async drain(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #enqueue<T>(queue: Job[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#asked++;
    const result = new Promise<unknown>((resolve, reject) => queue.push({ work, resolve, reject }));
    this.#running ??= this.#run();
    return result as Promise<T>;
  }

  async #run(): Promise<void> {
    do {
      try {
        await this.#gather();
        await this.#runReads();
        await this.#runWrites();
      } catch (error) {
        // Nothing may end this loop while a caller waits for it.
        rejectAll([...this.#reads.splice(0), ...this.#writes.splice(0)], error);
      }
    } while (this.#reads.length > 0 || this.#writes.length > 0);
    // In the same turn as the check of the queues, so that no work can join a loop that has ended.
    this.#running = null;
  }

  /**
   * Rejects all waiting callers if SQLite refuses anything, including begin, rollback and commit; later work is still
   * served. Rejecting a job that was already answered has no effect.
   */
  async #guarded(jobs: readonly Job[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      rejectAll(jobs, error);
    }
  }

  /**
   * Lets the event loop turn until no new work arrives, so that requests already received join this group.
   *
   * @returns how long that took, in milliseconds
   */
  async #gather(): Promise<number> {
    const start = performance.now();
    let tookMs = 0;
    for (let turn = 0, quiet = 0; turn < maxTurns && quiet < quietTurns && tookMs < maxGatherMs; turn++) {
      const before = this.#asked;
      await nextTurn();
      tookMs = performance.now() - start;
      quiet = this.#asked === before ? quiet + 1 : 0;
    }
    return tookMs;
  }

  async #runReads(): Promise<void> {
    const jobs = this.#reads.splice(0);
    if (jobs.length === 0) return;
    await this.#guarded(jobs, () => this.#readAll(jobs));
  }

  async #readAll(jobs: readonly Job[]): Promise<void> {
    this.#rollBackWhatIsOpen();
    const tx = this.#transaction([]);
    this.#setQueryOnly(true);
    try {
      for (const job of jobs) {
        try {
          this.#exec('begin');
          job.resolve(await job.work(tx));
        } catch (error) {
          job.reject(toAppError(error));
        } finally {
          this.#rollBackWhatIsOpen();
        }
      }
    } finally {
      this.#setQueryOnly(false);
    }
  }

  #setQueryOnly(isOn: boolean): void {
    if (isOn) this.#isQueryOnly = true;
    this.#database.exec(`pragma query_only = ${isOn ? 'on' : 'off'}`);
    this.#isQueryOnly = isOn;
  }

  async #runWrites(): Promise<void> {
    const jobs = this.#writes.splice(0, this.#options.maxGroup);
    if (jobs.length === 0) return;
    await this.#guarded(jobs, () => this.#writeGroup(jobs));
  }

  async #writeGroup(jobs: readonly Job[]): Promise<void> {
    const finished: FinishedJob[] = [];
    try {
      // The last group or read may have failed to roll back, or to leave read-only mode.
      this.#rollBackWhatIsOpen();
      if (this.#isQueryOnly) this.#setQueryOnly(false);
      await this.#begin();
      let sliceEnd = performance.now() + sliceMs;
      for (const job of jobs) {
        finished.push(await this.#runJob(job));
        if (performance.now() < sliceEnd) continue;
        // Accepted work gets at least as much time as new requests, most of which are refused under overload.
        const tookMs = await this.#gather();
        sliceEnd = performance.now() + Math.max(sliceMs, 2 * tookMs);
      }
      this.#exec('commit');
    } catch (error) {
      rejectAll(jobs, error);
      this.#options.onWrite(error);
      this.#rollBackWhatIsOpen();
      return;
    }
    for (const { job, outcome, effects } of finished) {
      if ('error' in outcome) {
        job.reject(toAppError(outcome.error));
        continue;
      }
      runEffects(effects);
      job.resolve(outcome.value);
    }
    this.#options.onWrite(null);
  }

  /** @throws the error that made SQLite abandon the whole group: no space, I/O errors */
  async #runJob(job: Job): Promise<FinishedJob> {
    const effects: (() => void)[] = [];
    this.#exec('savepoint job');
    try {
      const value = await job.work(this.#transaction(effects));
      this.#exec('release job');
      return { job, outcome: { value }, effects };
    } catch (error) {
      if (!this.#database.isTransaction) throw error;
      this.#exec('rollback to job');
      this.#exec('release job');
      if (isFatal(error)) throw error;
      return { job, outcome: { error }, effects: [] };
    }
  }

  /** Another program (a backup, a shell) may briefly lock the file; reads need not wait for it. */
  async #begin(): Promise<void> {
    for (let waited = 0; ; waited += busyPauseMs) {
      try {
        this.#exec('begin immediate');
        return;
      } catch (error) {
        const isBusy = codeOf(error).startsWith('SQLITE_BUSY');
        if (!isBusy || waited >= this.#options.busyMs) throw error;
        await this.#options.sleep(busyPauseMs);
        await this.#runReads();
      }
    }
  }

  #transaction(effects: (() => void)[]): Transaction {
    return { ...this.#repositories, afterCommit: (effect) => void effects.push(effect) };
  }

  #rollBackWhatIsOpen(): void {
    if (this.#database.isTransaction) this.#exec('rollback');
  }

  #exec(statement: string): void {
    let prepared = this.#statements.get(statement);
    if (prepared === undefined) {
      prepared = this.#database.prepare(statement);
      this.#statements.set(statement, prepared);
    }
    prepared.run();
  }
}

function rejectAll(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) job.reject(toAppError(error));
}

/** After these, the connection's state cannot be trusted, even if SQLite kept the transaction open. */
function isFatal(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|NOMEM|CORRUPT)/.test(codeOf(error));
}
