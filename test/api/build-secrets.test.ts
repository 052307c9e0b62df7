/** T97: secrets that a build keeps, as the API and workers see them. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type Key, type TestServer } from './support/server.ts';

const value = 'open "sesame" & more';
const origins = ['https://shop.example'];

let server: TestServer;
let worker: Key;
beforeAll(async () => {
  server = await startServer();
  const { key, secret } = await server.client().createSuperuserKey({ purpose: 'worker', worker: true });
  worker = { keyId: key.id, keySecret: secret };
});
afterAll(() => server.close());

const fill = (name: string) => ({ steps: [{ fill: { selector: 'input', value: `\${secret:${name}}` } }] });

async function leaseOf(buildId: number, releaseName: string, git: object, config: object) {
  const client = server.client();
  await client.createRelease({ buildId, releaseName, ...git });
  const run = { buildId, releaseName, releaseNumber: 1, runName: '/', url: 'https://shop.example/' };
  await client.requestRun({ ...run, config });
  const { tasks } = await server.client(worker).leaseTasks({ queueName: 'capture', owner: 'w' });
  return tasks[0]!;
}

it('keeps values to itself', async () => {
  const client = server.client();
  const { buildA: buildId } = server;
  await client.setBuildSecret({ buildId, name: 'PASSWORD', value: 'another one', origins });
  const { secret } = await client.setBuildSecret({
    buildId,
    name: 'PASSWORD',
    value,
    origins: ['https://Shop.example:443/', 'https://shop.example', 'http://localhost:80'],
  });
  expect(secret).toMatchObject({
    name: 'PASSWORD',
    origins: ['https://shop.example', 'http://localhost'],
  });
  const seen = [
    await client.listBuildSecrets({ buildId }),
    await client.listActivity({ buildId }),
    await client.describeSession({ buildId }),
  ];
  expect(JSON.stringify(seen)).toContain('PASSWORD');
  expect(JSON.stringify(seen)).not.toMatch(/sesame|another one/);
  expect((await client.listBuildSecrets({ buildId: server.buildB })).secrets).toEqual([]);
});

it.each([
  ['name', { name: '1ST' }, /name must begin with a letter/],
  ['name', { name: 'A-B' }, /letters, digits and underscores/],
  ['value', { value: 'abc' }, /at least 4 characters/],
  ['value', { value: 'é'.repeat(2_049) }, /at most 4,096 bytes/],
  ['value', { value: 'nul\0nul' }, /NUL/],
  ['origins', { origins: ['https://shop.example/login'] }, /not an origin/],
  ['origins', { origins: ['https://*.example'] }, /not an origin/],
  ['origins', { origins: ['file:///etc'] }, /not an origin/],
  ['origins', { origins: ['https://a:b@shop.example'] }, /not an origin/],
  ['origins', { origins: Array.from({ length: 21 }, (_, n) => `https://h${n}.example`) }, /1 to 20/],
] as const)('refuses a bad %s: %j', async (parameter, bad, message) => {
  const good = { buildId: server.buildA, name: 'OTHER', value: 'long enough', origins };
  const setting = server.client().setBuildSecret({
    ...good,
    ...bad,
    origins: [...(('origins' in bad ? bad.origins : origins) as string[])],
  });
  await expect(setting).rejects.toMatchObject({ code: 'invalid_argument', details: { parameter } });
  await expect(setting).rejects.toThrow(message);
});

it('has at most 100', async () => {
  const client = server.client();
  const set = (n: number) =>
    client.setBuildSecret({ buildId: server.buildB, name: `S${n}`, value: 'long enough', origins });
  await Promise.all(Array.from({ length: 100 }, (_, n) => set(n)));
  await set(5);
  await expect(set(100)).rejects.toMatchObject({ code: 'conflict' });
  await client.deleteBuildSecret({ buildId: server.buildB, secretName: 'S5' });
  await set(100);
  await expect(client.deleteBuildSecret({ buildId: server.buildA, secretName: 'S7' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

it('hands a worker those alone that the config names, unless the release is from a fork', async () => {
  const { buildA: buildId, buildB } = server;
  const client = server.client();
  await client.setBuildSecret({ buildId, name: 'UNUSED', value: 'not for this one', origins });
  const task = await leaseOf(buildId, 'own', {}, fill('PASSWORD'));
  expect(task.secrets).toEqual([
    { name: 'PASSWORD', value, origins: ['https://shop.example', 'http://localhost'] },
  ]);
  expect(JSON.stringify(task.payload)).not.toContain('sesame');
  const own = { repository: 'github.com/acme/shop', headRepository: 'github.com/acme/shop' };
  expect(await leaseOf(buildId, 'branch', own, fill('PASSWORD'))).toMatchObject({ secrets: [{ value }] });

  const fork = { repository: 'github.com/acme/shop', headRepository: 'github.com/eve/shop' };
  const refused = await leaseOf(buildId, 'fork', fork, fill('PASSWORD'));
  expect(refused).toMatchObject({ secretsRefused: 'fork' });
  expect(refused.secrets).toBeUndefined();

  for (const [name, config] of [
    ['none', {}],
    ['brought', { ...fill('PASSWORD'), secrets: { PASSWORD: { value: 'of the tool' } } }],
    ['unknown', fill('NEVER_SET')],
    // After the shot that is captured.
    ['later', { shot: 'first', steps: [{ shot: 'first' }, ...fill('PASSWORD').steps] }],
  ] as const) {
    const plain = await leaseOf(buildId, name, {}, config);
    expect(plain.secrets, name).toBeUndefined();
    expect(plain.secretsRefused, name).toBeUndefined();
  }
  // A secret of another build.
  expect((await leaseOf(buildB, 'b', {}, fill('PASSWORD'))).secrets).toBeUndefined();

  const { tasks } = await client.listTasks({ queueName: 'capture' });
  expect(JSON.stringify(tasks)).not.toMatch(/sesame|not for this one/);
});
