/** Words and figures as people read them. */

import type { LocalTestResult, LocalTestState, ReportFailure } from '../../contract/local-report.ts';
import type { IconName } from '../ui/icons.tsx';

export const stateWords: Record<LocalTestState, string> = {
  differs: 'Differs',
  failed: 'Failed',
  new: 'New',
  same: 'Same',
  updated: 'Updated',
  unchanged: 'Unchanged',
};

export const stateIcons: Record<LocalTestState, IconName> = {
  differs: 'differs',
  failed: 'failed',
  new: 'new',
  same: 'same',
  updated: 'updated',
  unchanged: 'same',
};

/** `1 region`, `1,204 regions`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** A share as percent with two decimals; a difference is never shown as 0. */
export function formatShare(ratio: number): string {
  if (ratio === 0) return '0 %';
  if (ratio < 0.0001) return '< 0.01 %';
  if (ratio > 0.9999 && ratio < 1) return '> 99.99 %';
  return `${(ratio * 100).toFixed(2)} %`;
}

export function formatPixels(count: number): string {
  return `${count.toLocaleString('en-US')} px`;
}

/** `1280 × 5,400`. */
export function formatSize(size: { width: number; height: number }): string {
  return `${size.width.toLocaleString('en-US')} × ${size.height.toLocaleString('en-US')}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `3 minutes ago`; the exact time belongs into the tooltip. */
export function formatAgo(then: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - then.getTime()) / 1_000);
  if (seconds < 60) return 'just now';
  const steps: [number, string][] = [
    [60, 'minute'],
    [60, 'hour'],
    [24, 'day'],
  ];
  let value = seconds;
  let unit = 'second';
  for (const [size, name] of steps) {
    if (value < size) break;
    value = Math.floor(value / size);
    unit = name;
  }
  return `${plural(value, unit)} ago`;
}

/** `400 px taller, 12 px narrower` for the after picture, or null when the sizes are equal. */
export function sizeChange(test: Pick<LocalTestResult, 'before' | 'after'>): string | null {
  const { before, after } = test;
  if (before === null || after === null) return null;
  const parts: string[] = [];
  const change = (difference: number, more: string, less: string) => {
    if (difference !== 0)
      parts.push(`${Math.abs(difference).toLocaleString('en-US')} px ${difference > 0 ? more : less}`);
  };
  change(after.height - before.height, 'taller', 'shorter');
  change(after.width - before.width, 'wider', 'narrower');
  return parts.length === 0 ? null : parts.join(', ');
}

const failureTitles: Record<ReportFailure['reason'], string> = {
  capture_timeout: 'The page was not ready in time',
  page_crashed: 'The page crashed',
  page_out_of_memory: 'The browser ran out of memory',
  connection_failed: 'The page could not be reached',
  http_status: 'The page answered with an error',
  http_auth_required: 'The page asks for a password',
  tls_error: 'The certificate is not valid',
  too_many_redirects: 'The page keeps redirecting',
  page_never_settles: 'The page never stood still',
  page_too_large: 'The page is too large',
  page_is_a_download: 'The address is a download, not a page',
  empty_response: 'The page is empty',
  script_error: 'An injected script failed',
  selector_missing: 'An element is missing',
  url_not_allowed: 'The address is not allowed',
  egress_blocked: 'The address may not be reached from here',
  image_invalid: 'A picture could not be read',
  image_too_large: 'A picture is too large',
  setup_failed: 'Setup failed',
  wait_for_failed: 'The server did not get ready',
  reference_missing: 'There is no reference yet',
  browser_missing: 'There is no browser',
  internal: 'Something went wrong in Depicted',
};

const failureAdvice: Partial<Record<ReportFailure['reason'], string>> = {
  capture_timeout:
    'Look for requests that never end in the log below. Ignore them with resourcesToIgnore, or raise timeoutMs.',
  page_crashed: 'Capture it again. If it keeps crashing, try a smaller viewport or fewer --workers.',
  page_out_of_memory: 'Try fewer --workers, a smaller viewport, or deviceScaleFactor 1.',
  connection_failed:
    'Check that the server is running and the address is right. waitFor can wait until it answers.',
  http_status:
    'Open the address in a browser. If an error page is what you want to test, set allowHttpErrors.',
  http_auth_required: 'Set httpUserName and httpPassword in the config of this test.',
  tls_error: 'Renew the certificate, or set ignoreTlsErrors for a test server.',
  too_many_redirects: 'A missing cookie is the usual cause: set cookies or a logged-in state.',
  page_never_settles: 'Hide what moves with hideSelectors, or stop the clock with freezeTime.',
  page_too_large: 'Shoot one element with selector, turn fullPage off, or raise maxPixels.',
  page_is_a_download: 'Test the page that links to it instead.',
  empty_response: 'The server sent no content. Check the address.',
  script_error: 'The message of the script and where it was thrown stand in the log below.',
  selector_missing: 'Check the selector, or wait for it with waitForSelector.',
  setup_failed: 'The output of the setup script is in the log below. Nothing of this file was tested.',
  wait_for_failed: 'The output of waitFor is in the log below. Nothing of this file was tested.',
  reference_missing: 'If the picture looks right, make it the reference.',
  browser_missing: 'dpxdt doctor says how to get one.',
  internal: 'Please report this with the log below.',
};

export function failureTitle(failure: ReportFailure): string {
  return failureTitles[failure.reason] ?? 'It failed';
}

/** What to do about it, or null where the message says it all. */
export function failureAdviceOf(failure: ReportFailure): string | null {
  return failureAdvice[failure.reason] ?? null;
}
