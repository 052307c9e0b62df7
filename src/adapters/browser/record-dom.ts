import { packDom } from '../dom/dom-file.ts';
import { domLimits } from '../../domain/dom/dom-snapshot.ts';
import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { Rect } from './agent/geometry.ts';
import { askedStyles, reduceSnapshot, type RawSnapshot } from './reduce-snapshot.ts';
import { within } from './within.ts';

/** Time that a capture must have left after recording. */
const reservedMs = 500;

interface DomRecorderOptions {
  session: CdpSession;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Calls the page agent. */
  call: (call: string) => Promise<unknown>;
  /** Backend ids of the elements that masks cover; null when the config has none. */
  maskedNodes: () => Promise<Set<number> | null>;
  /** `performance.now()` at which the capture ends. */
  deadline: number;
}

/** A screenshot: what it shows, in CSS pixels of the document, and its size. */
export interface RecordedImage {
  area: Rect;
  width: number;
  height: number;
}

interface Asked {
  startedAt: number;
  /** What Chromium tells, or why it is not asked. */
  answer: Promise<{ raw: RawSnapshot; masked: Set<number> | null } | string>;
}

class TooLate extends Error {}

/**
 * Records the structure of a page as files. Never fails: a page that is too large or too slow has none, and the log says
 * so.
 */
export class DomRecorder {
  readonly #options: DomRecorderOptions;
  #asked: Asked | undefined;

  constructor(options: DomRecorderOptions) {
    this.#options = options;
  }

  /**
   * Asks for the structure as it is now, for the next file. While a screenshot is taken, the page itself has nothing to do
   * once it is drawn, and what it shows does not change.
   */
  ask(): void {
    const { config, deadline } = this.#options;
    if (!config.dom) return;
    const startedAt = performance.now();
    const limitMs = Math.min(domLimits.recordingMs, deadline - startedAt - reservedMs);
    const late = () => new TooLate(`it took more than ${formatDuration(limitMs)}`);
    const answer = limitMs <= 0 ? Promise.resolve('no time is left') : within(limitMs, this.#tell(), late);
    answer.catch(() => undefined);
    this.#asked = { startedAt, answer };
  }

  /** Forgets what was asked: the page has changed. */
  forget(): void {
    this.#asked = undefined;
  }

  /** The structure as a file, within the screenshot; null: not recorded. Asks if that was not done since the last file. */
  async file(image: RecordedImage): Promise<Uint8Array | null> {
    const { log } = this.#options;
    if (this.#asked === undefined) this.ask();
    if (this.#asked === undefined) return null;
    const { startedAt, answer } = this.#asked;
    this.forget();
    const result = await this.#reduced(answer, image).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (typeof result === 'string') {
      log.add('note', `the structure of the page was not recorded: ${result}`);
      return null;
    }
    const took = formatDuration(performance.now() - startedAt);
    log.add('note', `structure of the page: ${formatBytes(result.byteLength)}, ${took}`);
    return result;
  }

  async #tell(): Asked['answer'] {
    const { session, call, maskedNodes } = this.#options;
    const nodes = (await call(`countDrawnNodes(${domLimits.nodes})`)) as number;
    if (nodes > domLimits.nodes) return `it has more than ${domLimits.nodes.toLocaleString('en-US')} nodes`;
    const masked = await maskedNodes();
    const raw = await session.send('DOMSnapshot.captureSnapshot', { computedStyles: [...askedStyles] });
    return { raw, masked };
  }

  /** @returns the file, or why there is none */
  async #reduced(answer: Asked['answer'], image: RecordedImage): Promise<Uint8Array | string> {
    const told = await answer;
    if (typeof told === 'string') return told;
    const { config, log } = this.#options;
    const snapshot = reduceSnapshot(told.raw, {
      area: image.area,
      scale: config.deviceScaleFactor,
      image,
      masked: told.masked,
      redact: (text) => log.masked(text),
    });
    if (snapshot === null) return `it has more than ${domLimits.elements.toLocaleString('en-US')} elements`;
    return packDom(snapshot);
  }
}
