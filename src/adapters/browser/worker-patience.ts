import { formatDuration } from './capture-log.ts';

/** Of what workers may take by the clock, this share of processor time: a busy machine makes them wait, not compute. */
const processorShare = 1 / 4;
/** A worker that may wait in shared memory is waited for at most this long, by the clock and of the processor. */
const sharingMs = 10_000;
const sharingProcessorMs = 2_000;
/** The same where the browser does not tell processor time. */
const blindSharingMs = 2_000;
/** A page that uses less of the processor while it is asked, this often in a row, only waits. */
const idleProcessorMs = 5;
const idleAskings = 2;

/** How long a capture waits for workers that compute, in all of it. */
export class WorkerPatience {
  readonly #limitMs: number;
  /** Processor time that the page has used so far. Undefined: the browser does not tell. */
  readonly #usedMs: (() => Promise<number | undefined>) | undefined;
  #computedMs = 0;
  #processorMs = 0;
  #usedBefore: number | undefined;
  #sharingMs = 0;
  #sharingProcessorMs = 0;
  #idleAskings = 0;

  constructor(limitMs: number, usedMs: (() => Promise<number | undefined>) | undefined) {
    this.#limitMs = limitMs;
    this.#usedMs = usedMs;
  }

  get isLeft(): boolean {
    return this.#computedMs < this.#limitMs && this.#processorMs < this.#processorLimitMs;
  }

  /** Whether it is left for workers that may be waiting in shared memory, which looks like computing. */
  get isLeftForSharing(): boolean {
    const longest = this.#usedMs === undefined ? blindSharingMs : sharingMs;
    return (
      this.#idleAskings < idleAskings &&
      this.#sharingMs < longest &&
      this.#sharingProcessorMs < sharingProcessorMs
    );
  }

  /** What was exceeded, for people. */
  get limit(): string {
    return this.#processorMs < this.#processorLimitMs
      ? formatDuration(this.#limitMs)
      : `${formatDuration(this.#processorLimitMs)} of the processor`;
  }

  /** What the page uses from now until the next asking is none of a worker's. */
  pause(): void {
    this.#usedBefore = undefined;
  }

  /** Notes that a worker has computed for so long, by the clock. */
  async note(ms: number, sharesMemory = false): Promise<void> {
    this.#computedMs += ms;
    const used = await this.#usedMs?.();
    const before = this.#usedBefore;
    this.#usedBefore = used;
    const processorMs = used === undefined || before === undefined ? null : Math.max(0, used - before);
    this.#processorMs += processorMs ?? 0;
    if (!sharesMemory) return;
    this.#sharingMs += ms;
    this.#sharingProcessorMs += processorMs ?? 0;
    const isIdle = processorMs !== null && processorMs < idleProcessorMs;
    this.#idleAskings = isIdle ? this.#idleAskings + 1 : 0;
  }

  get #processorLimitMs(): number {
    return this.#limitMs * processorShare;
  }
}
