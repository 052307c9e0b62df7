import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import { startServer, type TestServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const password = 'correct horse battery';

describe('T27, D23: what a browser sends for another site', () => {
  let server: TestServer;
  let ada: Visitor;
  beforeAll(async () => {
    server = await startServer({ logins: {} });
    ada = new Visitor(server);
    const token = await offerSetUp(server.core);
    await ada.call('POST', '/api/v1/set_up', { token, name: 'Ada', email: 'ada@example.org', password });
    await ada.session();
  });
  afterAll(() => server.close());

  const forms: [method: string, path: string, body: object][] = [
    ['POST', '/api/v1/builds', { name: 'Made elsewhere' }],
    ['PATCH', '/api/v1/builds/1', { name: 'Renamed elsewhere' }],
    ['POST', '/api/v1/builds/1/keys', { purpose: 'elsewhere' }],
    ['POST', '/api/v1/builds/1/members', { email: 'eve@example.org', role: 'admin' }],
    ['POST', '/api/v1/builds/1/release/decision', { release_name: 'r', release_number: 1, decision: 'good' }],
    ['POST', '/api/v1/builds/1/run/verdict', { release_name: 'r', release_number: 1, run_id: 1 }],
    ['POST', '/api/create_release', { build_id: 1, release_name: 'elsewhere' }],
    ['POST', '/api/v1/sign_out', {}],
    ['POST', '/api/v1/set_up', { token: 'x' }],
  ];

  it.each(forms)('%s %s is refused and changes nothing', async (method, path, body) => {
    const evil = { origin: 'https://evil.example' };
    const own = { origin: 'https://depicted.example', 'sec-fetch-site': 'same-origin' };
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    const token = ada.csrfToken!;
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'a'.repeat(64) },
      { ...own, 'x-csrf-token': '' },
      { ...evil, 'x-csrf-token': token },
      { origin: 'null', 'x-csrf-token': token },
      { ...crossSite, 'x-csrf-token': token },
      { 'x-csrf-token': '', 'content-type': 'text/plain' },
    ]) {
      const answer = await ada.call(method, path, body, headers);
      expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: 'csrf_failed' } });
    }
    expect(await ada.session()).toMatchObject({ principal: { kind: 'user' } });
  });

  it('nothing of it happened, and the same with the token does', async () => {
    const { body } = await ada.call('GET', '/api/v1/builds');
    expect(JSON.stringify(body)).not.toContain('elsewhere');
    expect((await ada.call('POST', '/api/v1/builds', { name: 'Mine' })).status).toBe(200);
    expect((await ada.call('GET', '/api/v1/session?build_id=3')).body).toMatchObject({
      build: { may_manage: true },
    });
  });

  it('T28: nothing is changed by GET', async () => {
    for (const path of [
      '/api/v1/sign_out',
      '/api/v1/builds/1/release/decision?release_name=r&release_number=1&decision=good',
      '/api/v1/builds/1/run/verdict?run_id=1&verdict=approved',
    ])
      expect((await ada.call('GET', path)).status, path).toBe(405);
    expect((await ada.fetch('GET', '/logout')).status).not.toBe(500);
    expect(await ada.session()).toMatchObject({ principal: { kind: 'user' } });
  });

  it('T43, T44: what belongs to others is not there', async () => {
    const eve = new Visitor(server);
    const paths = [
      '/api/v1/builds/1/members',
      '/api/v1/builds/1/releases',
      '/api/v1/people',
      '/api/v1/account',
    ];
    for (const path of paths) expect((await eve.call('GET', path)).status, path).toBe(401);
    const deleted = await ada.call('DELETE', '/api/v1/account/sessions/somebody-elses');
    expect(deleted.status).toBe(404);
  });
});
