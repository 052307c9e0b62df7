import { describe, expect, it } from 'vitest';
import {
  allowedPixels,
  beyondMaxMove,
  beyondMaxMoveWords,
  comparisonDefaults,
  formatDistortion,
  hiddenDifference,
  judge,
} from './comparison.ts';
import type { ComparisonSettings, ImageDifference } from './comparison.ts';
import type { Alignment } from './alignment.ts';

const canvas = { width: 100, height: 50 };

function difference(part: Partial<ImageDifference> = {}): ImageDifference {
  return {
    before: canvas,
    after: canvas,
    canvas,
    distortion: 0.01,
    changedPixels: 0,
    antiAliasedPixels: 0,
    belowThresholdPixels: 0,
    regions: [],
    regionCount: 0,
    mask: null,
    forgivenPixels: 0,
    forgivenRegions: [],
    forgivenRegionCount: 0,
    forgivenMask: null,
    ignored: [],
    alignment: null,
    alignedMask: null,
    farthestMove: 0,
    ...part,
  };
}

function settings(part: Partial<ComparisonSettings> = {}): ComparisonSettings {
  return { ...comparisonDefaults, ...part };
}

describe('allowedPixels', () => {
  it.each([
    [{}, 0],
    [{ maxDiffPixels: 7 }, 7],
    [{ maxDiffPixelRatio: 0.01 }, 50],
    [{ maxDiffPixelRatio: 0.0001 }, 0],
    [{ maxDiffPixelRatio: 1 }, 5000],
    [{ maxDiffPixels: 7, maxDiffPixelRatio: 0.01 }, 7],
    [{ maxDiffPixels: 70, maxDiffPixelRatio: 0.01 }, 50],
    [{ maxDiffPixels: 0, maxDiffPixelRatio: 1 }, 0],
    [{ maxDiffPixels: 70, maxDiffPixelRatio: 0 }, 0],
  ])('%j allows %i of 5,000 pixels: every limit that is given must hold', (limits, allowed) => {
    expect(allowedPixels(settings(limits), canvas)).toBe(allowed);
  });
});

describe('judge', () => {
  it.each([
    [0, {}, true],
    [1, {}, false],
    [10, { maxDiffPixels: 10 }, true],
    [11, { maxDiffPixels: 10 }, false],
    [50, { maxDiffPixelRatio: 0.01 }, true],
    [51, { maxDiffPixelRatio: 0.01 }, false],
    [20, { maxDiffPixels: 100, maxDiffPixelRatio: 0.002 }, false],
  ])('%i changed pixels with %j are the same: %s', (changedPixels, limits, same) => {
    const result = judge(difference({ changedPixels }), settings(limits), 12);
    expect(result).toMatchObject({
      same,
      changedPixels,
      diffRatio: changedPixels / 5000,
      durationMs: 12,
      metric: { name: 'yiq+rmse', version: 2 },
    });
  });

  it('forgets nothing of what was measured', () => {
    const measured = difference({ changedPixels: 3, antiAliasedPixels: 4, belowThresholdPixels: 5 });
    expect(judge(measured, settings(), 1)).toMatchObject(measured);
  });
});

describe('hiddenDifference', () => {
  const sentence = (part: Partial<ImageDifference>, limits: Partial<ComparisonSettings> = {}) =>
    hiddenDifference(judge(difference(part), settings(limits), 0));

  it('has nothing to say about equal or different images', () => {
    expect(sentence({ distortion: 0 })).toBeNull();
    expect(sentence({ changedPixels: 1, antiAliasedPixels: 9 })).toBeNull();
  });

  it('names everything that made them the same', () => {
    expect(sentence({ antiAliasedPixels: 1 })).toBe(
      'Forgiven: 1 pixel as anti-aliasing; distortion 0.010000.',
    );
    expect(
      sentence(
        { changedPixels: 2, antiAliasedPixels: 1200, belowThresholdPixels: 5, distortion: 1e-9 },
        { maxDiffPixels: 3 },
      ),
    ).toBe(
      'Forgiven: 2 pixels within the allowed 3 pixels, 1,200 pixels as anti-aliasing, 5 pixels below the threshold; distortion < 0.000001.',
    );
  });
});

