import { describe, expect, test } from 'vitest';
import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { RequestRules } from './request-rules.ts';

const target = 'https://shop.test/cart';
const rules = (config: CaptureConfig): RequestRules => new RequestRules(config, target);

test('requests are stopped only when the config says something about them', () => {
  expect(rules({}).needed).toBe(false);
  expect(rules({ injectCss: 'a {}', cookies: [] }).needed).toBe(false);
  for (const config of [
    { resourcesToIgnore: ['a'] },
    { injectHeaders: { a: { b: 'c' } } },
    { extraHeaders: { a: 'b' } },
    { httpUserName: 'u' },
    { httpPassword: 'p' },
  ]) {
    expect(rules(config).needed).toBe(true);
  }
});

test('the page itself is never ignored', () => {
  const all = rules({ resourcesToIgnore: ['.*'] });
  expect(all.decide(target, true)).toEqual({ headers: {} });
  expect(all.decide(target, false)).toEqual({ block: 'ignored by resourcesToIgnore ".*"' });
});

describe('headers', () => {
  const config: CaptureConfig = {
    extraHeaders: { 'x-extra': 'e' },
    injectHeaders: {
      '.*': { 'x-all': 'a', Authorization: 'everywhere', cookie: 'c=1' },
      'api\\.test': { authorization: 'named' },
    },
  };

  test.each([
    [
      'the target',
      'https://shop.test/a.js',
      { 'x-extra': 'e', 'x-all': 'a', Authorization: 'everywhere', cookie: 'c=1' },
    ],
    ['another host', 'https://cdn.test/a.js', { 'x-all': 'a' }],
    ['the same host by another scheme', 'http://shop.test/', { 'x-all': 'a' }],
    ['a host that a pattern names', 'https://api.test/v1', { 'x-all': 'a', authorization: 'named' }],
    ['a host that only looks like it', 'https://api.test.evil.example/?api.test', { 'x-all': 'a' }],
  ])('for %s', (_name, url, headers) => {
    expect(rules(config).decide(url, false)).toEqual({ headers });
  });
});

describe('logins', () => {
  const withLogin = rules({ httpUserName: 'u', httpPassword: 'p' });
  const challenge = (requestId: string, origin: string, source = 'Server') => ({
    requestId,
    request: { url: origin },
    authChallenge: { origin, source, scheme: 'basic' },
  });

  test('the target gets them once for each request', () => {
    const asked = challenge('1', 'https://shop.test');
    expect(withLogin.answerChallenge(asked)).toEqual({ username: 'u', password: 'p' });
    expect(withLogin.answerChallenge(asked)).toBeUndefined();
    expect(withLogin.answerChallenge(challenge('2', 'https://shop.test'))).toEqual({
      username: 'u',
      password: 'p',
    });
  });

  test('nobody else does', () => {
    expect(withLogin.answerChallenge(challenge('3', 'https://cdn.test'))).toBeUndefined();
    expect(withLogin.answerChallenge(challenge('4', 'http://shop.test'))).toBeUndefined();
    expect(withLogin.answerChallenge(challenge('5', 'https://shop.test:8443'))).toBeUndefined();
    expect(withLogin.answerChallenge(challenge('6', 'https://shop.test', 'Proxy'))).toBeUndefined();
  });
});
