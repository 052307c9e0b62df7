import { tableDigest } from '../adapters/crypto/table-digest.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import { jsonLog } from '../adapters/log/json-log.ts';
import { AppError } from '../base/errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { FillableDatabase, WholeDatabase } from '../ports/whole-database.ts';
import type { CopyProgress } from '../services/moving/copy-progress.ts';
import { countRows } from '../services/moving/copy-tables.ts';
import type { FilledData } from '../services/moving/fill-data.ts';
import { capital } from '../services/moving/move-marks.ts';
import { moveData, planMove, type MoveParts } from '../services/moving/move-data.ts';
import {
  isSameDatabase,
  isSameStore,
  openAlone,
  openFiles,
  openFilesToLook,
  openSource,
  openToLook,
  refuseNewer,
  type Place,
} from './moving.ts';
import { makeFolder, refuseFile } from './data-folder.ts';
import { findSecret, placeSecret, type FoundSecret } from './secret-copy.ts';
import { secretFileIn } from './vault.ts';

export interface MoveSettings {
  from: Place;
  to: Place;
  /** Given by a setting; null: that of the data folder. */
  secretKey: string | null;
  /** Checks everything, changes nothing. */
  isDryRun: boolean;
  skipDamaged: boolean;
  onProgress: (progress: CopyProgress) => void;
  signal: AbortSignal;
}

/** What is moved: null where it stays. */
export interface Route {
  from: string;
  to: string;
}

export interface MoveResult {
  database: Route | null;
  artifacts: Route | null;
  /** What is there to move. */
  amount: { rows: number; files: number; bytes: number };
  isContinued: boolean;
  /** Null: a dry run. */
  moved: FilledData | null;
  /** Where servers find the secret key afterwards; `none`: no server has used the data yet. */
  secretKey: { in: 'setting' | 'none' } | { in: 'file'; file: string };
}

/**
 * Moves a server's data to another database, another store of artifacts, or both.
 *
 * @throws AppError `unavailable` when a server uses either side, `invalid_argument` when the target is not empty
 */
export async function move(settings: MoveSettings): Promise<MoveResult> {
  const { from, to, secretKey, isDryRun } = settings;
  const stays = { database: isSameDatabase(from, to), files: isSameStore(from, to) };
  if (stays.database && stays.files) {
    throw new AppError(
      'invalid_argument',
      'Nothing would be moved: name the target with --to-database-url, --to-artifacts or --to-data-dir.',
    );
  }
  refuseFile(to.dataFolder, 'Choose another folder with --to-data-dir.');
  const logger = jsonLog('error');
  const opened: WholeDatabase[] = [];
  try {
    const source = await openSource(from);
    opened.push(source);
    refuseNewer(capital(source.name), await source.migrations(), 'move');
    const secret = await findSecret(source, secretKey, from.dataFolder);
    if (!isDryRun) await makeFolder(to.dataFolder, '--to-data-dir');
    const target = stays.database ? null : await (isDryRun ? openToLook(to) : openAlone(to));
    if (target !== null) opened.push(target);
    const files = await openFiles(from, logger);
    const newFiles = stays.files ? null : await (isDryRun ? openFilesToLook : openFiles)(to, logger);
    const parts: MoveParts = {
      source,
      // A dry run only reads it.
      target: target as FillableDatabase | null,
      from: files,
      to: newFiles,
      ids: nodeIds(),
    };
    const plan = await planMove(parts);
    const result = {
      database: target === null ? null : { from: source.name, to: target.name },
      artifacts: stays.files ? null : { from: files.place, to: placeOf(to, newFiles) },
      amount: { rows: await countRows(source), ...(await source.countFiles()) },
      isContinued: plan.isContinued,
      secretKey: secretPlace(secret, to),
    };
    if (isDryRun) return { ...result, moved: null };
    await takeSecretAlong(secret, from, to);
    const { skipDamaged, onProgress, signal } = settings;
    const mayBeDamaged = () => skipDamaged;
    const moved = await moveData(parts, plan, { newDigest: tableDigest, mayBeDamaged, onProgress, signal });
    return { ...result, moved };
  } finally {
    for (const database of opened.reverse()) await database.close();
    logger.flush();
  }
}

function placeOf({ dataFolder }: Place, files: Blobs | null): string {
  return files?.place ?? `${dataFolder}/artifacts`;
}

function secretPlace({ secret, origin }: FoundSecret, to: Place): MoveResult['secretKey'] {
  if (secret === null) return { in: 'none' };
  return origin === 'setting' ? { in: 'setting' } : { in: 'file', file: secretFileIn(to.dataFolder) };
}

/** A key that a setting gives is where it is. */
async function takeSecretAlong({ secret, origin }: FoundSecret, from: Place, to: Place): Promise<void> {
  if (secret === null || origin === 'setting' || from.dataFolder === to.dataFolder) return;
  await placeSecret(secret, to.dataFolder);
}
