import { expect, test } from 'vitest';
import { firefoxRefusal } from './firefox-keys.ts';

test.each([
  ['isMobile', true, false],
  ['hasTouch', true, false],
  ['media', 'print', 'screen'],
  ['forcedColors', 'active', 'none'],
  ['contrast', 'more', 'no-preference'],
  ['steps', [{ click: 'a' }], []],
])('%s: %j is refused, %j is not', (key, refused, harmless) => {
  expect(firefoxRefusal({ [key]: refused })).toMatchObject({
    key,
    problem: expect.stringMatching(
      /^it does not work with "browser: firefox", because .*; leave the key out/,
    ) as string,
  });
  expect(firefoxRefusal({ [key]: harmless })).toBe(null);
});

test('everything else works', () => {
  expect(firefoxRefusal({ browser: 'firefox', colorScheme: 'dark', mask: ['p'], freezeTime: true })).toBe(
    null,
  );
});
