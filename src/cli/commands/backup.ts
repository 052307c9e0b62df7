import { resolve } from 'node:path';
import { backUp, type BackupResult } from '../../compose/backup.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { placeOf } from '../options/places.ts';
import type { CommandContext } from '../terminal/context.ts';
import { continuable } from '../terminal/continuable.ts';
import { createCopyPrinter, formatBytes } from '../terminal/copy-printer.ts';
import { formatCount } from '../../domain/comparison/comparison.ts';

const secretLines: Record<BackupResult['secretKey'], string> = {
  included: 'It holds the secret key: keep it as safe as the server.',
  excluded: 'The secret key is not in it: keep it elsewhere, a restore needs it.',
  none: 'There is no secret key yet.',
};

/** `dpxdt backup`: 0 when everything was written, 3 when artifacts of the server are damaged or missing. */
export async function backupCommand(
  { settings, terminal, currentFolder, signal, toolVersion, json }: CommandContext,
  dir: string,
  { withoutSecretKey = false }: { withoutSecretKey?: boolean },
): Promise<ExitStatus> {
  const result = await backUp({
    place: placeOf(settings, currentFolder),
    folder: resolve(currentFolder, dir),
    secretKey: settings.secretKey,
    withSecretKey: !withoutSecretKey,
    version: toolVersion,
    onProgress: createCopyPrinter(terminal),
    signal,
  }).catch((error: unknown) => {
    throw continuable(error);
  });
  const { folder, rows, files, secretKey, isIncremental } = result;
  const { damaged, skipped } = files;
  if (json) {
    const counts = { folder, rows, files: files.files, bytes: files.bytes, skipped_files: skipped, damaged };
    terminal.data(`${JSON.stringify({ ...counts, incremental: isIncremental, secret_key: secretKey })}\n`);
  }
  const size = `${formatCount(rows)} rows and ${formatCount(files.files)} files (${formatBytes(files.bytes)})`;
  const before = skipped === 0 ? '' : `; ${formatCount(skipped)} files were there already`;
  terminal.say(`${size} are in ${folder}${before}.`);
  terminal.say(secretLines[secretKey]);
  if (damaged.length === 0) return exitStatus.ok;
  terminal.complain(
    `${terminal.colors.yellow('Warning:')} ${damaged.length} artifacts of the server are damaged or missing and are not in the backup, such as ${damaged[0]!}; "dpxdt admin fsck" lists them.`,
  );
  return exitStatus.failed;
}
