/** What every answer says about itself: nothing may frame it, run in it, sniff it, or read it from another site. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uiAddresses } from '../../src/http/pages/web-files.ts';
import { cspFindings } from '../support/csp-rules.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
});
afterAll(() => server.close());

const pages = [
  ...uiAddresses,
  '/build?id=1',
  '/no-such-page',
  '/api/work_queue',
  '/api/work_queue/capture',
  '/api/reference',
  '/static/dummy/index.html',
  '/static/dummy/dummy_page1.html',
  '/static/dummy/dummy_page2.html',
];

const asBrowser = (extra: Record<string, string> = {}) => ({
  ...basic(server.superKey),
  accept: 'text/html,application/xhtml+xml',
  ...extra,
});

it.each([
  ["default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", 0],
  ["default-src 'self'", 5],
  ["script-src 'self' 'unsafe-inline' https: *.cdn.example; frame-ancestors *", 8],
])('the rules of this test find what is wrong: %s', (policy, count) => {
  expect(cspFindings(policy)).toHaveLength(count);
});

describe('D22, T29: every page', () => {
  it.each(pages)('%s', async (address) => {
    const response = await fetch(server.url + address, { headers: asBrowser() });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const { headers } = response;
    expect(cspFindings(headers.get('content-security-policy')!)).toEqual([]);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const markup = await response.text();
    expect(markup).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|\son\w+=|javascript:/i);
  });
});

describe('answers that are no page', () => {
  it('T30: are never for other origins, and no preflight is answered', async () => {
    for (const operation of allOperations.filter(
      ({ method, name }) => method === 'GET' && name !== 'watch_release',
    )) {
      const path = operation.path.replace(/\{\w+\}/g, '1');
      const query = new URLSearchParams(
        validParameters(server, operation).map(([name, value]) => [name, String(value)]),
      );
      const url = `${server.url}${path}?${query.toString()}`;
      for (const headers of [
        { ...basic(server.keyA), origin: 'https://evil.example' },
        { ...basic(server.keyA), origin: 'null' },
        { ...basic(server.keyA), origin: 'https://depicted.example.evil.example' },
      ]) {
        const response = await fetch(url, { headers });
        expect(response.status, operation.name).toBe(403);
        expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    const preflight = await fetch(`${server.url}/api/create_release`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('T22, T36: carry the same protection when they are errors', async () => {
    for (const path of [
      '/api/find_run',
      '/api/nothing',
      '/static/app/assets/nothing.js',
      '/%ff',
      '/metrics',
    ]) {
      const { headers, status } = await fetch(server.url + path);
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(headers.get('content-type'), path).toBe('application/json; charset=utf-8');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(cspFindings(headers.get('content-security-policy')!), path).toEqual([]);
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });

  it('T53: that depend on who asks are never kept by others, and set no cookie', async () => {
    for (const operation of allOperations.filter(
      ({ method, name }) => method === 'GET' && name !== 'watch_release',
    )) {
      const path = operation.path.replace(/\{\w+\}/g, '1');
      const query = new URLSearchParams(
        validParameters(server, operation).map(([name, value]) => [name, String(value)]),
      );
      const { headers } = await fetch(`${server.url}${path}?${query.toString()}`, {
        headers: basic(server.superKey),
      });
      expect(headers.get('cache-control') ?? 'no-store', operation.name).toMatch(/^(private|no-store)/);
      expect(headers.get('cache-control'), operation.name).not.toBeNull();
      expect(headers.get('set-cookie'), operation.name).toBeNull();
    }
  });
});

describe('T52: addresses in answers and mails', () => {
  it.each([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    { forwarded: 'host=evil.example;proto=http' },
  ])('come from the public URL alone: %j', async (headers) => {
    const { request } = await import('node:http');
    const body = new URLSearchParams({
      build_id: String(server.buildA),
      release_name: 'r',
      release_number: '1',
    }).toString();
    const answer = await new Promise<string>((resolve, reject) => {
      const call = request(
        `${server.url}/api/runs_done`,
        {
          method: 'POST',
          headers: { ...basic(server.keyA), 'content-type': 'application/x-www-form-urlencoded', ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          response.on('end', () => resolve(text));
        },
      );
      call.on('error', reject).end(body);
    });
    expect(JSON.parse(answer)).toMatchObject({
      results_url: expect.stringMatching(/^https:\/\/depicted\.example\/release\?/) as string,
    });
    expect(answer).not.toContain('evil');
  });
});
