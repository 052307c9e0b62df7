import { expect, it } from 'vitest';
import { actorName } from './actor-name.ts';

it.each([
  [null, 'someone'],
  ['local', 'someone'],
  ['server', 'the server'],
  ['key:abc', 'API key abc'],
  ['user:x-1_y/Ada Lovelace', 'Ada Lovelace'],
  ['user:x/a/b', 'a/b'],
])('%s is %s', (actor, name) => {
  expect(actorName(actor)).toBe(name);
});
