import { expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { TestClock } from '../../../test/support/test-clock.ts';
import { WrongKeys } from './wrong-keys.ts';

const limits = { maxFailedLogins: 20, maxFailedLoginsOfAddress: 200, failedLoginWindowMs: 60_000 };
const key = { address: '192.0.2.1', keyId: 'k', secretHash: 'right' };

/** Counts as a database does: the answer comes later. */
function newLimit() {
  const counts = new Map<string, number>();
  const change = async (names: readonly string[], by: number) => {
    await Promise.resolve();
    return names.map((name) => {
      counts.set(name, (counts.get(name) ?? 0) + by);
      return { count: counts.get(name)!, ageMs: 0 };
    });
  };
  const ledger = {
    add: (names: readonly string[]) => change(names, 1),
    takeBack: async (names: readonly string[]) => void (await change(names, -1)),
  };
  return new WrongKeys(new TestClock(), limits, ledger);
}

async function authenticate({ secretHash }: typeof key): Promise<string> {
  await Promise.resolve();
  if (secretHash !== key.secretHash) throw new AppError('invalid_credentials', 'no');
  return 'principal';
}

const codes = async (calls: Promise<string>[]) =>
  (await Promise.allSettled(calls)).map((end) =>
    end.status === 'fulfilled' ? end.value : (end.reason as AppError).code,
  );

it('lets any number of calls with a correct key pass, also when this server has not seen it before', async () => {
  const limit = newLimit();
  const calls = Array.from({ length: 60 }, () => limit.check(key, () => authenticate(key)));
  expect(new Set(await codes(calls))).toEqual(new Set(['principal']));
});

it('counts each of many wrong secrets that come at the same time, equal ones too', async () => {
  for (const secretOf of [(index: number) => `wrong ${index}`, () => 'wrong']) {
    const limit = newLimit();
    const calls = Array.from({ length: 60 }, (_, index) => {
      const tried = { ...key, secretHash: secretOf(index) };
      return limit.check(tried, () => authenticate(tried));
    });
    const answers = await codes(calls);
    expect(answers.filter((code) => code === 'invalid_credentials').length).toBeLessThanOrEqual(20);
    expect(answers.filter((code) => code === 'rate_limited').length).toBeGreaterThanOrEqual(40);
  }
});
