import { expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { createPasswordHashes, defaultHashLimits, type PasswordHashes } from './password-hashes.ts';

/** Hashes that end when the test says so, in the order in which they began. */
function heldHashes() {
  const ends: ((isRight: boolean) => void)[] = [];
  const scrypt: PasswordHashes = {
    hash: async (password) => `hash of ${password}`,
    verify: () => new Promise((resolve) => ends.push(resolve)),
  };
  return { ends, scrypt };
}

const tried = { hash: 'salt:key', password: 'x' };

it('T57: passwords are hashed a few at a time, in the order in which they came; beyond the queue they are refused', async () => {
  const { ends, scrypt } = heldHashes();
  const hashes = createPasswordHashes({ concurrency: 2, maxWaiting: 3 }, scrypt);
  const order: number[] = [];
  const asked = Array.from({ length: 5 }, async (_, index) => {
    await hashes.verify(tried);
    order.push(index);
  });
  await expect(hashes.verify(tried)).rejects.toMatchObject({
    code: 'unavailable',
    details: { retry_after: 5 },
  });
  await expect(hashes.hash('x')).rejects.toBeInstanceOf(AppError);
  for (let index = 0; index < 5; index++) {
    expect(ends.length).toBeLessThanOrEqual(index + 2);
    ends[index]!(false);
    await asked[index];
  }
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(await hashes.hash('x')).toBe('hash of x');
});

it('a hash that fails gives its turn on', async () => {
  const failing: PasswordHashes = {
    hash: async () => 'hash',
    verify: async () => {
      throw new Error('broken');
    },
  };
  const hashes = createPasswordHashes({ concurrency: 1, maxWaiting: 5 }, failing);
  const answers = await Promise.allSettled([hashes.verify(tried), hashes.verify(tried), hashes.hash('x')]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

it('half of Node’s four threads stay free for files and compression', () => {
  expect(defaultHashLimits.concurrency).toBeLessThanOrEqual(2);
});

it('reads what it wrote', async () => {
  const hashes = createPasswordHashes();
  const hash = await hashes.hash('correct horse battery');
  expect(await hashes.verify({ hash, password: 'correct horse battery' })).toBe(true);
  expect(await hashes.verify({ hash, password: 'correct horse' })).toBe(false);
});
