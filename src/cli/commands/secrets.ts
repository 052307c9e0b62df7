import { text as readText } from 'node:stream/consumers';
import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import { buildSecretLimits } from '../../domain/capture/build-secrets.ts';
import type { CommandContext } from '../terminal/context.ts';
import { administer, readBuildId } from './admin.ts';

/** `dpxdt admin secrets list` */
export function listSecretsCommand(
  context: CommandContext,
  { build }: { build: string },
): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.listSecrets(buildId),
    needsData: true,
    server: async (client) => (await client.listBuildSecrets({ buildId })).secrets,
    print: (secrets) => ({
      json: {
        secrets: secrets.map(({ name, origins, updatedAt, updatedBy }) => ({
          name,
          origins,
          updated_at: updatedAt,
          updated_by: updatedBy,
        })),
      },
      lines:
        secrets.length === 0
          ? [`Build ${buildId} has no secrets.`]
          : secrets.map(({ name, origins }) => `${name}: ${origins.join(', ')}`),
    }),
  });
}

/** `dpxdt admin secrets set`: the value is never an argument, which other users of the machine could see. */
export async function setSecretCommand(
  context: CommandContext,
  name: string,
  { build, origin, fromEnv }: { build: string; origin: string[]; fromEnv?: string },
): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  const value = await readValue(context, fromEnv);
  return administer(context, {
    data: (admin) => admin.setSecret({ buildId, name, value, origins: origin }),
    needsData: true,
    server: async (client) => (await client.setBuildSecret({ buildId, name, value, origins: origin })).secret,
    print: (secret) => ({
      json: { build_id: buildId, name: secret.name, origins: secret.origins },
      lines: [`${secret.name} is set. It is filled in on ${secret.origins.join(', ')}.`],
    }),
  });
}

/** `dpxdt admin secrets delete` */
export function deleteSecretCommand(
  context: CommandContext,
  name: string,
  { build }: { build: string },
): Promise<ExitStatus> {
  const buildId = readBuildId(build);
  return administer(context, {
    data: (admin) => admin.deleteSecret(buildId, name),
    needsData: true,
    server: async (client) => void (await client.deleteBuildSecret({ buildId, secretName: name })),
    print: () => ({ json: { build_id: buildId, name, deleted: true }, lines: [`${name} was deleted.`] }),
  });
}

/** One line break at the end is that of `echo`. */
async function readValue({ env, terminal }: CommandContext, fromEnv: string | undefined): Promise<string> {
  if (fromEnv !== undefined) {
    const value = env[fromEnv];
    if (value !== undefined && value !== '') return value;
    throw new AppError('invalid_argument', `--from-env: the variable ${fromEnv.slice(0, 60)} is not set.`);
  }
  if (process.stdin.isTTY) terminal.say('Enter the value, then a line break and Ctrl-D:');
  const stopped = new AbortController();
  let bytes = 0;
  process.stdin.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > buildSecretLimits.bytes + 2) stopped.abort();
  });
  stopped.signal.addEventListener('abort', () => process.stdin.destroy(new Error('too long')));
  const given = await readText(process.stdin).catch(() => null);
  if (given === null) {
    const most = buildSecretLimits.bytes.toLocaleString('en-US');
    throw new AppError('invalid_argument', `The value must have at most ${most} bytes.`);
  }
  return given.replace(/\r?\n$/, '');
}
