import { expect, it } from 'vitest';
import { hideCredentials } from './hide-credentials.ts';

it.each([
  ['postgres://dpxdt:pw@db:5432/x failed', 'postgres://•••@db:5432/x failed'],
  ['GET https://user@shop.test/ and http://b:c@d/', 'GET https://•••@shop.test/ and http://•••@d/'],
  ['postgres://u:p@ss@db/x', 'postgres://•••@db/x'],
  ['"http://u:pa/ss?#w@db/x"', '"http://•••@db/x"'],
  ['write smtp://user:password@host:587', 'write smtp://user:password@host:587'],
  ['http://shop.test/a@b', 'http://shop.test/a@b'],
  ['http://shop.test:8080/a@b', 'http://shop.test:8080/a@b'],
])('%s', (text, shown) => {
  expect(hideCredentials(text)).toBe(shown);
});
