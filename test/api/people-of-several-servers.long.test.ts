/** People at several servers of one database: set-up, sessions and limits hold wherever a request goes. */

import { describe, expect, it } from 'vitest';
import { startServers } from '../support/several-servers.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { Visitor } from './support/visitor.ts';

const password = 'correct horse battery';
const ada = { name: 'Ada', email: 'ada@example.org', password };

const tokenOf = (link: string | null) => link!.split('#')[1]!;

describe.runIf(storeKinds.includes('postgres'))('people at several servers', () => {
  it('T55: the set-up link of one server works after another has started, and at the other one; once', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = await startServers([url, url], { authentication: 'on' });
    expect(tokenOf(other!.setUpLink)).toBe(tokenOf(one!.setUpLink));
    const visitor = new Visitor(other!);
    const token = tokenOf(one!.setUpLink);
    expect((await visitor.call('POST', '/api/v1/set_up', { token, ...ada })).status).toBe(200);
    visitor.server = one!;
    const again = { token, ...ada, email: 'eve@example.org' };
    expect((await new Visitor(one!).call('POST', '/api/v1/set_up', again)).status).toBe(400);
    const [third] = await startServers([url], { authentication: 'on' }, one!.dataFolder);
    expect(third!.setUpLink).toBeNull();
  });

  it('T55: another database gets another link, also with the same secret key', async () => {
    const secretKey = 'a secret that only tests know, and no one else';
    const options = { authentication: 'on', secretKey } as const;
    const [one] = await startServers([await createPostgresDatabase()], options);
    const [other] = await startServers([await createPostgresDatabase()], options);
    expect(tokenOf(one!.setUpLink)).not.toBe(tokenOf(other!.setUpLink));
  });

  it('T23: a session of one server counts at the others, and ends at all of them', async () => {
    const url = await createPostgresDatabase();
    const [one, other] = await startServers([url, url], { authentication: 'on' });
    const visitor = new Visitor(one!);
    await visitor.call('POST', '/api/v1/set_up', { token: tokenOf(one!.setUpLink), ...ada });
    visitor.server = other!;
    expect(await visitor.session()).toMatchObject({ principal: { kind: 'user', name: 'Ada' } });
    const build = await visitor.call('POST', '/api/v1/builds', { name: 'Shop' });
    expect(build.status).toBe(200);
    expect((await visitor.call('POST', '/api/v1/sign_out')).status).toBe(200);
    visitor.server = one!;
    expect(await visitor.session()).toMatchObject({ principal: { kind: 'anonymous' } });
  });

  it('T19, T57: wrong secrets and passwords count at all servers together', async () => {
    const url = await createPostgresDatabase();
    const http = { maxFailedLogins: 6, maxFailedLoginsOfAddress: 20, passwordRefusalDelayMs: 1 };
    const servers = await startServers([url, url], { authentication: 'on', http });
    const [one] = servers;
    const person = new Visitor(one!);
    await person.call('POST', '/api/v1/set_up', { token: tokenOf(one!.setUpLink), ...ada });

    const signIn = async (index: number, tried: string) =>
      (await new Visitor(servers[index % 2]!).signIn(ada.email, tried)).status;
    const tries: number[] = [];
    for (let index = 0; index < 10; index++) tries.push(await signIn(index, 'not her password'));
    expect(tries).toEqual([...Array<number>(6).fill(403), ...Array<number>(4).fill(429)]);
    expect(await signIn(1, password), 'a right one, at the server that knows no one').toBe(429);

    const ask = async (index: number, keyId: string) => {
      const authorization = `Basic ${Buffer.from(`${keyId}:wrong`).toString('base64')}`;
      const answer = await fetch(`${servers[index % 2]!.url}/api/v1/builds`, { headers: { authorization } });
      await answer.text();
      return answer.status;
    };
    const asked: number[] = [];
    for (let index = 0; index < 10; index++) asked.push(await ask(index, 'a-key'));
    expect(asked).toEqual([...Array<number>(6).fill(403), ...Array<number>(4).fill(429)]);
    const guessed: number[] = [];
    for (let index = 0; index < 18; index++) guessed.push(await ask(index, `key-${index}`));
    expect(guessed).toEqual([...Array<number>(14).fill(403), ...Array<number>(4).fill(429)]);
  });
});
