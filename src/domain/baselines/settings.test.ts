import { describe, expect, it } from 'vitest';
import { followsGit } from './placed-release.ts';
import { checkMainBranches, defaultBaselineSettings, settingNames } from './settings.ts';

describe('settings of baselines', () => {
  it('main branches are distinct, 1 to 20, each 1 to 200 characters', () => {
    expect(checkMainBranches('main_branches', ['main', 'release/*', 'main'])).toEqual(['main', 'release/*']);
    const twenty = Array.from({ length: 20 }, (_, at) => `b${at}`);
    expect(checkMainBranches('main_branches', twenty)).toEqual(twenty);
    expect(checkMainBranches('main_branches', ['x'.repeat(200)])).toHaveLength(1);
    for (const globs of [[], [...twenty, 'one more'], [''], ['x'.repeat(201)], ['a\u0000b']]) {
      expect(() => checkMainBranches('main_branches', globs)).toThrow(/^main_branches must /);
    }
  });

  it('every setting has a name and a default', () => {
    expect(settingNames).toHaveLength(14);
    expect(settingNames.filter((name) => defaultBaselineSettings[name] === undefined)).toEqual([]);
  });

  it.each([
    ['read', 'auto', true],
    ['cut', 'auto', true],
    ['none', 'auto', false],
    ['absent', 'auto', false],
    ['read', 'newest_good', false],
  ] as const)(
    'a release with history %s in a build with baseline %s follows git: %s',
    (history, baseline, follows) => {
      expect(followsGit({ history }, { baseline })).toBe(follows);
    },
  );
});
