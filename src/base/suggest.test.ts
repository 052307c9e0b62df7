import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './suggest.ts';

const keys = ['viewportSize', 'waitForSelector', 'url', 'name', 'config'];

describe('nearest', () => {
  it.each([
    ['viewPortSize', 'viewportSize'],
    ['VIEWPORTSIZE', 'viewportSize'],
    ['confg', 'config'],
    ['ulr', 'url'],
    ['waitForSelecter', 'waitForSelector'],
    ['viewport', 'viewportSize'],
    ['selector', 'waitForSelector'],
    ['for', null],
    ['somethingElse', null],
    ['', null],
  ])('%s → %s', (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });

  it('knows nothing among nothing, and ends quickly for long words', () => {
    expect(nearest('url', [])).toBeNull();
    expect(nearest('x'.repeat(1_000_000), keys)).toBeNull();
  });
});

describe('didYouMean', () => {
  it('is a question, or nothing', () => {
    expect(didYouMean('nmae', keys)).toBe(' Did you mean "name"?');
    expect(didYouMean('zzzzzz', keys)).toBe('');
  });
});
