import { describe, expect, it, onTestFinished } from 'vitest';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import { deleteExpired } from '../../src/services/upkeep/delete-expired.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { createSmtpMailer } from '../../src/adapters/mail/smtp-mailer.ts';
import { startMailSink, type MailSink } from '../support/mail-sink.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import { storeKinds } from '../support/server-world.ts';
import { operations } from '../../src/contract/operations.ts';
import { listPeople } from '../../src/contract/v1/people.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const password = 'correct horse battery';

/** A server with Ada as its superuser. */
async function serverWithAda(kind: string, options = {}): Promise<{ server: TestServer; ada: Visitor }> {
  const server = await startServer({
    logins: {},
    ...(kind === 'postgres' && { databaseUrl: await createMigratedPostgres() }),
    ...options,
  });
  onTestFinished(() => server.close());
  const ada = new Visitor(server);
  const token = await offerSetUp(server.core);
  await ada.call('POST', '/api/v1/set_up', { token, name: 'Ada', email: 'ada@example.org', password });
  await ada.session();
  return { server, ada };
}

async function deliver(server: TestServer, sink: MailSink): Promise<string[]> {
  const mailer = createSmtpMailer({ smtpUrl: sink.url, from: 'dpxdt@example.org' });
  await deliverMails(server.core, { mailer, images: null as never });
  await mailer.close();
  return sink.mails.splice(0).map((mail) => mail.text ?? '');
}

