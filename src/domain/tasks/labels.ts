/** Labels route captures: a task with a label is only leased to workers that have it. */

import { AppError } from '../../base/errors.ts';
import type { BrowserName } from '../capture/capture-config.ts';

/** Of a task that any worker may do, and of a build or run that asks for none. */
export const noLabel = '';
export const maxLabelLength = 40;
/** Per worker. */
export const maxLabels = 10;

/** The label of captures in Firefox, which a worker that has Firefox has by itself. */
const firefoxLabel = 'firefox';
/** Ends the label of captures in Firefox that ask for a label, too: `vpn.firefox`. */
const firefoxEnding = `.${firefoxLabel}`;

const form = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Whether people may give this label to workers, builds and pages. */
export function isLabel(text: string): boolean {
  return text.length <= maxLabelLength && form.test(text) && !needsFirefox(text);
}

/** Whether a task has this label because it is captured in Firefox. */
export function needsFirefox(label: string): boolean {
  return label === firefoxLabel || label.endsWith(firefoxEnding);
}

/** The label of a capture: the one that is asked for, and the browser if not every worker has it. */
export function labelOfCapture(asked: string, browser: BrowserName | undefined): string {
  return browser === 'firefox' ? withFirefox(asked) : asked;
}

/** The label that was asked for. */
export function labelWithoutBrowser(label: string): string {
  return label === firefoxLabel
    ? noLabel
    : needsFirefox(label)
      ? label.slice(0, -firefoxEnding.length)
      : label;
}

/** The labels under which a worker asks for work, in addition to no label. @param own those that it was given */
export function labelsWithBrowsers(
  own: readonly string[],
  browsers: readonly BrowserName[],
  onlyLabeled: boolean,
): string[] {
  if (!browsers.includes('firefox')) return [...own];
  return [...own, ...(onlyLabeled ? own : [noLabel, ...own]).map(withFirefox)];
}

function withFirefox(label: string): string {
  return label === noLabel ? firefoxLabel : `${label}${firefoxEnding}`;
}

/** @throws AppError `invalid_argument` that names the parameter; no label is one as well */
export function checkLabel(parameter: string, label: string): string {
  if (label === noLabel || isLabel(label)) return label;
  if (needsFirefox(label)) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must not be "${label.slice(0, 60)}": ${reservedSentence}`,
      {
        details: { parameter },
      },
    );
  }
  throw new AppError(
    'invalid_argument',
    `${parameter} must be 1 to ${maxLabelLength} letters, digits, dots, dashes and underscores, such as "vpn", got "${label.slice(0, 60)}".`,
    { details: { parameter } },
  );
}

/** Follows a colon. */
const reservedSentence =
  'a worker that has Firefox takes captures in Firefox without a label. Install Firefox there, and choose another label.';

/**
 * The labels of the tasks that a worker takes, distinct; `noLabel` is among them unless it takes only labeled ones.
 *
 * @throws AppError `invalid_argument`
 */
export function labelsToLease(labels: readonly string[], onlyLabeled: boolean): string[] {
  const own = [...new Set(labels)]
    .map((label) => (needsFirefox(label) ? checkFirefoxLabel(label) : checkLabel('labels', label)))
    .filter((label) => label !== noLabel);
  const named = new Set(own.map(labelWithoutBrowser).filter((label) => label !== noLabel));
  if (named.size > maxLabels) {
    throw new AppError('invalid_argument', `A worker has at most ${maxLabels} labels, got ${named.size}.`, {
      details: { parameter: 'labels' },
    });
  }
  if (onlyLabeled && own.length === 0) {
    throw new AppError('invalid_argument', 'A worker that takes only labeled tasks must have a label.', {
      details: { parameter: 'labels' },
    });
  }
  return onlyLabeled ? own : [noLabel, ...own];
}

function checkFirefoxLabel(label: string): string {
  checkLabel('labels', labelWithoutBrowser(label));
  return label;
}
