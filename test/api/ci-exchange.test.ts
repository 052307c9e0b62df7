/** Keys for CI jobs that have a token instead of a secret. The issuer is a server on this machine. */

import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuerOf, jobOf, scopeProblem } from '../../src/domain/forges/ci-claims.ts';
import { keyForCiToken } from '../../src/tools/ci/ci-token.ts';
import { pixelPng } from '../support/png-writer.ts';
import { startServer, type TestServer } from './support/server.ts';

const commit = 'c'.repeat(40);
const audience = 'https://depicted.example';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strange = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let server: TestServer;
let buildId: number;
let host: ReturnType<typeof createServer>;
let url: string;
let issuer: string;
/** What the issuer publishes, and how often its keys were read. */
let keys: (JWK & { kid: string })[];
let jwksReads = 0;
let jwksText: string | null = null;
let redirects = false;
let serial = 0;

const published = async (key: KeyObject, kid: string) => ({ ...(await exportJWK(key)), kid, use: 'sig' });

beforeAll(async () => {
  keys = [await published(rsa.publicKey, 'rsa'), await published(ec.publicKey, 'ec')];
  host = createServer((request, response) => {
    const answer = (body: unknown) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    if (redirects) return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (request.url!.endsWith('/.well-known/openid-configuration')) {
      return answer({ issuer: url + request.url!.replace(/\/\.well-known.*/, ''), jwks_uri: `${url}/jwks` });
    }
    if (request.url === '/jwks') {
      jwksReads++;
      return answer(jwksText ?? { keys });
    }
    if (request.url!.startsWith('/token?')) return void offerToken(request.url!).then(answer);
    answer({ id: 4_711, permissions: { push: true } });
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  issuer = `${url}/_services/token`;
  server = await startServer({ forgeRules: { allowPrivate: true } });
  buildId = server.buildA;
  const api = server.client();
  const made = { buildId, kind: 'github', baseUrl: url, repository: 'acme/shop', token: 't' } as const;
  const { connection } = await api.createForgeConnection(made);
  await expect(api.createCiTrust({ buildId, connectionId: connection.id })).rejects.toThrow(
    'Test the connection',
  );
  await api.testForgeConnection({ buildId, connectionId: connection.id });
  await api.createCiTrust({ buildId, connectionId: connection.id });
});

afterAll(async () => {
  await server?.close();
  host?.close();
});

beforeEach(() => {
  // Keys are read again, and no test sees the pause that another one caused.
  server.clock.advance(11 * 60_000);
  [jwksReads, jwksText, redirects] = [0, null, false];
});

const now = () => Math.floor(server.clock.now() / 1_000);
const claims = (more: object = {}) => ({
  iss: issuer,
  aud: audience,
  iat: now(),
  exp: now() + 300,
  jti: `j${serial++}`,
  repository_id: '4711',
  sha: commit,
  ref: 'refs/heads/feature',
  ...more,
});
const sign = (payload: object, header: object = {}, key: KeyObject = rsa.privateKey) =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header }).sign(key);
const exchange = (token: string) => server.client(null).exchangeCiToken({ buildId, token });
/** As GitHub gives tokens to jobs. */
const offerToken = async (address: string) => ({
  value: await sign(claims({ aud: new URL(address, url).searchParams.get('audience') })),
});
const refused = (why: string | RegExp) => ({
  code: 'invalid_credentials',
  message: expect.stringMatching(why) as string,
});

