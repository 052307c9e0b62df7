import { formatDuration, type CaptureLog } from './capture-log.ts';
import { MissingParts, type Incomplete, type PartAddress } from './missing-parts.ts';

export interface WatchedRequest {
  url: string;
  method: string;
  type: string;
  frameId: string | undefined;
  /** Id of the document that the request belongs to, or is. */
  loaderId: string;
  /** `performance.now()`. */
  startedAt: number;
  status: number | undefined;
  /** As the network saw it, which may be known earlier than `status`. */
  rawStatus: number | undefined;
  mimeType: string;
  /** Streams, pings and the like never end and are not waited for. */
  awaited: boolean;
}

/** Requests that affect how the page looks. What scripts request is up to the page. */
const visibleTypes = new Set(['Document', 'Image', 'Stylesheet', 'Script', 'Font']);

export interface OpenRequestsOptions {
  log: CaptureLog;
  /** The page's main frame, whose document is judged apart. */
  mainFrameId: string;
  resourceTimeoutMs: number;
}

/** The requests of a page that have not ended, and what became of those that have. */
export class OpenRequests {
  protected readonly log: CaptureLog;
  protected readonly mainFrameId: string;
  protected readonly missing = new MissingParts();
  protected readonly open = new Map<string, WatchedRequest>();
  readonly #resourceTimeoutMs: number;
  readonly #waiters = new Set<() => void>();
  #lastFinishedAt = 0;

  constructor({ log, mainFrameId, resourceTimeoutMs }: OpenRequestsOptions) {
    this.log = log;
    this.mainFrameId = mainFrameId;
    this.#resourceTimeoutMs = resourceTimeoutMs;
  }

  /** @param problem why it failed; undefined when it ended well or was given up */
  protected judge(request: WatchedRequest, problem: string | undefined): void {
    if (!this.#isPart(request)) return;
    const status = (request.status ?? 0) >= 400 ? `status ${request.status}` : undefined;
    const why = status ?? problem;
    if (why === undefined) this.missing.onArrived(request);
    else this.missing.onFailed(request, why, request.type === 'Document');
  }

  /** Whether the image is incomplete without it. The main document is judged as a whole. */
  #isPart(request: WatchedRequest): boolean {
    return visibleTypes.has(request.type) && !this.#isMainDocument(request);
  }

  #isMainDocument({ type, frameId }: WatchedRequest): boolean {
    return type === 'Document' && frameId === this.mainFrameId;
  }

  /**
   * What the page lacks: what failed in its current documents, and what began before `screenshotAt` and is
   * still open.
   *
   * @param screenshotAt `performance.now()`
   * @param isParsed the main document is complete: the page itself has stopped what is still open of it
   */
  incomplete(screenshotAt: number, isParsed: boolean): Incomplete {
    const open = [...this.open.values()]
      .filter((request) => request.awaited && request.startedAt <= screenshotAt)
      .filter((request) => this.#isPart(request) || (this.#isMainDocument(request) && !isParsed))
      .map((request): PartAddress & { why: string } => ({
        ...request,
        why: `still open after ${formatDuration(performance.now() - request.startedAt)}`,
      }));
    return this.missing.list(open, (text) => this.log.masked(text));
  }

  /** `performance.now()` when the last request ended. */
  get lastFinishedAt(): number {
    return this.#lastFinishedAt;
  }

  /** Whether a request that began at or before that time is open and not yet given up. */
  isBusy(startedBefore: number): boolean {
    return this.#nextGiveUp(startedBefore) !== undefined;
  }

  /**
   * Resolves when no request that began at or before `startedBefore` delays the screenshot: each ended or was open for
   * `resourceTimeoutMs`.
   */
  async whenIdle(startedBefore: () => number): Promise<void> {
    for (;;) {
      const giveUpAt = this.#nextGiveUp(startedBefore());
      if (giveUpAt === undefined) return;
      await this.#changeOrTimeout(giveUpAt - performance.now());
    }
  }

  /** Addresses that are still open, oldest first. */
  openUrls(): string[] {
    return [...this.open.values()].filter((request) => request.awaited).map((request) => request.url);
  }

  /** Writes a line for every request that never ended. */
  logOpen(): void {
    for (const request of this.open.values()) this.write(request, 'still open');
    this.open.clear();
  }

  /** A browser does not always say how the requests of a removed frame ended. */
  protected endRequestsOf(frameId: string): void {
    for (const [key, request] of this.open) {
      if (request.frameId !== frameId) continue;
      this.take(key);
      this.write(request, 'ended with its frame');
    }
  }

  protected take(key: string): WatchedRequest | undefined {
    const request = this.open.get(key);
    if (request === undefined) return undefined;
    this.open.delete(key);
    if (request.awaited) this.#lastFinishedAt = performance.now();
    for (const wake of this.#waiters) wake();
    return request;
  }

  /** When the first of the awaited requests exceeds its time limit; undefined when none is awaited. */
  #nextGiveUp(startedBefore: number): number | undefined {
    const now = performance.now();
    let next: number | undefined;
    for (const { awaited, startedAt } of this.open.values()) {
      const giveUpAt = startedAt + this.#resourceTimeoutMs;
      if (!awaited || startedAt > startedBefore || giveUpAt <= now) continue;
      next = Math.min(next ?? Infinity, giveUpAt);
    }
    return next;
  }

  #changeOrTimeout(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, ms));
      this.#waiters.add(done);
    });
  }

  protected write(request: WatchedRequest, outcome: string): void {
    const took = formatDuration(performance.now() - request.startedAt);
    this.log.add('request', `${request.method} ${request.url} ${outcome} ${took}`);
  }
}
