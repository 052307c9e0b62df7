/** Labels route captures: a task with a label is only leased to workers that have it. */

import { AppError } from '../../base/errors.ts';

/** Of a task that any worker may do, and of a build or run that asks for none. */
export const noLabel = '';
export const maxLabelLength = 40;
/** Per worker. */
export const maxLabels = 10;

const form = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export function isLabel(text: string): boolean {
  return text.length <= maxLabelLength && form.test(text);
}

/** @throws AppError `invalid_argument` that names the parameter; no label is one as well */
export function checkLabel(parameter: string, label: string): string {
  if (label === noLabel || isLabel(label)) return label;
  throw new AppError(
    'invalid_argument',
    `${parameter} must be 1 to ${maxLabelLength} letters, digits, dots, dashes and underscores, such as "vpn", got "${label.slice(0, 60)}".`,
    { details: { parameter } },
  );
}

/**
 * The labels of the tasks that a worker takes, distinct; `noLabel` is among them unless it takes only labeled ones.
 *
 * @throws AppError `invalid_argument`
 */
export function labelsToLease(labels: readonly string[], onlyLabeled: boolean): string[] {
  const own = [...new Set(labels)]
    .map((label) => checkLabel('labels', label))
    .filter((label) => label !== noLabel);
  if (own.length > maxLabels) {
    throw new AppError('invalid_argument', `A worker has at most ${maxLabels} labels, got ${own.length}.`, {
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
