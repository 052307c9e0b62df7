import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { roleCredentials } from './credentials.ts';

type Answering = (request: IncomingMessage, body: string) => { status?: number; body: string };

/** Stands for the address at which a cloud gives out keys. */
async function serve(answering: Answering): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text: Buffer) => void (body += text.toString()));
    request.on('end', () => {
      const { status = 200, body: text } = answering(request, body);
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function tokenFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'token'), text);
  return join(folder, 'token');
}

const at = (text: string) => Date.parse(`2030-01-01T${text}Z`);
const region = 'eu-west-1';

const keys = (name: string, until: string) =>
  JSON.stringify({
    AccessKeyId: name,
    SecretAccessKey: 'secret',
    Token: 'session',
    Expiration: `2030-01-01T${until}Z`,
  });

it('asks the machine with IMDSv2, once until shortly before they expire', async () => {
  const asked: string[] = [];
  let until = '12:00:00';
  const endpoint = await serve((request) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'PUT') return { body: 'a token' };
    if (request.headers['x-aws-ec2-metadata-token'] !== 'a token') return { status: 401, body: '' };
    return { body: request.url!.endsWith('/') ? 'role one\n' : keys('AKIA', until) };
  });
  let now = at('10:00:00');
  const source = roleCredentials(
    { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint },
    { region, clock: () => now },
  );
  const [first] = await Promise.all([source.get(), source.get(), source.get()]);
  expect(first).toMatchObject({ accessKey: 'AKIA', secretKey: 'secret', sessionToken: 'session' });
  expect(asked).toEqual([
    'PUT /latest/api/token',
    'GET /latest/meta-data/iam/security-credentials/',
    'GET /latest/meta-data/iam/security-credentials/role%20one',
  ]);
  now = at('11:54:00');
  await source.get();
  expect(asked).toHaveLength(3);
  [now, until] = [at('11:56:00'), '14:00:00'];
  await source.get();
  expect(asked).toHaveLength(6);
  source.forget();
  await source.get();
  expect(asked).toHaveLength(9);
});

it('goes on with keys that are still good while the address does not answer', async () => {
  let isDown = false;
  const endpoint = await serve((request) => {
    if (isDown) return { status: 500, body: '' };
    if (request.method === 'PUT') return { body: 'a token' };
    return { body: request.url!.endsWith('/') ? 'role' : keys('AKIA', '12:00:00') };
  });
  let now = at('10:00:00');
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint };
  const source = roleCredentials(env, { region, clock: () => now });
  await source.get();
  isDown = true;
  now = at('11:57:00');
  expect((await source.get()).accessKey).toBe('AKIA');
  now = at('12:01:00');
  await expect(source.get()).rejects.toMatchObject({ problem: 'unreachable' });
});

it("asks for the container's role, with the token of its file", async () => {
  const endpoint = await serve((request) =>
    request.headers.authorization === 'from a file'
      ? { body: keys('ASIA', '12:00:00') }
      : { status: 403, body: '' },
  );
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile('from a file\n'),
  };
  const clock = () => at('10:00:00');
  expect((await roleCredentials(env, { region, clock }).get()).accessKey).toBe('ASIA');
  const refused = roleCredentials(
    { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile('wrong') },
    { region },
  );
  await expect(refused.get()).rejects.toMatchObject({ problem: 'refused', status: 403 });
});

it('exchanges a web identity for keys', async () => {
  const endpoint = await serve((request, body) => {
    const sent = new URLSearchParams(body);
    expect(request.method).toBe('POST');
    expect(sent.get('Action')).toBe('AssumeRoleWithWebIdentity');
    expect(sent.get('RoleArn')).toBe('arn:aws:iam::1:role/dpxdt');
    expect(sent.get('WebIdentityToken')).toBe('identity');
    return {
      body: `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey>
        <SessionToken>session</SessionToken><Expiration>2030-01-01T12:00:00Z</Expiration>
        </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
  });
  const source = roleCredentials(
    {
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile('identity\n'),
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/dpxdt',
      AWS_ENDPOINT_URL_STS: endpoint,
    },
    { region, clock: () => at('10:00:00') },
  );
  expect(await source.get()).toMatchObject({ accessKey: 'ASIA', secretKey: 'a&b', sessionToken: 'session' });
});

it('says so where there is no role', async () => {
  const endpoint = await serve(() => ({ body: 'not keys' }));
  const source = roleCredentials({ AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint }, { region });
  await expect(source.get()).rejects.toThrow(/The role of this machine offers no keys for S3/);
});
