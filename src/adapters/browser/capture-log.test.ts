import { expect, test } from 'vitest';
import { CaptureLog, formatBytes, formatDuration } from './capture-log.ts';

test('one line an event: seconds, kind, text; further lines of a text are indented', () => {
  const log = new CaptureLog({});
  log.add('capture', 'http://localhost/');
  log.add('console', 'log: two\nlines');
  log.add('result', 'captured');
  expect(log.toString()).toMatch(
    /^ +\d+\.\d{3} {2}capture {3}http:\/\/localhost\/\n +\d+\.\d{3} {2}console {3}log: two\n {20}lines\n +\d+\.\d{3} {2}result {4}captured\n$/,
  );
});

test('secrets are masked in every form in which they may turn up', () => {
  const log = new CaptureLog({
    httpUserName: 'mia',
    httpPassword: 'pass word"1',
    cookies: [{ name: 'session', value: 'cookie-value' }],
    injectHeaders: { a: { 'X-Token': 'token-1' } },
    extraHeaders: { 'X-Key': 'key-12' },
  });
  const basic = Buffer.from('mia:pass word"1').toString('base64');
  log.add(
    'note',
    `pass word"1 pass%20word%221 pass word\\"1 ${basic} cookie-value token-1 key-12 http://mia:other@host/x`,
  );
  expect(log.toString()).toContain('••• ••• ••• ••• ••• ••• ••• http://mia:•••@host/x\n');
});

test('control characters cannot get into a terminal', () => {
  const log = new CaptureLog({});
  log.add('console', 'a\u001b[31mb\u0000c\u0085d\te\r\nf');
  expect(log.toString()).toContain('a [31mb c d e\n                    f');
});

test('a long line is cut, a long log is bounded, the result is always there', () => {
  const log = new CaptureLog({});
  log.add('console', 'x'.repeat(100_000));
  expect(log.toString().length).toBeLessThan(5_000);
  for (let i = 0; i < 2_000; i++) log.add('console', `${i} ${'ä'.repeat(1_000)}`);
  log.add('result', 'captured');
  const text = log.toString();
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(text).toMatch(/the log is full: \d+ more lines were left out\n.* captured\n$/);
});

test('sizes and durations for people', () => {
  expect([0, 999, 1_234, 5_678_901].map(formatBytes)).toEqual(['0 B', '999 B', '1.2 kB', '5.7 MB']);
  expect([3.4, 999, 1_000, 1_500, 90_000].map(formatDuration)).toEqual([
    '3 ms',
    '999 ms',
    '1 second',
    '1.5 seconds',
    '90 seconds',
  ]);
});
