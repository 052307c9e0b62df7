import { describe, expect, test } from 'vitest';
import { isLabel, labelOfCapture, labelsToLease, labelsWithBrowsers, noLabel } from './labels.ts';

describe('a capture in Firefox goes only to workers that have it', () => {
  const both = ['chromium', 'firefox'] as const;

  test('its task has a label, beside the one that is asked for', () => {
    expect(labelOfCapture(noLabel, 'firefox')).toBe('firefox');
    expect(labelOfCapture('vpn', 'firefox')).toBe('vpn.firefox');
    expect(labelOfCapture('vpn', 'chromium')).toBe('vpn');
    expect(labelOfCapture(noLabel, undefined)).toBe(noLabel);
  });

  test('a worker asks for what its browsers and its labels allow', () => {
    expect(labelsWithBrowsers(['vpn'], ['chromium'], false)).toEqual(['vpn']);
    expect(labelsWithBrowsers([], both, false)).toEqual(['firefox']);
    expect(labelsWithBrowsers(['vpn'], both, false)).toEqual(['vpn', 'firefox', 'vpn.firefox']);
    expect(labelsWithBrowsers(['vpn'], both, true)).toEqual(['vpn', 'vpn.firefox']);
  });

  test('with ten labels as well, of forty characters', () => {
    const own = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(40));
    expect(labelsToLease(labelsWithBrowsers(own, both, false), false)).toHaveLength(22);
    expect(() => labelsToLease([...own, 'eleventh'], false)).toThrow('at most 10 labels, got 11');
  });

  test('people cannot give these labels', () => {
    expect(['vpn', 'firefox', 'vpn.firefox', 'firefox.vpn'].map(isLabel)).toEqual([true, false, false, true]);
  });
});
