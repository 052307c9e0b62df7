/** Texts for failures: what went wrong and what to do. */

import type { ReportFailure } from '../../contract/files/local-report.ts';

const failureTitles: Record<ReportFailure['reason'], string> = {
  capture_timeout: 'The page was not ready in time',
  page_crashed: 'The page crashed',
  page_out_of_memory: 'The browser ran out of memory',
  connection_failed: 'The page could not be reached',
  comparison_timeout: 'The comparison took too long',
  page_incomplete: 'Parts of the page did not load',
  step_failed: 'A step could not be done',
  http_status: 'The page returned an error',
  http_auth_required: 'The page asks for a password',
  tls_error: 'The certificate is not valid',
  too_many_redirects: 'The page keeps redirecting',
  page_never_settles: 'The page never settled',
  page_too_large: 'The page is too large',
  page_is_a_download: 'The address is a download, not a page',
  empty_response: 'The page is empty',
  script_error: 'An injected script failed',
  selector_missing: 'An element is missing',
  url_not_allowed: 'The address is not allowed',
  egress_blocked: 'The address is off limits for this server',
  image_invalid: 'An image could not be read',
  image_too_large: 'An image is too large',
  setup_failed: 'Setup failed',
  wait_for_failed: 'The server did not become ready',
  source_failed: 'The pages to test were not found',
  reference_missing: 'There is no baseline yet',
  browser_missing: 'There is no browser',
  internal: 'Something went wrong in Depicted',
};

const failureAdvice: Partial<Record<ReportFailure['reason'], string>> = {
  capture_timeout:
    'Check the log below for requests that never finish. Ignore them with resourcesToIgnore, or raise timeoutMs.',
  page_crashed: 'Capture it again. If it keeps crashing, try a smaller viewport or fewer --workers.',
  page_out_of_memory: 'Try fewer --workers, a smaller viewport, or deviceScaleFactor 1.',
  connection_failed:
    'Check that the server is running and the address is right. waitFor can wait until it answers.',
  comparison_timeout: 'Compare it again. If it still takes too long, capture a smaller part of the page.',
  page_incomplete:
    'The log below names each part. Fix its address, or ignore it with resourcesToIgnore if the screenshot does not need it.',
  step_failed:
    'The image shows the window at that moment. Check the selector, wait for what must come first with waitFor, or raise stepTimeoutMs.',
  http_status: 'Open the address in a browser. To test an error page, set allowHttpErrors.',
  http_auth_required: 'Set httpUserName and httpPassword in the config of this test.',
  tls_error: 'Renew the certificate, or set ignoreTlsErrors for a test server.',
  too_many_redirects: 'The usual cause is a missing cookie: set cookies or a logged-in state.',
  page_never_settles: 'Hide moving parts with hideSelectors, or stop the clock with freezeTime.',
  page_too_large: 'Capture one element with selector, turn off fullPage, or raise maxPixels.',
  page_is_a_download: 'Test the page that links to it instead.',
  empty_response: 'The server sent no content. Check the address.',
  script_error: "The log below shows the script's error message and where it was thrown.",
  selector_missing: 'Check the selector, or wait for it with waitForSelector.',
  setup_failed: 'The log below shows the output of the setup script. No test of this file ran.',
  wait_for_failed: 'The log below shows the output of waitFor. No test of this file ran.',
  source_failed: 'Check the address of the sitemap or the crawl, and its include and exclude.',
  reference_missing: 'If the screenshot looks right, make it the baseline.',
  browser_missing: 'Run dpxdt doctor to see how to install one.',
  internal: 'Please report this with the log below.',
};

/** What went wrong, without a full stop; third-party workers may report unknown reasons. */
export function failureTitle({ reason }: { reason: string }): string {
  return (failureTitles as Record<string, string>)[reason] ?? 'It failed';
}

/** What to do about it, or null if the message suffices. */
export function failureAdviceOf({ reason }: { reason: string }): string | null {
  return (failureAdvice as Record<string, string>)[reason] ?? null;
}
