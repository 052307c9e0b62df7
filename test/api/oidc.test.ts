import { describe, expect, it, onTestFinished } from 'vitest';
import { inviteMember } from '../../src/services/people/invite-member.ts';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import { startOidcProvider, type OidcPerson, type TestProvider } from '../support/oidc-provider.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import { storeKinds } from '../support/server-world.ts';
import type { LoginOptions } from '../../src/compose/compose-logins.ts';
import { startServer, type TestServer, type TestServerOptions } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const site = 'https://depicted.example';
const redirectUri = `${site}/api/auth/callback/oidc`;
const ada: OidcPerson = { sub: 'ada-1', email: 'ada@example.org', email_verified: true, name: 'Ada' };

interface Scene {
  server: TestServer;
  provider: TestProvider;
}

async function start(
  person: OidcPerson = ada,
  logins: Partial<LoginOptions> = {},
  options: TestServerOptions = {},
): Promise<Scene> {
  const provider = await startOidcProvider(redirectUri, person);
  const server = await startServer({
    ...options,
    logins: {
      oidcIssuer: provider.issuer,
      oidcClientId: provider.clientId,
      oidcClientSecret: provider.clientSecret,
      ...logins,
    },
  });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  return { server, provider };
}

/** Where the server sends the visitor's browser. */
async function begin(visitor: Visitor, next = '/'): Promise<URL> {
  const { status, body } = await visitor.call('POST', '/api/v1/sign_in/oidc', { next });
  expect(status, JSON.stringify(body)).toBe(200);
  return new URL(body['url'] as string);
}

/** Follows the provider until it sends the browser back to this site. @returns the path and query there */
async function atProvider(address: URL): Promise<string> {
  const cookies = new Map<string, string>();
  let next = address.href;
  for (let hop = 0; hop < 10; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    const url = new URL(location, next);
    if (url.origin === site) return url.pathname + url.search;
    next = url.href;
  }
  throw new Error('the provider redirects for ever');
}

