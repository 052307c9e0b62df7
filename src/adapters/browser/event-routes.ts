import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';

export type AttachedTarget = CdpEvents['Target.attachedToTarget'];
export type Download = CdpEvents['Browser.downloadWillBegin'];
type Crash = CdpEvents['Target.targetCrashed'];

/** What the browser reports about a single capture. */
export interface CaptureEvents {
  /** A target of the capture's browser context, paused until it is resumed. */
  onTarget(target: AttachedTarget): void;
  /** A frame of the capture's pages leads to a file. */
  onDownload(download: Download): void;
  /** A target of the capture's browser context crashed. `status` is Chromium's word, or `oom`. */
  onCrash(crash: { targetId: string; status: string }): void;
}

/** One capture's share of the browser's events. */
export interface EventRoute {
  /** Assigns downloads of this frame to the capture. */
  addFrame(frameId: string): void;
  end(): void;
}

export interface MemoryReports {
  /**
   * Claims one of the browser's reports that a page ran out of memory, if there is a recent one. A report names no page,
   * so each explains one crash only.
   */
  claim(): boolean;
}

/** The browser reports exhausted memory separately from the crash, at about the same time. */
const memoryReportMs = 600;
const memoryPollMs = 20;
/** Downloads of unknown frames, kept until a capture claims the frame. */
const maxUnclaimed = 100;

/**
 * The only listener for events of the whole browser. Passes each to the capture that it belongs to: by browser
 * context, by frame, by target; drops events that belong to none.
 */
export class EventRoutes {
  readonly #memory: MemoryReports;
  readonly #byContext = new Map<string, CaptureEvents>();
  readonly #byFrame = new Map<string, CaptureEvents>();
  readonly #byTarget = new Map<string, CaptureEvents>();
  readonly #unclaimed = new Map<string, Download[]>();

  /** @param resume resumes a target that the browser paused and no capture wants */
  constructor(root: CdpSession, memory: MemoryReports, resume: (sessionId: string) => void) {
    this.#memory = memory;
    root.on('Target.attachedToTarget', (target) => {
      const { browserContextId = '', targetId } = target.targetInfo;
      const events = this.#byContext.get(browserContextId);
      if (events === undefined) {
        if (target.waitingForDebugger) resume(target.sessionId);
        return;
      }
      this.#byTarget.set(targetId, events);
      this.#addFrame(targetId, events);
      events.onTarget(target);
    });
    root.on('Browser.downloadWillBegin', (download) => this.#onDownload(download));
    root.on('Target.targetCrashed', (crash) => void this.#onCrash(crash));
  }

  add(contextId: string, events: CaptureEvents): EventRoute {
    this.#byContext.set(contextId, events);
    return {
      addFrame: (frameId) => this.#addFrame(frameId, events),
      end: () => {
        for (const routes of [this.#byContext, this.#byFrame, this.#byTarget]) {
          for (const [key, owner] of routes) if (owner === events) routes.delete(key);
        }
      },
    };
  }

  /** A page's main frame has the id of its target. */
  #addFrame(frameId: string, events: CaptureEvents): void {
    this.#byFrame.set(frameId, events);
    const early = this.#unclaimed.get(frameId);
    this.#unclaimed.delete(frameId);
    for (const download of early ?? []) events.onDownload(download);
  }

  #onDownload(download: Download): void {
    const events = this.#byFrame.get(download.frameId);
    if (events !== undefined) return events.onDownload(download);
    const earlier = this.#unclaimed.get(download.frameId) ?? [];
    if (earlier.length < maxUnclaimed) this.#unclaimed.set(download.frameId, [...earlier, download]);
    if (this.#unclaimed.size > maxUnclaimed) this.#unclaimed.delete(this.#unclaimed.keys().next().value!);
  }

  async #onCrash({ targetId, status, errorCode }: Crash): Promise<void> {
    const events = this.#byTarget.get(targetId);
    if (events === undefined) return;
    const isMemory = status === 'oom' || (endedItself(status, errorCode) && (await this.#claimReport()));
    events.onCrash({ targetId, status: isMemory ? 'oom' : status });
  }

  async #claimReport(): Promise<boolean> {
    const end = performance.now() + memoryReportMs;
    for (;;) {
      if (this.#memory.claim()) return true;
      if (performance.now() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, memoryPollMs));
    }
  }
}

/** Out of memory, a process ends itself (SIGILL, SIGTRAP, SIGABRT); one that was killed or hit a bad address did not. */
function endedItself(status: string, errorCode: number): boolean {
  return status === 'crashed' && (process.platform === 'win32' || [4, 5, 6].includes(errorCode));
}
