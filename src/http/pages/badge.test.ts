import { describe, expect, it } from 'vitest';
import { badge, badgeColors, badgeLabelColor } from './badge.ts';
import type { BadgeState } from '../../services/releases/badge-status.ts';

/** WCAG 2: contrast with white. */
function contrastWithWhite(color: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05);
}

describe('the badge', () => {
  it.each([...Object.entries(badgeColors), ['label', badgeLabelColor]])(
    '%s has enough contrast',
    (_, color) => {
      expect(contrastWithWhite(color)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('says the state in words, also to those who do not see it', () => {
    const states = Object.keys(badgeColors) as BadgeState[];
    const shown = states.map((state) => /aria-label="Shop: ([^"]+)"/.exec(badge('Shop', state))?.[1]);
    expect(shown).toEqual(['waiting', 'passed', 'needs review', 'error', 'skipped', 'no release']);
  });

  it('escapes the name, shortens it, and loads nothing', () => {
    const hostile = badge('"><script>alert(1)</script>&\u0007', 'success');
    expect(hostile).not.toContain('<script');
    expect(hostile).not.toContain('\u0007');
    expect(hostile.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(badge('x'.repeat(255), 'success')).toContain(`>${'x'.repeat(39)}…<`);
  });
});
