import { describe, expect, it } from 'vitest';
import { branchNameOf, isMainBranch, matchesGlob } from './main-branches.ts';

describe('globs of branch names', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'Main', false],
    ['main', 'mainline', false],
    ['main', 'domain', false],
    ['release/*', 'release/1.2', true],
    ['release/*', 'release/', true],
    ['release/*', 'release/1/fix', false],
    ['release/**', 'release/1/fix', true],
    ['*', 'feature/x', false],
    ['**', 'feature/x', true],
    ['v?', 'v1', true],
    ['v?', 'v', false],
    ['v?', 'v/', false],
    ['v?', 'v😀', true],
    ['*-stable', 'x-stable-stable', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['main.', 'mainx', false],
    ['[a-z]+', 'abc', false],
    ['(a|b)', '(a|b)', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s on %s: %s', (glob, branch, fits) => {
    expect(matchesGlob(glob, branch)).toBe(fits);
  });

  it('take no longer than their length allows', () => {
    const started = performance.now();
    for (const glob of ['*a'.repeat(50), '**a'.repeat(33), '?*'.repeat(50)]) {
      expect(matchesGlob(`${glob}b`, 'a'.repeat(255))).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('one of several is enough', () => {
    expect(isMainBranch('release/2', ['main', 'release/*'])).toBe(true);
    expect(isMainBranch('feature', ['main', 'release/*'])).toBe(false);
    expect(isMainBranch(null, ['**'])).toBe(false);
  });
});

describe('what CI systems give as a branch', () => {
  it.each([
    ['main', 'main'],
    ['refs/heads/main', 'main'],
    ['feature/pull/7', 'feature/pull/7'],
    ['HEAD', null],
    ['', null],
    ['pull/7', null],
    ['pull/7/merge', null],
    ['refs/pull/7/head', null],
    ['refs/merge-requests/7/head', null],
    ['refs/tags/v1', null],
    ['gh-readonly-queue/main/pr-7-abc', null],
  ])('%s is %s', (given, name) => {
    expect(branchNameOf(given)).toBe(name);
  });
});
