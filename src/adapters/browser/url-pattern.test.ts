import { expect, test } from 'vitest';
import { UrlPattern } from './url-pattern.ts';

const url = 'http://cdn.example.com/ads/banner.js?x=1';

test.each([
  ['the whole address', url, true],
  ['an RE2 pattern, found anywhere', 'ads/.*\\.js', true],
  ['an anchored pattern', '^http://cdn', true],
  ['a pattern that is not there', 'ads/.*\\.css', false],
  ['an address that is no pattern is taken literally', 'http://cdn.example.com/ads/banner.js?x=1(', false],
  ['another text that is no pattern matches nothing', '*.example.com', false],
  ['a dot is any character', 'banner.js', true],
])('%s', (_name, pattern, expected) => {
  expect(new UrlPattern(pattern).matches(url)).toBe(expected);
});

test('an address with characters of patterns, taken literally', () => {
  const odd = 'http://host/a?b=(c';
  expect(new UrlPattern(odd).matches(odd)).toBe(true);
  expect(new UrlPattern(odd).matches(`${odd}&d`)).toBe(true);
});

test('nested quantifiers take linear time', () => {
  const start = performance.now();
  expect(new UrlPattern('(a+)+$').matches(`http://host/${'a'.repeat(2_000)}!`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test.each([
  ['api\\.example\\.com', 'api.example.com', true],
  ['https://api.example.com/v1', 'api.example.com', true],
  ['127\\.0\\.0\\.1.*pixel', '127.0.0.1', true],
  ['(www\\.)?example\\.com/', 'example.com', true],
  ['.*', 'example.com', false],
  ['example\\.com', 'evil-example.com', false],
  ['evil\\.example\\.com', 'example.com', false],
  ['example\\.com\\.evil\\.net', 'example.com', false],
  ['example.com.evil.net', 'example.com', false],
  ['my-example\\.com', 'example.com', false],
  ['', '', false],
])('%s names %s: %s', (pattern, host, expected) => {
  expect(new UrlPattern(pattern).namesHost(host)).toBe(expected);
});
