import { describe, expect, it } from 'vitest';
import { redact, redactText } from './redact.ts';

describe('what the log never says', () => {
  it('hides values under names of secrets, however deep', () => {
    expect(
      redact({
        keyId: 'k1',
        secret: 's3cret',
        config: {
          httpPassword: 'pw',
          cookies: [{ value: 'v' }],
          injectHeaders: { a: { Authorization: 'x' } },
        },
        empty: { token: null },
        list: [{ clientSecret: 'y' }, 'plain'],
      }),
    ).toEqual({
      keyId: 'k1',
      secret: '•••',
      config: { httpPassword: '•••', cookies: '•••', injectHeaders: { a: { Authorization: '•••' } } },
      empty: { token: null },
      list: [{ clientSecret: '•••' }, 'plain'],
    });
  });

  it.each([
    ['postgres://dpxdt:pw@db:5432/x failed', 'postgres://•••@db:5432/x failed'],
    ['GET https://user@shop.test/ and http://b:c@d/', 'GET https://•••@shop.test/ and http://•••@d/'],
    ['postgres://u:p@ss@db/x', 'postgres://•••@db/x'],
    ['Authorization: Basic aWQ6c2VjcmV0', 'Authorization: Basic •••'],
    ['a basic problem at http://shop.test/a@b', 'a basic problem at http://shop.test/a@b'],
  ])('%s', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });
});
