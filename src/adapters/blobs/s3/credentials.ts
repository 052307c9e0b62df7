/** Where the keys for S3 come from: the settings, or the role of the machine or container. */

import { readFile } from 'node:fs/promises';
import { textOf } from './answers.ts';
import { S3Error } from './s3-error.ts';

export interface Credentials {
  accessKey: string;
  secretKey: string;
  sessionToken: string | null;
}

export interface CredentialSource {
  /** @throws S3Error `refused` | `unreachable` */
  get(): Promise<Credentials>;
  /** S3 says that they are over. */
  forget(): void;
}

interface Lent extends Credentials {
  /** Epoch ms. */
  expiresAt: number;
}

/** New ones are fetched this long before the old ones expire. */
const earlyMs = 300_000;
const timeoutMs = 2_000;

export function fixedCredentials(accessKey: string, secretKey: string): CredentialSource {
  const credentials = { accessKey, secretKey, sessionToken: null };
  return { get: async () => credentials, forget: () => undefined };
}

/**
 * The role that the environment offers, in the order of the AWS SDKs: a web identity (Kubernetes), the container's (ECS,
 * EKS), the machine's (EC2, with IMDSv2 only).
 *
 * @param env the process's environment, with the standard `AWS_…` variables
 */
export function roleCredentials(
  env: NodeJS.ProcessEnv,
  { region, clock = Date.now }: { region: string; clock?: () => number },
): CredentialSource {
  let lent: Lent | null = null;
  let fetching: Promise<Lent> | null = null;
  const fetchRole = () => {
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return ofWebIdentity(env, region);
    if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
      return ofContainer(env);
    }
    return ofMachine(env);
  };
  return {
    async get() {
      if (lent !== null && clock() < lent.expiresAt - earlyMs) return lent;
      const before = lent;
      fetching ??= fetchRole().finally(() => void (fetching = null));
      try {
        return (lent = await fetching);
      } catch (error) {
        if (before !== null && clock() < before.expiresAt) return before;
        if (error instanceof S3Error) throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw new S3Error('unreachable', `The role of this machine offers no keys for S3: ${why}.`, {
          cause: error,
        });
      }
    },
    forget: () => void (lent = null),
  };
}

async function ofWebIdentity(env: NodeJS.ProcessEnv, region: string): Promise<Lent> {
  const token = (await readFile(env.AWS_WEB_IDENTITY_TOKEN_FILE!, 'utf8')).trim();
  const xml = await ask(env.AWS_ENDPOINT_URL_STS ?? `https://sts.${region}.amazonaws.com`, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: env.AWS_ROLE_ARN!,
      RoleSessionName: env.AWS_ROLE_SESSION_NAME ?? `dpxdt-${process.pid}`,
      WebIdentityToken: token,
    }),
  });
  return lentFrom({
    AccessKeyId: textOf(xml, 'AccessKeyId'),
    SecretAccessKey: textOf(xml, 'SecretAccessKey'),
    Token: textOf(xml, 'SessionToken'),
    Expiration: textOf(xml, 'Expiration'),
  });
}

async function ofContainer(env: NodeJS.ProcessEnv): Promise<Lent> {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI!;
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file ? (await readFile(file, 'utf8')).trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  return lentFrom(JSON.parse(await ask(url, { headers: token ? { authorization: token } : {} })));
}

async function ofMachine(env: NodeJS.ProcessEnv): Promise<Lent> {
  const base = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254').replace(/\/$/, '');
  const token = await ask(`${base}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
  });
  const headers = { 'x-aws-ec2-metadata-token': token };
  const roles = `${base}/latest/meta-data/iam/security-credentials/`;
  const role = (await ask(roles, { headers })).split('\n')[0]!.trim();
  return lentFrom(JSON.parse(await ask(roles + encodeURIComponent(role), { headers })));
}

async function ask(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  if (response.ok) return text;
  const problem = response.status >= 500 || response.status === 429 ? 'unreachable' : 'refused';
  throw new S3Error(problem, `The role of this machine offers no keys for S3: ${response.status}.`, {
    status: response.status,
  });
}

function lentFrom(found: unknown): Lent {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = (found ?? {}) as Record<string, unknown>;
  const expiresAt = typeof Expiration === 'string' ? Date.parse(Expiration) : NaN;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || !Number.isFinite(expiresAt)) {
    throw new Error('the answer has no keys');
  }
  const sessionToken = typeof Token === 'string' ? Token : null;
  return { accessKey: AccessKeyId, secretKey: SecretAccessKey, sessionToken, expiresAt };
}
