import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../base/errors.ts';
import { forgetToken, sessionCredentials } from './session-credentials.ts';

beforeEach(() => forgetToken());

const fromPage = { 'x-requested-with': 'XMLHttpRequest' };

/** Credentials whose token is asked for; `tokens` are what the server answers in turn. */
function credentialsWith(...tokens: (string | null | Error)[]) {
  let asked = 0;
  const credentials = sessionCredentials(async () => {
    const token = tokens[asked++];
    if (token instanceof Error) throw token;
    return token ?? null;
  });
  return { credentials, asked: () => asked };
}

it('only what changes something carries the token, which is asked for once', async () => {
  const { credentials, asked } = credentialsWith('a', 'b');
  expect(await credentials.headers('GET')).toEqual(fromPage);
  expect(asked()).toBe(0);
  const both = await Promise.all([credentials.headers('POST'), credentials.headers('DELETE')]);
  expect(both).toEqual(Array(2).fill({ ...fromPage, 'x-csrf-token': 'a' }));
  expect(asked()).toBe(1);
});

it('a token that the server does not take is asked for again, others stay', async () => {
  const { credentials } = credentialsWith('a', 'b');
  await credentials.headers('POST');
  expect(credentials.renew(new AppError('forbidden', 'No.'))).toBe(false);
  expect(await credentials.headers('POST')).toMatchObject({ 'x-csrf-token': 'a' });
  expect(credentials.renew(new AppError('csrf_failed', 'Old.'))).toBe(true);
  expect(await credentials.headers('POST')).toMatchObject({ 'x-csrf-token': 'b' });
});

it('where nobody is signed in there is none, and a failure to ask is not kept', async () => {
  const { credentials } = credentialsWith(new AppError('unavailable', 'Gone.'), null);
  await expect(credentials.headers('POST')).rejects.toThrow('Gone.');
  expect(await credentials.headers('POST')).toEqual(fromPage);
});