describe('formatDistortion', () => {
  it.each([
    [0, '0'],
    [1e-7, '< 0.000001'],
    [0.0110205, '0.011021'],
    [1, '1.000000'],
  ])('%f is shown as %s', (distortion, shown) => {
    expect(formatDistortion(distortion)).toBe(shown);
  });
});

const aligned = (part: Partial<Alignment> = {}): Alignment => ({
  version: 1,
  summary: 'moved_and_changed',
  movedPixels: 4_000,
  contentPixels: 12,
  residuePixels: 3,
  spacePixels: 200,
  truncated: false,
  blocks: [],
  blockCount: 0,
  changes: [],
  changeCount: 0,
  complete: true,
  ...part,
});

describe('moves', () => {
  const moved = (part: Partial<ImageDifference> = {}) =>
    difference({ changedPixels: 900, farthestMove: 64, alignment: aligned(), ...part });

  it.each<[string, Partial<ComparisonSettings>, Partial<ImageDifference>, boolean]>([
    ['a move is a difference', {}, { alignment: aligned({ contentPixels: 0 }) }, false],
    ['a limit stays one of all changed pixels', { maxDiffPixels: 100 }, {}, false],
    ['tolerated: the rest counts', { moves: 'tolerate' }, {}, false],
    [
      'tolerated: nothing else changed',
      { moves: 'tolerate' },
      { alignment: aligned({ contentPixels: 0 }) },
      true,
    ],
    ['tolerated: a limit is one of the rest', { moves: 'tolerate', maxDiffPixels: 12 }, {}, true],
    ['no further than allowed', { moves: 'tolerate', maxMove: 64, maxDiffPixels: 12 }, {}, true],
    ['further than allowed', { moves: 'tolerate', maxMove: 63, maxDiffPixels: 12 }, {}, false],
    [
      'the search did not end',
      { moves: 'tolerate', maxDiffPixels: 12 },
      { alignment: aligned({ truncated: true }) },
      false,
    ],
    [
      'not aligned',
      { moves: 'tolerate', maxDiffPixels: 12 },
      { alignment: aligned({ skipped: 'Too large.', contentPixels: 0 }) },
      false,
    ],
    ['no alignment', { moves: 'tolerate', maxDiffPixels: 12 }, { alignment: null }, false],
    [
      'forgiven moves count with failOnForgiven',
      { moves: 'tolerate', maxDiffPixels: 12, failOnForgiven: true },
      { forgivenPixels: 900 },
      false,
    ],
  ])('%s', (_name, limits, part, same) => {
    expect(judge(moved(part), settings(limits), 0).same).toBe(same);
  });

  it('P78: never hides a tolerated move', () => {
    const result = judge(moved(), settings({ moves: 'tolerate', maxDiffPixels: 12 }), 0);
    expect(hiddenDifference(result)).toBe(
      'Forgiven: 4,000 pixels moved by 64 px, 200 pixels of blank space, 3 pixels drawn slightly differently where they moved, 12 pixels within the allowed 12 pixels; distortion 0.010000.',
    );
  });
});

it('says that something moved further than the settings tolerate', () => {
  const settings = { ...comparisonDefaults, moves: 'tolerate', maxMove: 50 } as const;
  const beyond = beyondMaxMove({ farthestMove: 56 }, settings)!;
  expect(beyond).toEqual({ farthestMove: 56, maxMove: 50 });
  expect(beyondMaxMoveWords(beyond)).toBe('further than maxMove allows (56 pixels instead of 50)');
  expect(beyondMaxMove({ farthestMove: 50 }, settings)).toBe(null);
  expect(beyondMaxMove({ farthestMove: 5_000 }, { ...comparisonDefaults, moves: 'tolerate' })).toBe(null);
  expect(beyondMaxMove({ farthestMove: 56 }, comparisonDefaults)).toBe(null);
});
