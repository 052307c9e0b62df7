/** Warnings of a capture that succeeded: nothing failed, but the screenshot may not show what was meant. */

export const captureWarningCodes = [
  /** A selector of `mask`, `hideSelectors` or `removeSelectors` matches nothing. */
  'selector_unmatched',
  /** An element that should be hidden or removed still shows. */
  'still_visible',
  /** What was appended while the page was scrolled is left out. */
  'growth_left_out',
  /** The page reacted to being scrolled, for example with a pop-up. */
  'scroll_side_effect',
  /** The page never stood still. */
  'unsettled',
  /** A worker of the page computed for too long, or never stopped sending messages. */
  'worker_restless',
  /** The screenshot has only one color. */
  'blank',
  /** The page has an inner scroller whose content is not all shown. */
  'scroller_cut',
  /** The page has a frame of another origin below the first window. */
  'frame_not_drawn',
  /** No window is as tall as the page, which grows with it. */
  'window_kept',
  /** The baseline was captured by another browser, platform or set of fonts. */
  'environment_changed',
] as const;

export type CaptureWarningCode = (typeof captureWarningCodes)[number];

export interface CaptureWarning {
  code: CaptureWarningCode;
  /** The selector that it is about; at most 1,024 characters. */
  selector?: string;
  /** One sentence, secrets masked; at most 500 characters. */
  sentence: string;
}

/** A warning as a worker reports it: one of a newer version may have codes that this one does not know. */
export interface ReportedWarning {
  code: string;
  selector?: string | undefined;
  sentence: string;
}

/** `1 warning`, `3 warnings`. */
export function countWarnings(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'warning' : 'warnings'}`;
}

/** Maximum number of warnings of a capture. */
export const maxCaptureWarnings = 50;
