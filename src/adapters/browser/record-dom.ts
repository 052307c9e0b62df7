import { packDom } from '../dom/dom-file.ts';
import { domLimits } from '../../domain/dom/dom-snapshot.ts';
import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { Rect } from './agent/geometry.ts';
import { askedStyles, reduceSnapshot } from './reduce-snapshot.ts';
import { within } from './within.ts';

/** Time that a capture must have left after recording. */
const reservedMs = 500;

interface RecordOptions {
  session: CdpSession;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** The screenshot: what it shows, in CSS pixels of the document, and its size. */
  image: { area: Rect; width: number; height: number };
  /** Calls the page agent. */
  call: (call: string) => Promise<unknown>;
  /** Backend ids of the elements that masks cover; null when the config has none. */
  maskedNodes: () => Promise<Set<number> | null>;
  /** `performance.now()` at which the capture ends. */
  deadline: number;
}

/**
 * Records the structure of the page as it is now, as a file. Never fails: a page that is too large or too slow has
 * none, and the log says so.
 */
export async function recordDom(options: RecordOptions): Promise<Uint8Array | null> {
  const { log, deadline } = options;
  const start = performance.now();
  const limitMs = Math.min(domLimits.recordingMs, deadline - start - reservedMs);
  const skip = (why: string): null => {
    log.add('note', `the structure of the page was not recorded: ${why}`);
    return null;
  };
  if (limitMs <= 0) return skip('no time is left');
  try {
    const late = () => new TooLate(`it took more than ${formatDuration(limitMs)}`);
    const result = await within(limitMs, record(options), late);
    if (typeof result === 'string') return skip(result);
    const took = formatDuration(performance.now() - start);
    log.add('note', `structure of the page: ${formatBytes(result.byteLength)}, ${took}`);
    return result;
  } catch (error) {
    return skip(error instanceof Error ? error.message : String(error));
  }
}

class TooLate extends Error {}

/** @returns the file, or why there is none */
async function record(options: RecordOptions): Promise<Uint8Array | string> {
  const { session, config, log, image } = options;
  const nodes = (await options.call(`countNodes(${domLimits.nodes})`)) as number;
  if (nodes > domLimits.nodes) return `it has more than ${domLimits.nodes.toLocaleString('en-US')} nodes`;
  const masked = await options.maskedNodes();
  const raw = await session.send('DOMSnapshot.captureSnapshot', { computedStyles: [...askedStyles] });
  const snapshot = reduceSnapshot(raw, {
    area: image.area,
    scale: config.deviceScaleFactor,
    image,
    masked,
    redact: (text) => log.masked(text),
  });
  if (snapshot === null) return `it has more than ${domLimits.elements.toLocaleString('en-US')} elements`;
  return packDom(snapshot);
}
