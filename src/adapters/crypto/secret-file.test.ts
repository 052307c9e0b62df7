import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readSecret } from './secret-file.ts';

it('servers that start together in an empty folder agree on one secret, whatever their process ids are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dpxdt-secret-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secret.key');
  const secrets = await Promise.all(Array.from({ length: 20 }, () => readSecret(null, file)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(folder)).toEqual(['secret.key']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
