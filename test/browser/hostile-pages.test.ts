import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome, FailureReason } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { startHostileSite, type HostileSite } from '../support/hostile-site.ts';
import { processesOfGroups, processesWith } from '../support/leftovers.ts';

interface Expected {
  page: string;
  config?: CaptureConfig;
  /** `captured`, or the acceptable reasons. */
  outcome: 'captured' | FailureReason | (FailureReason | 'captured')[];
  /** What the error must say. */
  says?: RegExp;
  /** What the log must say. */
  logs?: RegExp;
}

/** Short limits for tests of waiting; long ones, for a busy machine, elsewhere. */
const limits: CaptureConfig = { timeoutMs: 120_000, resourceTimeoutMs: 1_000, quietTimeoutMs: 500 };
const soon: CaptureConfig = { timeoutMs: 5_000 };

const zoo: Expected[] = [
  { page: 'ok', outcome: 'captured', logs: /request +GET \S+\/ok 200 text\/html/ },
  { page: 'neveridle', outcome: 'captured' },
  { page: 'drip', outcome: 'captured', logs: /\/drip still open/ },
  { page: 'hangimg', outcome: 'captured', logs: /\/hang still open/ },
  { page: 'alert', outcome: 'captured', logs: /dialog +alert dismissed: 1/ },
  { page: 'prompt', outcome: 'captured', logs: /dialog +confirm dismissed: 1[^]*prompt dismissed: 2/ },
  { page: 'print', outcome: 'captured' },
  { page: 'beforeunload', outcome: 'captured' },
  { page: 'popup', outcome: 'captured', logs: /popup +50 popups were blocked/ },
  { page: 'empty', outcome: 'captured' },
  { page: 'svg', outcome: 'captured' },
  { page: 'iffile', outcome: 'captured', logs: /Not allowed to load local resource: file:/ },
  { page: 'auth', outcome: 'http_auth_required', says: /requires a login; set httpUserName/ },
  { page: 'auth', config: { httpUserName: 'u', httpPassword: 'p' }, outcome: 'captured' },
  {
    page: 'auth',
    config: { httpUserName: 'u', httpPassword: 'wrong' },
    outcome: 'http_auth_required',
    says: /refused httpUserName and httpPassword/,
  },
  {
    page: 'vtall',
    outcome: 'page_too_large',
    says: /1,280 × 30,000,000 pixels\. The limit is 50 million .*\. Capture less of it: a smaller viewportSize/,
  },
  { page: 'wide', outcome: 'page_too_large', says: /200,000 × 2,000 pixels\. The limit is 50 million/ },
  {
    page: 'tall',
    outcome: 'page_too_large',
    says: /1,280 × 100,000 pixels.* Raise maxPixels to 128000000 or more/,
  },
  { page: 'loop', outcome: 'too_many_redirects', says: /20 hops/ },
  { page: 'metaloop', outcome: 'page_never_settles' },
  { page: 'jsloop', outcome: 'page_never_settles' },
  {
    page: 'hang',
    config: soon,
    outcome: 'capture_timeout',
    says: /not ready after 5 seconds: \S+ has not answered/,
  },
  { page: 'alertloop', config: soon, outcome: 'capture_timeout', logs: /dialog +alert dismissed/ },
  { page: 'spin', config: soon, outcome: 'capture_timeout' },
  { page: 'spinlater', config: { ...soon, quietTimeoutMs: 3_000 }, outcome: 'capture_timeout' },
  { page: 'download', outcome: 'page_is_a_download', says: /a\.bin/ },
  { page: 'dlpage', outcome: 'page_is_a_download', says: /a\.bin/ },
  { page: 'pdf', outcome: 'page_is_a_download' },
  { page: 'oom', outcome: 'page_out_of_memory' },
  { page: 'gzbomb', outcome: ['captured', 'page_out_of_memory'] },
  { page: '204', outcome: 'empty_response', says: /status 204/ },
  { page: 'reset', outcome: 'connection_failed' },
  { page: '500', outcome: 'http_status', says: /^The page returned status 500\.$/ },
  { page: '500', config: { allowHttpErrors: true }, outcome: 'captured' },
  { page: 'missing', outcome: 'http_status', says: /status 404/ },
  { page: 'tofile', outcome: 'url_not_allowed' },
];

const tempDir = mkdtempSync(join(tmpdir(), 'hostile-'));
chmodSync(tempDir, 0o755);
const outcomes: CaptureOutcome[] = [];
let site: HostileSite;
let capturer: Capturer;

beforeAll(async () => {
  site = await startHostileSite();
  capturer = createCapturer({ tempDir, concurrency: 6, pageMemoryMb: 256 });
  const captures = zoo.map(({ page, config }) =>
    capturer.capture({ url: site.url(`/${page}`), config: { ...limits, ...config } }),
  );
  outcomes.push(...(await Promise.all(captures)));
});

afterAll(async () => {
  await site.close();
  rmSync(tempDir, { recursive: true, force: true });
});

for (const [index, { page, config, outcome, says, logs }] of zoo.entries()) {
  test(`/${page}${config === undefined ? '' : ` with ${JSON.stringify(config)}`}`, () => {
    const result = outcomes[index]!;
    const got = result.ok ? 'captured' : result.failure.reason;
    const told = `${got}: ${result.ok ? '' : result.failure.message}\n${result.log}`;
    expect([outcome].flat(), told).toContain(got);
    if (says !== undefined) expect(result.ok ? '' : result.failure.message).toMatch(says);
    if (logs !== undefined) expect(result.log).toMatch(logs);
    expect(result.log).toMatch(/result +(captured|failed)/);
  });
}

test('a page with an address that is not http is refused', async () => {
  for (const url of ['file:///etc/passwd', 'data:text/html,x', 'chrome://version', 'javascript:alert(1)']) {
    const result = await capturer.capture({ url, config: {} });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'url_not_allowed' } });
  }
});

test('popups, scripts in SVG and credentials went where they belong', () => {
  expect(site.hits.filter((hit) => hit.startsWith('/ok?p'))).toEqual([]);
});

test('the capturer still works after all of them, and leaves nothing behind', async () => {
  const after = await capturer.capture({ url: site.url('/ok'), config: limits });
  expect(after).toMatchObject({ ok: true, settled: true, width: 1280, height: 1024 });
  const groups = processesWith(tempDir).map(({ group }) => group);
  await capturer.close();
  expect([...processesWith(tempDir), ...processesOfGroups(groups)]).toEqual([]);
  expect(readdirSync(tempDir)).toEqual([]);
});
