import { expect, it } from 'vitest';
import { S3Error } from './s3-error.ts';
import { openS3Health } from './s3-health.ts';

it('looks at most once in ten seconds, and lets only the first caller wait', async () => {
  let now = 0;
  let looks = 0;
  let answer: Promise<void> = Promise.resolve();
  const health = openS3Health(
    () => {
      looks++;
      return answer;
    },
    () => now,
  );
  expect(await Promise.all([health(), health()])).toEqual(['ok', 'ok']);
  expect(looks).toBe(1);
  now = 9_000;
  await health();
  expect(looks).toBe(1);

  now = 11_000;
  let fail: (error: Error) => void = () => {};
  answer = new Promise((_resolve, reject) => (fail = reject));
  expect(await health(), 'while it looks').toBe('ok');
  expect(looks).toBe(2);
  fail(new S3Error('unreachable', 'gone'));
  await expect.poll(health).toBe('unavailable');

  now = 14_000;
  answer = Promise.reject(new S3Error('full', 'over the quota'));
  await expect.poll(health).toBe('degraded');
  now = 17_000;
  answer = Promise.resolve();
  await expect.poll(health).toBe('ok');
});
