import { move, type MoveResult, type Route } from '../../compose/move.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { placeOf, targetOf } from '../options/places.ts';
import type { CommandContext } from '../terminal/context.ts';
import { continuable } from '../terminal/continuable.ts';
import { createCopyPrinter, formatBytes } from '../terminal/copy-printer.ts';
import { formatCount } from '../../domain/comparison/comparison.ts';

export interface MoveCommandOptions {
  dryRun?: boolean;
  skipDamaged?: boolean;
}

/** `dpxdt move`: 0 when everything was moved and verified. */
export async function moveCommand(
  context: CommandContext,
  { dryRun: isDryRun = false, skipDamaged = false }: MoveCommandOptions,
): Promise<ExitStatus> {
  const { settings, terminal, currentFolder, signal, json } = context;
  const result = await move({
    from: placeOf(settings, currentFolder),
    to: targetOf(settings, currentFolder),
    secretKey: settings.secretKey,
    isDryRun,
    skipDamaged,
    onProgress: createCopyPrinter(terminal),
    signal,
  }).catch((error: unknown) => {
    throw continuable(error);
  });
  if (json) terminal.data(`${JSON.stringify(toJson(result))}\n`);
  for (const line of describe(result)) terminal.say(line);
  return exitStatus.ok;
}

function toJson({ database, artifacts, amount, isContinued, moved, secretKey }: MoveResult): object {
  return {
    database,
    artifacts,
    rows: rowsOf(moved, amount),
    files: amount.files,
    bytes: amount.bytes,
    continued: isContinued,
    dry_run: moved === null,
    tables: moved?.tables ?? [],
    copied_files: moved === null || moved.files === null ? 0 : moved.files.files - moved.files.skipped,
    damaged: moved?.files?.damaged ?? [],
    secret_key: secretKey.in === 'file' ? secretKey.file : secretKey.in,
  };
}

function describe(result: MoveResult): string[] {
  const { database, artifacts, amount, moved, secretKey } = result;
  const isDone = moved !== null;
  const lines: string[] = [];
  const say = (what: string, { from, to }: Route) =>
    lines.push(`${what} ${isDone ? 'moved' : 'would be moved'} from ${from} to ${to}.`);
  if (database !== null) say(`${formatCount(rowsOf(moved, amount))} rows`, database);
  if (artifacts !== null) {
    say(`${formatCount(amount.files)} files (${formatBytes(amount.bytes)})`, artifacts);
  }
  const damaged = moved?.files?.damaged ?? [];
  if (damaged.length > 0) {
    lines.push(`${damaged.length} damaged or missing files were left out: ${damaged.join(', ')}.`);
  }
  if (!isDone) return [...lines, 'Dry run: nothing was changed.'];
  lines.push(
    'Every table and every file was verified. The original data stays where it was, but no server uses it any longer.',
  );
  if (secretKey.in === 'setting') {
    lines.push('Servers need the same DPXDT_SECRET_KEY (or DPXDT_SECRET_KEY_FILE) as before.');
  } else if (secretKey.in === 'file') {
    lines.push(
      `The secret key is ${secretKey.file}; servers with another data folder need it as DPXDT_SECRET_KEY_FILE.`,
    );
  }
  return lines;
}

/** Values that belong to one database are not moved. */
function rowsOf(moved: MoveResult['moved'], { rows }: MoveResult['amount']): number {
  return moved === null || moved.tables.length === 0
    ? rows
    : moved.tables.reduce((sum, table) => sum + table.rows, 0);
}
