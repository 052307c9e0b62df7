import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { readCi } from '../../tools/ci/read-ci.ts';
import { readEventFile } from '../../tools/ci/read-event.ts';
import { connect, explainRefusedKey } from '../../tools/connection.ts';
import { clientOptionsForJob } from '../options/ci-key.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt finalize` */
export async function finalizeCommand(context: CommandContext): Promise<ExitStatus> {
  const { settings, terminal, json, env } = context;
  const { buildId } = settings;
  const shardId = settings.shardId ?? readCi(env, readEventFile).shardId;
  if (buildId === null) throw usage('Say which build: --build 1, or DPXDT_BUILD_ID=1.');
  if (shardId === null)
    throw usage('Say which shards: --shard-id ID, as their jobs do, or DPXDT_SHARD_ID=ID.');
  const warn = (message: string) => terminal.complain(printable(`Warning: ${message}`));
  const { hasty } = connect(await clientOptionsForJob(context, warn));
  const { release } = await hasty.finalizeRelease({ buildId, shardId }).catch((error: unknown) => {
    throw explainRefusedKey(error);
  });
  const { name, number, status } = release;
  const { total, fault } = release.shards!;
  if (json) {
    const result = { build_id: buildId, release_name: name, release_number: number, status, total, fault };
    terminal.data(`${JSON.stringify(result)}\n`);
  }
  const named = `Release "${name}" number ${number}`;
  if (fault !== null) {
    terminal.complain(printable(`${named} is not complete: ${fault}.`));
    return exitStatus.failed;
  }
  const count = total === 1 ? '1 shard' : `${total} shards`;
  const still = status === 'receiving' ? ' Some of them still report.' : '';
  terminal.say(printable(`${named} has ${count}.${still}`));
  return exitStatus.ok;
}

function usage(message: string): AppError {
  return new AppError('invalid_argument', message);
}