describe('a key for the token of a CI job', () => {
  it('P106: makes one release of the job’s own commit, reports it, decides nothing, and ends after an hour', async () => {
    const { keyId, keySecret } = await exchange(await sign(claims()));
    const job = server.client({ keyId, keySecret });
    const told = { buildId, releaseName: 'feature', commit, branch: 'feature' };
    await expect(job.createRelease({ ...told, commit: 'd'.repeat(40) })).rejects.toMatchObject({
      code: 'role_required',
    });
    await expect(job.createRelease({ ...told, branch: 'main' })).rejects.toMatchObject({
      code: 'role_required',
    });
    await expect(job.createRelease({ ...told, buildId: server.buildB })).rejects.toMatchObject({
      code: 'not_found',
    });
    const { releaseNumber } = await job.createRelease(told);
    const key = { buildId, releaseName: 'feature', releaseNumber };
    const content = new Uint8Array(pixelPng('a'));
    const { sha1sum } = await job.upload({ buildId, content, fileName: 'a.png' });
    await job.reportRun({ ...key, runName: '/', image: sha1sum });
    await job.runsDone(key);
    await expect(job.createRelease({ ...told, releaseName: 'two' })).rejects.toThrow('each job makes one');
    await expect(job.reviewRelease({ ...key, decision: 'good' })).rejects.toMatchObject({
      code: 'role_required',
    });
    await expect(job.updateBuild({ buildId, name: 'X' })).rejects.toMatchObject({ code: 'role_required' });
    const other = await server.client().createRelease({ buildId, releaseName: 'other' });
    const theirs = { buildId, releaseName: 'other', releaseNumber: other.releaseNumber };
    await expect(job.runsDone(theirs)).rejects.toMatchObject({ code: 'role_required' });
    await expect(job.reportRun({ ...theirs, runName: '/', image: sha1sum })).rejects.toMatchObject({
      code: 'role_required',
    });
    expect((await server.client().listKeys({ buildId })).keys.map(({ id }) => id)).not.toContain(keyId);
    server.clock.advance(61 * 60_000);
    await expect(job.listRuns(key)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('P106: is given for a token once, also where it has no id', async () => {
    for (const jti of ['once', undefined]) {
      const token = await sign(claims({ jti }), { alg: 'ES256', kid: 'ec' }, ec.privateKey);
      await exchange(token);
      await expect(exchange(token)).rejects.toMatchObject(refused('exchanged before'));
      // Another spelling of the signature's last character is no other token.
      const last = token.at(-1)!;
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]!;
      await expect(exchange(twin)).rejects.toMatchObject({ code: 'invalid_credentials' });
    }
  });

  it('P106: is refused for a token that its issuer did not sign, for this server, now', async () => {
    const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(claims())}`;
    const hmac = `${head}.${createHmac('sha256', publicPem).update(head).digest('base64url')}`;
    const own = await exportJWK(createPublicKey(strange.privateKey));
    const by = (header: object) => sign(claims(), header, strange.privateKey);
    const wrong: [string, string | Promise<string>, string | RegExp][] = [
      ['no token', 'x.y', 'no signed token'],
      ['alg none', new UnsecuredJWT(claims()).encode(), /./],
      ['HS256 with the public key', hmac, 'RS256 or ES256'],
      ['another key', by({}), 'signature is wrong'],
      ['jwk', by({ jwk: own }), 'signature is wrong'],
      ['jku', by({ jku: 'https://evil.example/jwks' }), 'signature is wrong'],
      ['x5u', by({ x5u: 'https://evil.example/x5u' }), 'signature is wrong'],
      ['unknown kid', by({ kid: 'mine' }), 'does not publish the key'],
      ['PS256', sign(claims(), { alg: 'PS256' }), 'RS256 or ES256'],
      ['another aud', sign(claims({ aud: 'https://other.example' })), `audience must be ${audience}`],
      ['two aud', sign(claims({ aud: [audience, 'https://other.example'] })), 'alone'],
      ['another iss', sign(claims({ iss: `${url}/other` })), 'does not trust'],
      ['no exp', sign(claims({ exp: undefined })), 'exp'],
      ['no iat', sign(claims({ iat: undefined })), 'iat'],
      ['expired', sign(claims({ exp: now() - 61 })), 'expired'],
      ['too early', sign(claims({ nbf: now() + 90 })), 'not valid yet'],
      ['too old', sign(claims({ iat: now() - 661 })), '10 minutes'],
      ['from the future', sign(claims({ iat: now() + 120 })), 'not valid yet'],
      [
        'another repository',
        sign(claims({ repository_id: '4712', repository: 'acme/shop' })),
        'does not trust',
      ],
      ['no repository', sign(claims({ repository_id: undefined })), 'does not trust'],
    ];
    for (const [name, token, why] of wrong) {
      await expect(exchange(await token), name).rejects.toMatchObject(refused(why));
    }
    const within = claims({ exp: now() - 59, nbf: now() + 59, iat: now() - 600 });
    await expect(exchange(await sign(within))).resolves.toBeDefined();
    const elsewhere = server.client(null);
    await expect(
      elsewhere.exchangeCiToken({ buildId: server.buildB, token: await sign(claims()) }),
    ).rejects.toMatchObject(refused('does not trust'));
    await expect(
      elsewhere.exchangeCiToken({ buildId: 999, token: await sign(claims()) }),
    ).rejects.toMatchObject(refused('does not trust'));
  });

  it('P106: reads the issuer’s keys at most once a minute, whatever tokens name', async () => {
    for (let count = 0; count < 12; count++) {
      await expect(exchange(await sign(claims(), { kid: `k${count}` }))).rejects.toMatchObject({
        code: 'invalid_credentials',
      });
    }
    expect(jwksReads).toBe(1);
    keys.push(await published(strange.publicKey, 'fresh'));
    server.clock.advance(61_000);
    await exchange(await sign(claims(), { kid: 'fresh' }, strange.privateKey));
    expect(jwksReads).toBe(2);
  });

  it('is refused while the issuer’s keys are too long, elsewhere, or no JSON', async () => {
    jwksText = JSON.stringify({ keys, more: 'x'.repeat(65_536) });
    await expect(exchange(await sign(claims()))).rejects.toThrow('64 KiB');
    server.clock.advance(61_000);
    [jwksText, redirects] = [null, true];
    await expect(exchange(await sign(claims()))).rejects.toThrow('redirects');
    server.clock.advance(61_000);
    [jwksText, redirects] = ['<html>', false];
    await expect(exchange(await sign(claims()))).rejects.toThrow('no JSON');
  });
});

it('is what the tools use where no key is set: from GitHub, or from DPXDT_ID_TOKEN', async () => {
  const client = server.client(null);
  const asked = { buildId, audience, client };
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'r',
  };
  expect(await keyForCiToken({ ...asked, environment })).toMatchObject({
    keyId: expect.any(String) as string,
  });
  const elsewhere = await keyForCiToken({ ...asked, environment, audience: 'http://internal:5000' });
  expect(elsewhere).toContain(`its audience must be ${audience}`);
  const given = { DPXDT_ID_TOKEN: await sign(claims()) };
  expect(await keyForCiToken({ ...asked, environment: given })).toMatchObject({
    keyId: expect.any(String) as string,
  });
  expect(await keyForCiToken({ ...asked, environment: {} })).toBeNull();
});

it('reads what each CI system says in its own words', () => {
  const job = { organization: null, pullRequest: null, branch: 'feature', commit };
  expect(
    jobOf('github', { repository_id: '1', sha: commit, ref: 'refs/pull/7/merge', head_ref: 'feature' }),
  ).toEqual({ ...job, project: '1', pullRequest: '7' });
  const gitlab = { project_id: '2', sha: commit, ref: 'feature', ref_type: 'branch' };
  expect(jobOf('gitlab', { ...gitlab, ref_path: 'refs/merge-requests/7/head' })).toMatchObject({
    pullRequest: '7',
  });
  expect(jobOf('gitlab', gitlab)).toEqual({ ...job, project: '2' });
  const circle = {
    'oidc.circleci.com/project-id': 'p',
    'oidc.circleci.com/org-id': 'o',
    'oidc.circleci.com/vcs-ref': 'refs/heads/feature',
  };
  expect(jobOf('circleci', circle)).toEqual({ ...job, project: 'p', organization: 'o', commit: null });
  const buildkite = { pipeline_id: 'p', organization_id: 'o', build_commit: commit, build_branch: 'feature' };
  expect(jobOf('buildkite', buildkite)).toEqual({ ...job, project: 'p', organization: 'o' });
  const at = (kind: 'github' | 'gitlab' | 'forgejo', baseUrl: string) =>
    issuerOf({ kind, organization: null }, { kind, baseUrl });
  expect(at('github', 'https://github.com')).toBe('https://token.actions.githubusercontent.com');
  expect(at('github', 'https://ghe.corp')).toBe('https://ghe.corp/_services/token');
  expect(at('gitlab', 'https://gitlab.corp/git')).toBe('https://gitlab.corp/git');
  expect(at('forgejo', 'https://codeberg.org')).toBe('https://codeberg.org/api/actions');
  expect(issuerOf({ kind: 'circleci', organization: 'o' }, null)).toBe('https://oidc.circleci.com/org/o');
  const scope = { commit, branch: null, pullRequest: '7', releaseId: null };
  expect(scopeProblem(scope, { headCommit: commit, pullRequest: 7 })).toBeNull();
  expect(scopeProblem(scope, { headCommit: commit, pullRequest: 8 })).toContain('pull request 7');
  expect(scopeProblem(scope, { headCommit: commit, pullRequest: 7, branch: 'main' })).toContain('no branch');
});
