import { DepictedClient, type ClientOptions } from '../../client/index.ts';
import { keyForCiToken } from '../../tools/ci/ci-token.ts';
import type { CommandContext } from '../terminal/context.ts';
import { clientOptionsOf } from './client-options.ts';
import { serversOf } from './server-address.ts';

/** As `clientOptionsOf`; where no key is set, with one for the token of the CI job, if it has one. */
export async function clientOptionsForJob(
  context: CommandContext,
  warn: (message: string) => void,
): Promise<ClientOptions> {
  const options = clientOptionsOf(context);
  const { settings, env } = context;
  const { buildId, clientId, clientSecret } = settings;
  if (clientId !== null || clientSecret !== null || buildId === null) return options;
  const client = new DepictedClient({ maxAttempts: 3, ...options });
  const audience = serversOf(settings)[0]!
    .replace(/\/+$/, '')
    .replace(/\/api$/, '');
  const key = await keyForCiToken({ environment: env, buildId, audience, client });
  if (typeof key === 'string') warn(`${key} Continuing without a key.`);
  return key === null || typeof key === 'string' ? options : { ...options, ...key };
}
