import { resolve } from 'node:path';
import { restore } from '../../compose/restore.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { placeOf } from '../options/places.ts';
import type { CommandContext } from '../terminal/context.ts';
import { continuable } from '../terminal/continuable.ts';
import { createCopyPrinter, formatBytes } from '../terminal/copy-printer.ts';
import { formatCount } from '../../domain/comparison/comparison.ts';

/** `dpxdt restore`: 0 when everything was restored and verified. */
export async function restoreCommand(
  { settings, terminal, currentFolder, signal, json }: CommandContext,
  dir: string,
  { dryRun: isDryRun = false }: { dryRun?: boolean },
): Promise<ExitStatus> {
  const { manifest, database, artifacts, rows, isContinued } = await restore({
    folder: resolve(currentFolder, dir),
    place: placeOf(settings, currentFolder),
    secretKey: settings.secretKey,
    isDryRun,
    onProgress: createCopyPrinter(terminal),
    signal,
  }).catch((error: unknown) => {
    throw continuable(error);
  });
  const { files, bytes, damaged } = manifest.artifacts;
  const createdAt = new Date(manifest.createdAt).toISOString();
  if (json) {
    const counts = { database, artifacts, rows, files, bytes, damaged, created_at: createdAt };
    terminal.data(`${JSON.stringify({ ...counts, continued: isContinued, dry_run: isDryRun })}\n`);
  }
  const size = `${formatCount(rows)} rows and ${formatCount(files)} files (${formatBytes(bytes)})`;
  terminal.say(
    isDryRun
      ? `The backup of ${createdAt} is whole: ${size} would be restored to ${database} and ${artifacts}. Dry run: nothing was changed.`
      : `${size} of ${createdAt} were restored to ${database} and ${artifacts}, and verified. Start the server.`,
  );
  if (damaged.length > 0) {
    terminal.say(
      `${damaged.length} artifacts were damaged or missing when the backup was made: ${damaged.join(', ')}.`,
    );
  }
  return exitStatus.ok;
}