function linkIn(text: string): URL {
  return new URL(/https:\/\/\S+#\S+/.exec(text)![0]);
}

describe.each(storeKinds)('people on %s', (kind) => {
  it('a link that an admin copied, where no mail is sent, proves no address', async () => {
    const { server, ada } = await serverWithAda(kind, { hasMail: false });
    const invite = async (buildId: number) => {
      const role = { email: 'mia@example.org', role: 'viewer' };
      const { body } = await ada.call('POST', `/api/v1/builds/${buildId}/members`, role);
      return { token: new URL(body['link'] as string).hash.slice(1) };
    };
    const mia = new Visitor(server);
    const account = { name: 'Mia', password };
    const accepted = await mia.call('POST', '/api/v1/invitation/accept', {
      ...(await invite(1)),
      ...account,
    });
    expect(accepted.status).toBe(200);
    await mia.session();
    const user = await server.core.store.read((tx) => tx.people.findByEmail('mia@example.org'));
    expect(user?.emailVerified).toBe(false);
    expect((await mia.call('POST', '/api/v1/invitation/accept', await invite(2))).status).toBe(200);
  });

  it('T55: the first superuser is made with the set-up link, once, and nobody is there before', async () => {
    const server = await startServer({
      logins: {},
      ...(kind === 'postgres' && { databaseUrl: await createMigratedPostgres() }),
    });
    onTestFinished(() => server.close());
    const ada = new Visitor(server);
    expect(await ada.session()).toMatchObject({
      principal: { kind: 'anonymous' },
      sign_in: { password: true, providers: [], needs_set_up: true },
    });
    for (const [name, word] of [
      ['admin', 'admin'],
      ['admin@example.org', 'password'],
    ])
      expect((await ada.signIn(name!, word!)).status).toBe(403);

    const superseded = await offerSetUp(server.core);
    const token = await offerSetUp(server.core);
    const person = { name: 'Ada', email: 'ada@example.org', password };
    for (const wrong of [superseded, 'x', `${token}x`]) {
      const refused = await ada.call('POST', '/api/v1/set_up', { token: wrong, ...person });
      expect(refused).toMatchObject({ status: 400, body: { code: 'login_state_invalid' } });
    }
    const weak = await ada.call('POST', '/api/v1/set_up', { token, ...person, password: 'short' });
    expect(weak.body['error']).toBe('A password must have 10 to 128 characters; this one has 5.');
    expect((await ada.call('POST', '/api/v1/set_up', { token, ...person })).status).toBe(200);
    expect(await ada.session()).toMatchObject({
      principal: { kind: 'user', name: 'Ada', is_superuser: true },
      person: { email: 'ada@example.org' },
    });
    const again = new Visitor(server);
    expect((await again.call('POST', '/api/v1/set_up', { token, ...person })).status).toBe(400);
    expect(await offerSetUp(server.core)).toBeNull();
  });

  it('T23, T24: a login has a new session in a cookie that only the server reads; signing out ends it there', async () => {
    const { server } = await serverWithAda(kind);
    const ben = new Visitor(server);
    ben.cookies.set('__Host-dpxdt.session_token', 'chosen-by-somebody-else.sig');
    await ben.signIn('Ada@Example.org', password);
    const first = ben.sessionCookie!;
    expect(first).not.toContain('chosen');
    const stored = await server.identityRecords.read((records) => records.find('sessions', []));
    expect(JSON.stringify(stored)).not.toContain(decodeURIComponent(first).split('.')[0]);
    await ben.call('POST', '/api/v1/sign_in', { email: 'ada@example.org', password });
    const line = ben.setCookies.find((text) => text.includes('session_token'))!;
    expect(line).toMatch(/^__Host-dpxdt\.session_token=/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(line).toContain(part);
    expect(line).not.toMatch(/domain/i);
    expect(ben.sessionCookie).not.toBe(first);

    const old = new Visitor(server);
    old.cookies.set('__Host-dpxdt.session_token', first);
    expect(await old.session()).toMatchObject({ principal: { kind: 'anonymous' } });

    const copy = new Visitor(server);
    copy.cookies.set('__Host-dpxdt.session_token', ben.sessionCookie!);
    expect(await copy.session()).toMatchObject({ principal: { kind: 'user' } });
    await ben.session();
    expect((await ben.call('POST', '/api/v1/sign_out')).status).toBe(200);
    expect(ben.sessionCookie).toBeUndefined();
    expect(await copy.session()).toMatchObject({ principal: { kind: 'anonymous' } });
  });

  it('sessions are listed and revoked, and end by themselves', async () => {
    const { server, ada } = await serverWithAda(kind);
    const other = new Visitor(server);
    await other.signIn('ada@example.org', password);
    const { body } = await ada.call('GET', '/api/v1/account');
    expect(body).toMatchObject({ person: { name: 'Ada', superuser: true }, methods: ['password'] });
    const sessions = body['sessions'] as { id: string; is_this: boolean; ip_address: string }[];
    expect(sessions).toHaveLength(2);
    const foreign = sessions.find(({ is_this: isThis }) => !isThis)!;
    expect(foreign.ip_address).toBe('127.0.0.1');
    expect((await ada.call('DELETE', `/api/v1/account/sessions/${foreign.id}`)).status).toBe(200);
    expect((await ada.call('DELETE', `/api/v1/account/sessions/${foreign.id}`)).status).toBe(404);
    expect(await other.session()).toMatchObject({ principal: { kind: 'anonymous' } });
    expect((await other.call('GET', '/api/v1/account')).status).toBe(401);

    server.clock.advance(31 * 86_400_000);
    expect(await ada.session()).toMatchObject({ principal: { kind: 'anonymous' } });
    await deleteExpired(server.core);
    expect(await server.identityRecords.read((records) => records.find('sessions', []))).toEqual([]);
  });

  it('an invited person sets a password through the mailed link, once', async () => {
    const sink = await startMailSink();
    const { server, ada } = await serverWithAda(kind);
    const members = `/api/v1/builds/${server.buildA}/members`;
    const invited = await ada.call('POST', members, { email: 'Mia@example.org', role: 'reviewer' });
    expect(invited).toMatchObject({ status: 200, body: { joined: false } });
    const [text] = await deliver(server, sink);
    const link = linkIn(text!);
    expect(link.origin + link.pathname).toBe('https://depicted.example/accept');
    const token = link.hash.slice(1);
    const { body: listed } = await ada.call('GET', members);
    expect(listed['invitations']).toMatchObject([{ email: 'mia@example.org', role: 'reviewer' }]);
    expect(JSON.stringify(listed)).not.toMatch(/hash|token/);

    const mia = new Visitor(server);
    const look = await mia.call('POST', '/api/v1/invitation', { token });
    expect(look.body).toMatchObject({
      build_name: 'A',
      email: 'mia@example.org',
      role: 'reviewer',
      is_known: false,
    });
    const wrong = `${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`;
    expect((await mia.call('POST', '/api/v1/invitation', { token: wrong })).status).toBe(400);
    const accept = { token, name: 'Mia', password };
    expect((await mia.call('POST', '/api/v1/invitation/accept', accept)).status).toBe(200);
    await mia.session();
    expect((await mia.call('GET', `/api/v1/session?build_id=${server.buildA}`)).body).toMatchObject({
      build: { may_review: true, may_manage: false },
    });
    expect((await mia.call('GET', members)).status).toBe(403);
    expect((await mia.call('GET', `/api/v1/builds/${server.buildB}/releases`)).status).toBe(404);
    expect((await new Visitor(server).call('POST', '/api/v1/invitation/accept', accept)).body).toMatchObject({
      code: 'login_state_invalid',
    });
    const { body } = await ada.call('GET', members);
    expect(body).toMatchObject({
      members: [
        { name: 'Mia', role: 'reviewer', methods: ['password'], last_seen_at: expect.any(Number) as number },
      ],
      invitations: [],
    });
  });

  it('T42: a forgotten password is mailed to whoever has the address, and the answer never says whether', async () => {
    const sink = await startMailSink();
    const { server, ada } = await serverWithAda(kind);
    const visitor = new Visitor(server);
    const ask = (email: string) => visitor.call('POST', '/api/v1/password/forgot', { email });
    const known = await ask('ada@example.org');
    const unknown = await ask('nobody@example.org');
    expect(known.status).toBe(200);
    expect({ ...unknown.body }).toEqual({ ...known.body });
    for (let time = 0; time < 5; time++) expect((await ask('ada@example.org')).status).toBe(200);
    await expect
      .poll(
        async () =>
          (await server.identityRecords.read((records) => records.find('verifications', []))).length,
      )
      .toBe(3);
    const mails = async () => {
      const due = await server.core.store.transaction((tx) =>
        tx.mails.take(server.clock.now(), server.clock.now(), 10),
      );
      return due.map((mail) => mail.recipient);
    };
    await expect.poll(mails).toEqual(Array.from({ length: 3 }, () => 'ada@example.org'));
    const [text] = await deliver(server, sink);
    const link = linkIn(text!);
    expect(link.origin + link.pathname).toBe('https://depicted.example/reset');
    const token = link.hash.slice(1);
    const stored = await server.identityRecords.read((records) => records.find('verifications', []));
    expect(JSON.stringify(stored)).not.toContain(token);

    const reset = (next: string) => visitor.call('POST', '/api/v1/password/reset', { token, password: next });
    expect((await reset('short')).status).toBe(400);
    expect((await reset('a new and longer one')).status).toBe(200);
    expect((await reset('yet another long one')).status).toBe(400);
    expect(await ada.session()).toMatchObject({ principal: { kind: 'anonymous' } });
    expect((await visitor.signIn('ada@example.org', password)).status).toBe(403);
    expect((await visitor.signIn('ada@example.org', 'a new and longer one')).status).toBe(200);
  });

  it('a password is changed with the old one; that browser stays signed in, others do not', async () => {
    const { server, ada } = await serverWithAda(kind);
    const elsewhere = new Visitor(server);
    await elsewhere.signIn('ada@example.org', password);
    const change = (old: string, next: string) =>
      ada.call('POST', '/api/v1/account/password', { old_password: old, password: next });
    expect(await change('not the one', 'a new and longer one')).toMatchObject({
      status: 400,
      body: { details: { parameter: 'old_password' } },
    });
    expect((await change(password, 'short')).status).toBe(400);
    expect((await change(password, 'a new and longer one')).status).toBe(200);
    expect(await ada.session()).toMatchObject({ principal: { kind: 'user' } });
    expect(await elsewhere.session()).toMatchObject({ principal: { kind: 'anonymous' } });
    expect((await elsewhere.signIn('ada@example.org', password)).status).toBe(403);
    expect((await elsewhere.signIn('ada@example.org', 'a new and longer one')).status).toBe(200);
  });
});

it('T45: a public build shows nothing of private ones, nor of its people', async () => {
  const { server, ada } = await serverWithAda('sqlite');
  const a = `/api/v1/builds/${server.buildA}`;
  expect((await ada.call('PATCH', a, { is_public: true })).status).toBe(200);
  await ada.call('POST', `${a}/members`, { email: 'mia@example.org', role: 'viewer' });
  const nobody = new Visitor(server);
  const { body } = await nobody.call('GET', '/api/v1/builds');
  const shown = (body['builds'] as { build: { name: string } }[]).map(({ build }) => build.name);
  expect(shown).toEqual(['A']);
  expect((await nobody.call('GET', `${a}/releases`)).status).toBe(200);
  for (const path of [
    `${a}/members`,
    `${a}/activity`,
    `${a}/keys`,
    `/api/v1/builds/${server.buildB}/releases`,
  ])
    expect((await nobody.call('GET', path)).status, path).toBe(401);
  const there = await nobody.call('GET', `/api/v1/session?build_id=${server.buildB}`);
  const none = await nobody.call('GET', '/api/v1/session?build_id=987654');
  expect({ ...there.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
  expect(there.status).toBe(none.status);
});

describe('T58: who may create builds', () => {
  it.each([
    ['everyone', 200],
    ['superusers', 403],
  ] as const)('%s: anyone who is signed in gets %i', async (createBuilds, status) => {
    const { server, ada } = await serverWithAda('sqlite', { service: { createBuilds } });
    await server.core.store.transaction(async (tx) => {
      const person = { id: 'ben', name: 'Ben', email: 'ben@example.org', emailVerified: true };
      await tx.people.insert({ ...person, superuser: false, createdAt: 1, updatedAt: 1 });
    });
    await server.identityRecords.transaction(async (records) => {
      const [account] = await records.find('accounts', []);
      await records.insert('accounts', { ...account!, id: 'ben', user_id: 'ben', account_id: 'ben' });
    });
    const ben = new Visitor(server);
    await ben.signIn('ben@example.org', password);
    expect(await ben.session()).toMatchObject({ principal: { may_create_builds: status === 200 } });
    const asked = await ben.call('POST', '/api/v1/builds', { name: 'Ben’s' });
    expect(asked.status, JSON.stringify(asked.body)).toBe(status);
    expect((await ada.call('POST', '/api/v1/builds', { name: 'Ada’s' })).status).toBe(200);
    expect(await ada.session()).toMatchObject({ principal: { may_create_builds: true } });
    expect(await new Visitor(server).session()).toMatchObject({ principal: { may_create_builds: false } });
    // A key of a build never may.
    expect(await send(server, operations.createBuild, [['name', 'x']], { key: server.keyA })).toMatchObject({
      status: 403,
      body: { code: 'role_required' },
    });
  });
});

describe('signing in', () => {
  it('T19: wrong passwords slow down that address and account, no other', async () => {
    const { server } = await serverWithAda('sqlite', {
      http: { maxFailedLogins: 3 },
    });
    const eve = new Visitor(server);
    const wrong = await eve.signIn('ada@example.org', 'not the password');
    const nobody = await eve.signIn('nobody@example.org', 'not the password');
    expect(wrong).toMatchObject({ status: 403, body: { code: 'invalid_credentials' } });
    expect({ ...nobody.body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' });
    for (let time = 0; time < 2; time++) await eve.signIn('ada@example.org', 'not the password');
    const slowed = await eve.signIn('ada@example.org', password);
    expect(slowed.status).toBe(429);
    expect(slowed.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await eve.signIn('nobody@example.org', 'not the password')).status).toBe(403);
    server.clock.advance(60_000);
    expect((await eve.signIn('ada@example.org', password)).status).toBe(200);
  });

  it('T52: links in mails are those of the public address, whatever the Host header says', async () => {
    const sink = await startMailSink();
    const { server, ada } = await serverWithAda('sqlite');
    await ada.call(
      'POST',
      `/api/v1/builds/${server.buildA}/members`,
      { email: 'mia@example.org', role: 'viewer' },
      { 'x-forwarded-host': 'evil.example' },
    );
    const [text] = await deliver(server, sink);
    expect(text).not.toContain('evil.example');
    expect(linkIn(text!).origin).toBe('https://depicted.example');
  });

  it('the last superuser stays, and people are listed to superusers only', async () => {
    const { server, ada } = await serverWithAda('sqlite');
    const { body } = await ada.call('GET', '/api/v1/people');
    const [me] = body['people'] as { id: string; name: string }[];
    expect(me).toMatchObject({ name: 'Ada', superuser: true });
    const last = await ada.call('PATCH', `/api/v1/people/${me!.id}`, { superuser: false });
    expect(last).toMatchObject({ status: 409 });
    expect(last.body['error']).toContain('is the last superuser');
    expect(await send(server, listPeople, [], { key: server.keyA })).toMatchObject({
      status: 403,
      body: { code: 'role_required' },
    });
    expect((await send(server, listPeople, [])).status).toBe(200);
  });
});
