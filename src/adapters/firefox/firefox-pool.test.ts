import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectionClosedError } from '../browser/cdp-connection.ts';
import { FirefoxPool } from './firefox-pool.ts';
import type { FirefoxProcess } from './firefox-process.ts';

const answerTimeoutMs = 30_000;
const identity = { ignoreTlsErrors: false, onPopup: () => undefined };
const light = { colorScheme: 'light', reducedMotion: 'reduce' } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param windowMs how long a window takes to open; null: it never opens */
function slowFirefox(windowMs: number | null): FirefoxProcess {
  const answers: Record<string, unknown> = {
    'browsingContext.getTree': { contexts: [{ context: 'first' }] },
    'browser.createUserContext': { userContext: 'user' },
  };
  const send = (method: string, params: { type?: string } = {}): Promise<unknown> => {
    if (method !== 'browsingContext.create') return Promise.resolve(answers[method] ?? {});
    if (params.type === 'tab') return Promise.resolve({ context: 'tab' });
    return new Promise((resolve) => {
      if (windowMs !== null) setTimeout(() => resolve({ context: 'window' }), windowMs);
    });
  };
  const connection = { closed: false, send, on: () => () => undefined, onClosed: () => () => undefined };
  return { pid: 1, version: 'Firefox 1', connection, kill: () => Promise.resolve() } as never;
}

async function open(firefox: FirefoxProcess, pages: number): Promise<PromiseSettledResult<unknown>[]> {
  const pool = new FirefoxPool(() => Promise.resolve(firefox), answerTimeoutMs);
  const opening = Promise.allSettled(
    Array.from({ length: pages }, async () => (await pool.lease(light)).openPage(identity)),
  );
  await vi.advanceTimersByTimeAsync(600_000);
  return opening;
}

test('on a busy machine, a page waits for the windows of those before it as long as each opens in time', async () => {
  const opened = await open(slowFirefox(10_000), 16);
  expect(opened.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 'fulfilled'));
});

test('a Firefox that opens no window hangs', async () => {
  const [opened] = await open(slowFirefox(null), 1);
  expect(opened).toMatchObject({
    status: 'rejected',
    reason: new ConnectionClosedError('Firefox opens no page'),
  });
});
