import { expect, test } from 'vitest';
import { firefoxRefusals } from './firefox-keys.ts';

test.each([
  ['isMobile', true, false],
  ['hasTouch', true, false],
  ['media', 'print', 'screen'],
  ['forcedColors', 'active', 'none'],
  ['contrast', 'more', 'no-preference'],
  ['steps', [{ click: 'a' }], []],
])('%s: %j is refused, %j is not', (key, refused, harmless) => {
  expect(firefoxRefusals({ [key]: refused })).toMatchObject([
    {
      key,
      problem: expect.stringMatching(
        /^it does not work with "browser: firefox", because .*; leave the key out/,
      ) as string,
    },
  ]);
  expect(firefoxRefusals({ [key]: harmless })).toEqual([]);
});

test('everything else works', () => {
  expect(firefoxRefusals({ browser: 'firefox', colorScheme: 'dark', mask: ['p'], freezeTime: true })).toEqual(
    [],
  );
});

test('each key is refused by itself', () => {
  const refused = firefoxRefusals({
    contrast: 'more',
    forcedColors: 'active',
    mask: ['a >> b'],
    selector: 'a >> b',
  });
  expect(refused.map(({ key }) => key)).toEqual(['forcedColors', 'contrast', 'selector', 'mask']);
});
