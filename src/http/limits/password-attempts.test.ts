import { expect, it } from 'vitest';
import { TestClock } from '../../../test/api/support/test-clock.ts';
import { AppError } from '../../base/errors.ts';
import { wrongPassword } from '../../domain/people/login-rules.ts';
import { PasswordAttempts } from './password-attempts.ts';

const limits = {
  maxFailedLogins: 3,
  maxPasswordsOfAddress: 6,
  maxPasswordsOfAccount: 8,
  maxPasswordsAtOnce: 2,
  failedLoginWindowMs: 60_000,
  passwordRefusalDelayMs: 20,
  maxDelayedRefusals: 2,
};
const ada = 'ada@example.org';

function scene() {
  const clock = new TestClock();
  const attempts = new PasswordAttempts(clock, limits, {
    add: async (names) => names.map(() => ({ count: 0, ageMs: 0 })),
    takeBack: async () => {},
  });
  let hashes = 0;
  const wrong = async (address: string, account: string | null) => {
    const work = async () => {
      hashes++;
      throw wrongPassword();
    };
    return attempts.attempt({ address, account }, work).catch((error: unknown) => (error as AppError).code);
  };
  const right = (address: string, account = ada) => attempts.attempt({ address, account }, async () => 'in');
  return { clock, attempts, wrong, right, hashes: () => hashes };
}

it('T57: passwords are counted before they are hashed: by account and address, by address, and by account', async () => {
  const { wrong, right, hashes, clock } = scene();
  for (let time = 0; time < 10; time++) await wrong('a', ada);
  expect(hashes()).toBe(3);
  for (let time = 0; time < 10; time++) await wrong('a', `other${time}`);
  expect(hashes()).toBe(6);
  for (let time = 0; time < 10; time++) await wrong(`b${time}`, ada);
  expect(hashes()).toBe(11);
  await expect(right('elsewhere')).rejects.toMatchObject({ code: 'rate_limited' });
  clock.advance(60_000);
  expect(await right('elsewhere')).toBe('in');
});

it('whoever signed in from an address before is not locked out by others who guess', async () => {
  const { wrong, right } = scene();
  await right('home');
  for (let time = 0; time < 20; time++) await wrong(`bot${time}`, ada);
  await expect(right('cafe')).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await right('home')).toBe('in');
});

it('right passwords do not count, nor what was not hashed', async () => {
  const { attempts, right, wrong } = scene();
  for (let time = 0; time < 20; time++) expect(await right('a')).toBe('in');
  const full = async () => {
    throw new AppError('unavailable', 'Too many.');
  };
  for (let time = 0; time < 20; time++)
    await expect(attempts.attempt({ address: 'a', account: ada }, full)).rejects.toThrow('Too many.');
  expect(await wrong('a', ada)).toBe('invalid_credentials');
});

it('an address has a share of the queue, and gets it back', async () => {
  const { attempts, wrong, right } = scene();
  let end = () => {};
  const held = new Promise<void>((resolve) => (end = resolve));
  const waiting = [1, 2].map((n) => attempts.attempt({ address: 'a', account: `p${n}` }, () => held));
  expect(await wrong('a', 'p3')).toBe('rate_limited');
  expect(await right('b')).toBe('in');
  end();
  await Promise.all(waiting);
  expect(await wrong('a', 'p3')).toBe('invalid_credentials');
});

it('refusals are sent late, a few at a time, so that trying on at once keeps nobody busy', async () => {
  const { wrong, clock } = scene();
  for (let time = 0; time < 6; time++) await wrong('a', `p${time}`);
  clock.advance(1_000);
  const order: string[] = [];
  const refuse = async (name: string) => {
    expect(await wrong('a', name)).toBe('rate_limited');
    order.push(name);
  };
  await Promise.all(['late', 'later', 'at once'].map(refuse));
  expect(order).toEqual(['at once', 'late', 'later']);
});
