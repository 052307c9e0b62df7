/** T10: what gives access to a page goes to that page's origin, whatever it leads to. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

let target: PageServer;
let foreign: PageServer;
let capturer: Capturer;

beforeAll(async () => {
  foreign = await servePages({ '/': '<p>foreign</p>', '/part.js': '', '/again': '<p>again</p>' });
  target = await servePages({
    '/redirect': (_request, response) => response.writeHead(302, { location: `${foreign.origin}/` }).end(),
    '/redirect-307': (_request, response) =>
      response.writeHead(307, { location: `${foreign.origin}/again` }).end(),
    '/parts': `<script src="${foreign.origin}/part.js"></script><script src="/moved.js"></script>`,
    '/moved.js': (_request, response) =>
      response.writeHead(301, { location: `${foreign.origin}/part.js?moved` }).end(),
  });
  capturer = createCapturer({ concurrency: 1 });
});
afterAll(async () => {
  await capturer.close();
  await Promise.all([target.close(), foreign.close()]);
});

const config: CaptureConfig = {
  quietTimeoutMs: 500,
  extraHeaders: { 'x-secret': 'extra-secret' },
  injectHeaders: { '.*': { authorization: 'Basic aW5qZWN0ZWQ6c2VjcmV0', cookie: 'session=injected-secret' } },
  cookies: [{ name: 'login', value: 'cookie-secret', path: '/', sameSite: 'Lax' }],
};

test.each(['/redirect', '/redirect-307', '/parts'])('%s', async (path) => {
  const before = foreign.seen.length;
  const outcome = await capturer.capture({ url: target.url(path), config });
  expect(outcome.ok, outcome.log).toBe(true);
  const own = target.seen.findLast((request) => request.path === path)!;
  expect(own.headers).toMatchObject({
    'x-secret': 'extra-secret',
    authorization: expect.any(String) as string,
  });
  const reached = foreign.seen.slice(before).filter((request) => request.path !== '/favicon.ico');
  expect(reached.length).toBeGreaterThan(0);
  for (const { path: reachedPath, headers } of reached) {
    const text = JSON.stringify(headers);
    expect(text, reachedPath).not.toMatch(/extra-secret|aW5qZWN0ZWQ6c2VjcmV0|injected-secret/);
  }
  // T48: the log names what was sent, never its value.
  expect(outcome.log).toContain('authorization');
  expect(outcome.log).not.toMatch(/extra-secret|aW5qZWN0ZWQ6c2VjcmV0|injected-secret|cookie-secret/);
});