/** What a browser sends when another site leads it here. */
const comesBack = {
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

async function login(visitor: Visitor, next = '/', headers: Record<string, string> = {}): Promise<Response> {
  const path = await atProvider(await begin(visitor, next));
  return visitor.fetch('GET', path, undefined, { ...comesBack, ...headers });
}

async function accountsOf(server: TestServer): Promise<string[]> {
  const accounts = await server.identityRecords.read((records) => records.find('accounts', []));
  return accounts.map(
    (account) => `${String(account['provider_id']).split(' ')[0]} ${account['account_id']}`,
  );
}

async function peopleOf(server: TestServer) {
  return server.core.store.read((tx) => tx.people.list({ limit: 10, offset: 0 }));
}

async function refusalOf(response: Response): Promise<{ status: number; code: unknown }> {
  const { code } = (await response.json()) as { code: unknown };
  return { status: response.status, code };
}

describe('signing in with an OpenID Connect provider', () => {
  it('leads there with PKCE, state and nonce, and back signed in to the page that was asked for', async () => {
    const { server } = await start();
    const visitor = new Visitor(server);
    expect(await visitor.session()).toMatchObject({
      sign_in: { providers: [{ id: 'oidc', name: 'Company' }] },
    });
    const address = await begin(visitor, '/build?id=1');
    const sent = address.searchParams;
    expect(sent.get('code_challenge_method')).toBe('S256');
    expect(sent.get('redirect_uri')).toBe(redirectUri);
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(sent.get(name)!.length).toBeGreaterThan(20);
    expect(sent.get('state')).not.toContain('build');
    const answer = await visitor.fetch('GET', await atProvider(address));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/build?id=1');
    expect(await visitor.session()).toMatchObject({
      principal: { kind: 'user', name: 'Ada', is_superuser: false },
      person: { email: 'ada@example.org' },
    });
    const again = new Visitor(server);
    await login(again);
    await again.session();
    expect(await peopleOf(server)).toHaveLength(1);
    expect((await again.call('GET', '/api/v1/account')).body).toMatchObject({ methods: ['oidc'] });
    const accounts = await server.identityRecords.read((records) => records.find('accounts', []));
    expect(Object.keys(accounts[0]!).join()).not.toMatch(/token/);
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example'])(
    'T25: next=%s leads to the start page',
    async (next) => {
      const { server } = await start();
      expect((await login(new Visitor(server), next)).headers.get('location')).toBe('/');
    },
  );

  it('T26: a state works once, in the browser that began, and not without one', async () => {
    const { server } = await start();
    const visitor = new Visitor(server);
    const path = await atProvider(await begin(visitor));
    const refused = { status: 400, code: 'login_state_invalid' };
    expect(await refusalOf(await new Visitor(server).fetch('GET', path))).toEqual(refused);
    const cookies = new Map(visitor.cookies);
    expect((await visitor.fetch('GET', path)).status).toBe(303);
    const replay = new Visitor(server);
    for (const [name, value] of cookies) replay.cookies.set(name, value);
    expect(await refusalOf(await replay.fetch('GET', path))).toEqual(refused);
    expect(replay.sessionCookie).toBeUndefined();
    for (const query of ['', '?code=x', '?state=&code=x', '?state=guessed&code=x', '?error=access_denied']) {
      const answer = await visitor.fetch('GET', `/api/auth/callback/oidc${query}`);
      expect(await refusalOf(answer), query).toEqual(refused);
    }
    const page = await visitor.fetch('GET', '/api/auth/callback/oidc?state=x', undefined, {
      accept: 'text/html',
    });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('Start again.');
  });

  it('T26: another issuer, another code and what the provider refused sign nobody in', async () => {
    const { server } = await start();
    const visitor = new Visitor(server);
    const good = new URL(await atProvider(await begin(visitor)), site);
    good.searchParams.set('iss', 'https://evil.example');
    const refused = { status: 403, code: 'login_refused' };
    expect(await refusalOf(await visitor.fetch('GET', good.pathname + good.search))).toEqual(refused);
    for (const [name, value] of [
      ['code', 'another'],
      ['error', 'access_denied'],
    ] as const) {
      const url = new URL(await atProvider(await begin(visitor)), site);
      url.searchParams.set(name, value);
      expect(await refusalOf(await visitor.fetch('GET', url.pathname + url.search)), name).toEqual(refused);
    }
    expect(await peopleOf(server)).toEqual([]);
    expect(visitor.sessionCookie).toBeUndefined();
  });

  it('T26: a person is the issuer’s subject: a changed address changes nobody', async () => {
    const { server, provider } = await start();
    await login(new Visitor(server));
    provider.person = { ...ada, email: 'ada.married@example.org' };
    const visitor = new Visitor(server);
    expect((await login(visitor)).status).toBe(303);
    expect(await visitor.session()).toMatchObject({ person: { email: 'ada@example.org' } });
  });

  it.each(['ada@example.org', 'ADA@Example.org'])(
    'T26: another subject of the issuer with the verified address of a superuser (%s) signs nobody in',
    async (email) => {
      const { server, provider } = await start();
      const visitor = new Visitor(server);
      await login(visitor);
      await visitor.session();
      const token = await offerSetUp(server.core);
      expect((await visitor.call('POST', '/api/v1/set_up', { token })).status).toBe(200);
      provider.person = { sub: 'another-ada', email, email_verified: true, name: 'Ada' };
      const other = new Visitor(server);
      expect(await refusalOf(await login(other))).toEqual({ status: 403, code: 'login_refused' });
      expect(other.sessionCookie).toBeUndefined();
      expect(await accountsOf(server)).toEqual(['oidc ada-1']);
      // Nor by a mail for a new password: a person without one gets none.
      expect((await other.call('POST', '/api/v1/password/forgot', { email })).status).toBe(200);
      const tokens = () => server.identityRecords.read((records) => records.count('verifications', []));
      await expect.poll(tokens).toBe(1);
      provider.person = ada;
      expect((await login(new Visitor(server))).status).toBe(303);
      const due = await server.core.store.transaction((tx) => tx.mails.take(server.clock.now(), 0, 10));
      expect(due.filter(({ kind }) => kind === 'password_reset')).toEqual([]);
    },
  );

  it('T26: a person with a password is linked to the provider with that password only, and once', async () => {
    const { server, provider } = await start();
    const password = 'correct horse battery';
    const owner = new Visitor(server);
    const person = { name: 'Ada', email: ada.email, password };
    await owner.call('POST', '/api/v1/set_up', { token: await offerSetUp(server.core), ...person });

    const visitor = new Visitor(server);
    const refused = await login(visitor);
    expect(refused.status).toBe(403);
    const { details } = (await refused.json()) as { details: { link: string } };
    const { link } = details;
    expect(visitor.sessionCookie).toBeUndefined();
    const page = await login(visitor, '/', { accept: 'text/html' });
    expect(page.headers.get('location')).toMatch(/^\/login#link=[\w-]{20,}$/);
    const stored = await server.identityRecords.read((records) => records.find('verifications', []));
    expect(JSON.stringify(stored)).not.toContain(link);

    const signIn = (with_: object) =>
      visitor.call('POST', '/api/v1/sign_in', { email: ada.email, password, ...with_ });
    expect((await signIn({ link, password: 'not the password' })).status).toBe(403);
    expect((await signIn({ link, email: 'eve@example.org' })).status).toBe(403);
    expect((await signIn({ link: `${link}x` })).body).toMatchObject({ code: 'login_state_invalid' });
    expect(await accountsOf(server)).toEqual([expect.stringContaining('credential') as string]);
    expect((await signIn({ link })).status).toBe(200);
    expect((await accountsOf(server)).toSorted()).toEqual([
      expect.stringContaining('credential') as string,
      'oidc ada-1',
    ]);
    await visitor.session();
    expect((await signIn({ link })).body).toMatchObject({ code: 'login_state_invalid' });
    expect((await login(new Visitor(server))).status).toBe(303);

    // A second subject of that issuer does not belong to any person, with the password or without.
    provider.person = { ...ada, sub: 'another-ada' };
    const second = await refusalOf(await login(new Visitor(server)));
    expect(second).toEqual({ status: 403, code: 'login_refused' });
    expect(await accountsOf(server)).toHaveLength(2);
  });

  it('T26: of two offers of one issuer only the first that the password is given for counts', async () => {
    const { server, provider } = await start();
    const password = 'correct horse battery';
    const person = { name: 'Ada', email: ada.email, password };
    const token = await offerSetUp(server.core);
    await new Visitor(server).call('POST', '/api/v1/set_up', { token, ...person });
    const links: string[] = [];
    for (const sub of ['one', 'two', 'late']) {
      provider.person = { ...ada, sub };
      const { details } = (await (await login(new Visitor(server))).json()) as { details: { link: string } };
      links.push(details.link);
    }
    const accept = (link: string) =>
      new Visitor(server).call('POST', '/api/v1/sign_in', { email: ada.email, password, link });
    const answers = await Promise.all(links.slice(0, 2).map(accept));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    expect(await accountsOf(server)).toHaveLength(2);
    server.clock.advance(600_000);
    expect((await accept(links[2]!)).body).toMatchObject({ code: 'login_state_invalid' });
  });

  it('T19: sign-ins that an address begins are limited, of IPv6 those of its /64', async () => {
    const options = { trustedProxies: ['127.0.0.1'], http: { maxProviderLoginsOfAddress: 5 } };
    const { server } = await start(ada, {}, options);
    const visitor = new Visitor(server);
    const from = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await visitor.call('POST', '/api/v1/sign_in/oidc', {}, headers)).status;
    };
    const statuses: number[] = [];
    for (let time = 0; time < 7; time++) statuses.push(await from(`2001:db8:1:2::${time}`));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const rows = await server.identityRecords.read((records) => records.count('verifications', []));
    expect(rows).toBe(5);
    expect(await from('2001:db8:1:3::1')).toBe(200);
    server.clock.advance(60_000);
    expect(await from('2001:db8:1:2::ffff')).toBe(200);
  });

  it.skipIf(!storeKinds.includes('postgres'))(
    'T26: the same subject of another issuer is another person, and sessions hold on every server',
    async () => {
      const databaseUrl = await createMigratedPostgres();
      const first = await start(ada, {}, { databaseUrl });
      const visitor = new Visitor(first.server);
      await login(visitor);
      const second = await start({ ...ada, email: 'eve@example.org', name: 'Eve' }, {}, { databaseUrl });
      const eve = new Visitor(second.server);
      expect((await login(eve)).status).toBe(303);
      expect(await eve.session()).toMatchObject({ principal: { name: 'Eve' } });
      expect(await peopleOf(first.server)).toHaveLength(2);

      const elsewhere = new Visitor(second.server);
      elsewhere.cookies.set('__Host-dpxdt.session_token', visitor.sessionCookie!);
      expect(await elsewhere.session()).toMatchObject({ principal: { name: 'Ada' } });
      expect((await elsewhere.call('POST', '/api/v1/sign_out')).status).toBe(200);
      expect(await visitor.session()).toMatchObject({ principal: { kind: 'anonymous' } });
    },
  );

  it('T26, T43: an address that the provider has not verified neither signs in nor takes an invitation', async () => {
    const mallory = { sub: 'mallory', email: 'ada@example.org', email_verified: false };
    const { server, provider } = await start();
    await login(new Visitor(server));
    await inviteMember(
      server.core,
      { kind: 'local' },
      { buildId: server.buildA, email: 'new@example.org', role: 'admin' },
    );
    for (const email of ['ada@example.org', 'new@example.org']) {
      provider.person = { ...mallory, email };
      const refused = { status: 403, code: 'login_refused' };
      expect(await refusalOf(await login(new Visitor(server))), email).toEqual(refused);
    }
    expect(await peopleOf(server)).toHaveLength(1);
    provider.person = { sub: 'new', email: 'New@example.org', email_verified: true };
    const visitor = new Visitor(server);
    expect((await login(visitor)).status).toBe(303);
    await visitor.session();
    const rights = async () => {
      const { body } = await visitor.call('GET', `/api/v1/session?build_id=${server.buildA}`);
      return body['build'];
    };
    expect(await rights()).toBeUndefined();
    const { body } = await visitor.call('GET', '/api/v1/account');
    const [invitation] = body['invitations'] as { id: string }[];
    expect(invitation).toMatchObject({ build_name: 'A', role: 'admin' });
    const path = `/api/v1/account/invitations/${invitation!.id}`;
    expect((await visitor.call('POST', path, { accept: true })).status).toBe(200);
    expect(await rights()).toMatchObject({ may_manage: true });
  });

  it('only addresses of the domain come in, whichever way a domain can look like it', async () => {
    const { server, provider } = await start(ada, { loginDomain: 'example.org' });
    for (const email of [
      'ada@evil.example',
      'ada@example.org.evil.example',
      'ada@notexample.org',
      'ada@sub.example.org',
    ]) {
      provider.person = { ...ada, sub: email, email };
      const refused = { status: 403, code: 'login_refused' };
      expect(await refusalOf(await login(new Visitor(server))), email).toEqual(refused);
    }
    provider.person = ada;
    expect((await login(new Visitor(server))).status).toBe(303);
    provider.person = { ...ada, email: 'ada@evil.example' };
    expect((await login(new Visitor(server))).status).toBe(403);
  });

  it('a provider that is away is said so, and passwords and sessions go on', async () => {
    const { server, provider } = await start();
    const visitor = new Visitor(server);
    await login(visitor);
    await provider.close();
    const late = await startServer({
      logins: { oidcIssuer: provider.issuer, oidcClientId: 'dpxdt', oidcClientSecret: 'x' },
    });
    onTestFinished(() => late.close());
    const answer = await new Visitor(late).call('POST', '/api/v1/sign_in/oidc', {});
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.body['error']).toContain('is not responding');
    const wrong = await new Visitor(late).signIn('ada@example.org', 'some password');
    expect(wrong.status).toBe(403);
    expect(await visitor.session()).toMatchObject({ principal: { kind: 'user' } });
  });
});
