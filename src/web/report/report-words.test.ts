import { describe, expect, test } from 'vitest';
import { shellWord } from '../../base/shell-word.ts';
import { approveChangeCommand, approveCommand, retestCommand } from './commands.ts';
import { formatLocation, parseLocation } from './location.ts';
import { logResult, logStages, parseLog } from '../kit/log-model.ts';
import { shortName, visibleText } from '../kit/middle-cut.tsx';
import { fileAddress } from './report-images.ts';
import { formatAgo, formatDuration, formatShare } from '../kit/format.ts';

describe('figures', () => {
  test('a difference is never shown as 0 %, a rest never as 100 %', () => {
    expect([0, 1e-9, 0.00012, 0.0124, 0.99999, 1].map(formatShare)).toEqual([
      '0 %',
      '< 0.01 %',
      '0.01 %',
      '1.24 %',
      '> 99.99 %',
      '100.00 %',
    ]);
  });

  test('times', () => {
    expect([640, 18_400, 61_000].map(formatDuration)).toEqual(['640 ms', '18.4 s', '1 min 1 s']);
    const now = new Date('2026-11-22T12:00:00Z');
    const ago = (minutes: number) => formatAgo(new Date(now.getTime() - minutes * 60_000), now);
    expect([0, 1, 59, 60, 1_439, 2_880].map(ago)).toEqual([
      'just now',
      '1 minute ago',
      '59 minutes ago',
      '1 hour ago',
      '23 hours ago',
      '2 days ago',
    ]);
  });
});

describe('commands', () => {
  test('words are quoted for a POSIX shell', () => {
    expect(['a b', "it's", '$(rm)', 'plain/name@phone', ''].map(shellWord)).toEqual([
      "'a b'",
      "'it'\\''s'",
      "'$(rm)'",
      'plain/name@phone',
      "''",
    ]);
  });

  test('approve and test again', () => {
    const report = { folder: 'my tests', command: 'test' as const };
    expect(approveCommand(report, ['home', '-x'])).toBe("dpxdt approve -- 'my tests' home -x");
    expect(approveChangeCommand(report, '3f9c2a')).toBe("dpxdt approve 'my tests' --change 3f9c2a");
    expect(retestCommand(report, 'a:b-c')).toBe("dpxdt test 'my tests' --test_filter='a?b-c'");
  });
});

test('the address keeps the whole view, and survives anything', () => {
  const location = {
    test: 'a & b=ü#?',
    view: 'swipe' as const,
    region: 3,
    aligned: false,
    at: { x: 10, y: 20, scale: 1.5 },
    states: ['differs', 'new'] as const,
    text: 'sch%on',
    list: 'changes' as const,
    change: '3f9c2a',
  };
  expect(parseLocation(formatLocation(location))).toEqual(location);
  expect(parseLocation('#view=nonsense&region=-1&at=1,2&show=x,same&test=')).toEqual({
    test: '',
    view: null,
    region: null,
    at: null,
    aligned: null,
    states: ['same'],
    text: '',
    list: 'tests',
    change: null,
  });
});

test('a log becomes events with their continuation lines, and stages with durations', () => {
  const lines = parseLog(
    '   0.250  error     first\n                    second\n   1.000  stage     loading took 998 ms\n   1.500  stage     shooting took 0.5 s\n   1.502  result    captured\n',
  );
  expect(lines.map(({ kind }) => kind)).toEqual(['error', 'stage', 'stage', 'result']);
  expect(lines[0]!.text).toBe('first\nsecond');
  expect(logStages(lines)).toEqual([
    { name: 'loading', startMs: 0, durationMs: 1_000 },
    { name: 'shooting', startMs: 1_000, durationMs: 500 },
  ]);
  expect(logResult(lines)).toBe('captured');
  expect(logResult(parseLog('npm error\n'))).toBeNull();
  expect(parseLog('npm error\n  code 1\n').map(({ kind }) => kind)).toEqual(['output', 'output']);
});

test('characters that turn or hide text are written out; long names are short in sentences', () => {
  expect(visibleText('a\u202Eb\u200Bc\n')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+000A⟩');
  expect(visibleText('صفحة 🦊')).toBe('صفحة 🦊');
  expect([...shortName('x'.repeat(255))]).toHaveLength(60);
});

test('addresses of files are relative, whatever the path holds', () => {
  expect(fileAddress('after/a b#1 50%.png')).toBe('./after/a%20b%231%2050%25.png');
  expect(fileAddress('//evil.test/x')).toBe('.///evil.test/x');
  expect(fileAddress('javascript:alert(1)')).toBe('./javascript%3Aalert(1)');
});
