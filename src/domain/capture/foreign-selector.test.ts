import { expect, it } from 'vitest';
import { foreignSelectorHint } from './foreign-selector.ts';

it.each(['text=Log in', 'role=button[name="x"]', 'xpath=//a', '//a', 'a:has-text("x")', 'aria/Menu'])(
  'says what to write instead of %s',
  (selector) => {
    expect(foreignSelectorHint(selector)).toContain('use CSS');
  },
);

it.each(['a[', '#1', 'a::', '.text=x', 'h1:hover['])('says nothing about %s', (selector) => {
  expect(foreignSelectorHint(selector)).toBe('');
});
