import { AppError, type DepictedClient } from '../../client/index.ts';
import type { Environment } from './ci-job.ts';

export interface CiKey {
  keyId: string;
  keySecret: string;
}

interface Asked {
  environment: Environment;
  buildId: number;
  /** The server's address: for whom the token must be. */
  audience: string;
  client: Pick<DepictedClient, 'exchangeCiToken'>;
  fetch?: typeof fetch;
}

const timeoutMs = 15_000;
const maxTokenLength = 16_384;

/**
 * A key for the token that the CI system offers this job: GitHub and Forgejo where the job may ask for one, any other in
 * `DPXDT_ID_TOKEN`.
 *
 * @returns null: it offers none. A sentence: why there is no key
 */
export async function keyForCiToken({
  environment,
  buildId,
  audience,
  client,
  fetch: get = fetch,
}: Asked): Promise<CiKey | string | null> {
  const token = await offeredToken(environment, audience, get);
  if (token === null || typeof token === 'object') return token === null ? null : token.problem;
  try {
    return await client.exchangeCiToken({ buildId, token });
  } catch (error) {
    if (error instanceof AppError && ['invalid_credentials', 'not_found'].includes(error.code))
      return error.message;
    throw error;
  }
}

async function offeredToken(
  environment: Environment,
  audience: string,
  get: typeof fetch,
): Promise<string | { problem: string } | null> {
  const given = environment['DPXDT_ID_TOKEN'];
  if (given !== undefined && given !== '') return given;
  const address = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const key = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!address || !key) return null;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    return { problem: 'The address for CI tokens is none.' };
  url.searchParams.set('audience', audience);
  try {
    const answer = await get(url, {
      headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { value } = (await answer.json()) as { value?: unknown };
    if (answer.ok && typeof value === 'string' && value.length <= maxTokenLength) return value;
    return { problem: `The CI system gave no token: status ${answer.status}.` };
  } catch {
    return { problem: 'The CI system gave no token: it did not answer.' };
  }
}
