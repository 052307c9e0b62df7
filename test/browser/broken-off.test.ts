import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { begun as text, breaksOff, onePixel, reset } from '../support/broken-answers.ts';
import { selfSigned, servePages, type Page, type PageServer } from '../support/page-server.ts';

/** Pages may load for a minute here: what breaks off must not wait for that. */
const limits: CaptureConfig = { quietTimeoutMs: 500 };
const noise = Array.from({ length: 2_000 }, (_, i) => Math.sin(i)).join(' ');

const raw =
  (answer: string): Page =>
  (request) =>
    void request.socket.end(answer);

/** Main documents that begin and never end as they should, with what the sentence says of it. */
const brokenDocuments: Record<string, [Page, RegExp]> = {
  '/short': [breaksOff({ 'content-length': 100_000 }, text), /ERR_CONTENT_LENGTH_MISMATCH/],
  '/short-reset': [breaksOff({ 'content-length': 100_000 }, text, reset), /ERR_CONNECTION_RESET/],
  '/chunks': [breaksOff({}, text), /ERR_INCOMPLETE_CHUNKED_ENCODING/],
  '/chunks-reset': [breaksOff({}, text, reset), /ERR_CONNECTION_RESET/],
  '/headers': [breaksOff({ 'content-length': 100 }, ''), /ERR_CONTENT_LENGTH_MISMATCH/],
  '/headers-reset': [breaksOff({ 'content-length': 100 }, '', reset), /ERR_CONNECTION_RESET/],
  '/gzip': [
    breaksOff({ 'content-encoding': 'gzip' }, gzipSync(text + noise).subarray(0, 2_000)),
    /ERR_INCOMPLETE_CHUNKED_ENCODING/,
  ],
  '/gzip-damaged': [
    (_request, response) => {
      const body = gzipSync(text + noise).fill(0xff, 12, 400);
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(body);
    },
    /compressed data is damaged/,
  ],
  '/bad-chunk': [
    raw(
      'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n',
    ),
    /ERR_INVALID_CHUNKED_ENCODING/,
  ],
  '/plain-text': [
    breaksOff({ 'content-type': 'text/plain', 'content-length': 9_000 }, 'a'),
    /LENGTH_MISMATCH/,
  ],
  '/image': [
    breaksOff({ 'content-type': 'image/png', 'content-length': 9_000 }, onePixel),
    /LENGTH_MISMATCH/,
  ],
  '/xml': [
    breaksOff(
      { 'content-type': 'image/svg+xml', 'content-length': 9_000 },
      '<svg xmlns="http://www.w3.org/2000/svg">',
    ),
    /LENGTH_MISMATCH/,
  ],
};

/** Pages that lead to one of those. */
const leadsToBroken: Record<string, Page> = {
  '/redirect': (_request, response) => void response.writeHead(302, { location: '/short' }).end(),
  '/meta-refresh': '<meta http-equiv="refresh" content="0;url=/chunks">going on',
  '/script': '<script>location = "/short-reset"</script>',
  '/script-later': '<h1>whole</h1><script>setTimeout(() => { location = "/chunks" }, 300)</script>',
  '/form': '<form action="/short"></form><script>document.forms[0].submit()</script>',
};

let site: PageServer;
let capturer: Capturer;
const outcomes = new Map<string, CaptureOutcome>();

beforeAll(async () => {
  const broken = Object.entries(brokenDocuments).map(([path, [page]]) => [path, page] as const);
  site = await servePages({ ...Object.fromEntries(broken), ...leadsToBroken });
  capturer = createCapturer({ concurrency: 4 });
  await Promise.all(
    Object.keys({ ...brokenDocuments, ...leadsToBroken }).map(async (path) =>
      outcomes.set(path, await capturer.capture({ url: site.url(path), config: limits })),
    ),
  );
});

afterAll(async () => {
  await capturer.close();
  await site.close();
});

test.each(Object.keys({ ...brokenDocuments, ...leadsToBroken }))(
  '%s is a failed capture, at once',
  (path) => {
    const outcome = outcomes.get(path)!;
    expect(outcome, outcome.log).toMatchObject({ ok: false, failure: { reason: 'connection_failed' } });
    const says = brokenDocuments[path]?.[1] ?? /was cut short/;
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(says);
    expect(outcome.ok ? '' : outcome.failure.message).toMatch(
      /^The page from 127\.0\.0\.1:\d+ was cut short: /,
    );
    // Far below the 60 seconds for which a page may load.
    expect(outcome.durationMs).toBeLessThan(30_000);
  },
);

test('over HTTP/2 too', async () => {
  const server = createSecureServer(selfSigned, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write(text);
    setTimeout(() => response.stream.close(2), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const outcome = await capturer.capture({ url, config: { ...limits, ignoreTlsErrors: true } });
  server.close();
  expect(outcome, outcome.log).toMatchObject({ ok: false, failure: { reason: 'connection_failed' } });
  expect(outcome.ok ? '' : outcome.failure.message).toContain('ERR_HTTP2_PROTOCOL_ERROR');
});
