/** Worker threads that each do one job at a time. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../../base/errors.ts';
import type { Job, JobResults, ThreadAnswer, ThreadData } from './thread-messages.ts';

export interface ThreadPoolOptions {
  /** Threads at most; started when first needed. */
  threads: number;
  /** The file that threads run; JavaScript, or TypeScript in the repository. */
  entry: URL;
  data: () => Promise<ThreadData>;
  /** A thread that has grown beyond this many bytes of kernel memory is ended after its job. */
  keepMemoryBytes: number;
  /** A job that takes longer ends with an error, and its thread with it. */
  timeoutMs: number;
}

interface Waiting {
  job: Job;
  transfer: ArrayBuffer[];
  resolve: (result: JobResults[Job['kind']]) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  current: Waiting | null;
  timer: NodeJS.Timeout | undefined;
}

export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  #data: Promise<ThreadData> | null = null;
  #starting = 0;
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * Does a job in the next free thread.
   *
   * @param transfer buffers of the job that are handed over instead of copied
   * @throws AppError as the job does; `unprocessable` when it took too long; `internal` when the thread died;
   *   `unavailable` after {@link close}
   */
  run<J extends Job>(job: J, transfer: ArrayBuffer[] = []): Promise<JobResults[J['kind']]> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, transfer, resolve: resolve as Waiting['resolve'], reject });
      this.#next();
    });
  }

  /** Ends all threads; jobs that have not ended are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closedError());
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, closedError())));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const idle = [...this.#threads].find((thread) => thread.current === null);
    if (idle !== undefined) this.#give(idle, this.#waiting.shift()!);
    else if (this.#threads.size + this.#starting < this.#options.threads) void this.#start();
  }

  async #start(): Promise<void> {
    this.#starting++;
    try {
      this.#data ??= this.#options.data();
      const workerData = await this.#data;
      if (this.#closed) return;
      // No flags of the parent: loaders and debuggers have no business in there.
      const worker = new Worker(this.#options.entry, { workerData, execArgv: [] });
      const thread: Thread = { worker, current: null, timer: undefined };
      this.#threads.add(thread);
      worker.on('message', (answer: ThreadAnswer) => this.#finish(thread, answer));
      worker.on('error', (cause) => void this.#end(thread, diedError(cause)));
      worker.on('exit', (code) => void this.#end(thread, diedError(new Error(`exit status ${code}`))));
    } catch (error) {
      this.#data = null;
      const failure = error instanceof AppError ? error : diedError(error);
      for (const waiting of this.#waiting.splice(0)) waiting.reject(failure);
    } finally {
      this.#starting--;
      this.#next();
    }
  }

  #give(thread: Thread, waiting: Waiting): void {
    const { timeoutMs } = this.#options;
    thread.current = waiting;
    thread.timer = setTimeout(() => void this.#end(thread, tooSlowError(timeoutMs)), timeoutMs);
    // Only a thread at work keeps the process alive.
    thread.worker.ref();
    thread.worker.postMessage(waiting.job, waiting.transfer);
  }

  #finish(thread: Thread, answer: ThreadAnswer): void {
    const waiting = thread.current;
    clearTimeout(thread.timer);
    thread.current = null;
    thread.worker.unref();
    if (answer.memoryBytes > this.#options.keepMemoryBytes) void this.#end(thread, closedError());
    if (answer.ok) waiting?.resolve(answer.result);
    else
      waiting?.reject(
        new AppError(answer.error.code, answer.error.message, { details: answer.error.details }),
      );
    this.#next();
  }

  async #end(thread: Thread, reason: AppError): Promise<void> {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.timer);
    thread.current?.reject(reason);
    thread.current = null;
    this.#next();
    await thread.worker.terminate();
  }
}

function diedError(cause: unknown): AppError {
  return new AppError(
    'internal',
    'The comparison ended unexpectedly. Try again; if it happens again, report it.',
    {
      cause,
    },
  );
}

function tooSlowError(timeoutMs: number): AppError {
  return new AppError(
    'unprocessable',
    `Comparing the images took longer than ${timeoutMs / 1000} s and was ended. Compare smaller images.`,
  );
}

function closedError(): AppError {
  return new AppError('unavailable', 'The comparison was ended because the program is closing.');
}
