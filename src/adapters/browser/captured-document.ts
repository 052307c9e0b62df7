import type { CapturedPage } from '../../domain/capture/capture.ts';
import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { CaptureLog } from './capture-log.ts';
import { incompleteFailure } from './failures.ts';
import type { Incomplete } from './missing-parts.ts';
import type { OpenRequests } from './open-requests.ts';
import type { Screenshots } from './shoot.ts';

/** A captured page. */
export interface CapturedDocument {
  shots: Screenshots;
  /** Null: not recorded. */
  dom: Uint8Array | null;
  incomplete: Incomplete;
}

type ShownFields =
  'image' | 'width' | 'height' | 'shots' | 'settled' | 'dom' | 'incomplete' | 'incompleteCount';

/** What the outcome of a capture tells of it. */
export function shownFields({ shots, dom, incomplete }: CapturedDocument): Pick<CapturedPage, ShownFields> {
  const { image, width, height, settled } = shots;
  const parts = { incomplete: incomplete.parts, incompleteCount: incomplete.count };
  return { image, width, height, shots: shots.shots, settled, dom, ...parts };
}

interface CompletenessOptions {
  shots: Pick<Screenshots, 'isComplete'>;
  network: Pick<OpenRequests, 'incomplete'>;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** `performance.now()`. */
  screenshotAt: number;
}

/**
 * Reports what the page lacks, in the log and, if the config says so, as a failure.
 *
 * @throws CaptureFailed `page_incomplete`
 */
export function checkComplete(options: CompletenessOptions): Incomplete {
  const { shots, network, config, log, screenshotAt } = options;
  const incomplete = network.incomplete(screenshotAt, shots.isComplete);
  for (const { url, why } of incomplete.parts) log.add('note', `incomplete: ${url}: ${why}`);
  const unlisted = incomplete.count - incomplete.parts.length;
  if (unlisted > 0) log.add('note', `incomplete: ${unlisted} more`);
  if (incomplete.count > 0 && config.failOnIncomplete === true) throw incompleteFailure(incomplete);
  return incomplete;
}
