import { AppError } from '../../base/errors.ts';
import { writeLabel, type StoreLabel } from '../../domain/artifacts/store-identity.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { FillableDatabase, WholeDatabase } from '../../ports/whole-database.ts';
import type { Ids } from '../../ports/ids.ts';
import { generationName, idName, labelOf } from '../upkeep/join-store.ts';
import { copyFiles, type CopiedFiles, type CopyFilesOptions } from './copy-files.ts';
import type { CopyProgress } from './copy-progress.ts';
import { copyTables, isEmpty, type CopiedTable, type CopyTablesOptions } from './copy-tables.ts';
import {
  capital,
  incomplete,
  moved,
  movedName,
  readMark,
  unfinishedName,
  writeMark,
  type MoveMark,
} from './move-marks.ts';

/** Where the data is, and where it goes. */
export interface MovingParts {
  source: WholeDatabase;
  /** Null: the database stays. */
  target: FillableDatabase | null;
  from: Pick<Blobs, 'place' | 'readLabel' | 'open'>;
  /** Null: the files stay. */
  to: Blobs | null;
  ids: Pick<Ids, 'id'>;
}

export interface MoveOptions extends Pick<CopyTablesOptions, 'newDigest' | 'signal'> {
  skipDamaged: CopyFilesOptions['skipDamaged'];
  onProgress?: (progress: CopyProgress) => void;
}

export interface MovePlan {
  /** Id of what is copied. */
  from: string;
  /** The id that the database has afterwards. */
  databaseId: string;
  /** Whether an interrupted move is continued. */
  isContinued: boolean;
}

export interface FilledData {
  /** Empty: the database stays. */
  tables: CopiedTable[];
  /** Null: the files stay. */
  files: CopiedFiles | null;
}

/**
 * Checks that the target is empty, or holds the unfinished copy of the same source. Changes nothing.
 *
 * @param from id of what is copied
 * @throws AppError `invalid_argument` in one sentence
 */
async function planFilling(
  { source, target, to, ids }: Omit<MovingParts, 'from'>,
  from: string,
): Promise<MovePlan> {
  const mark = target === null ? null : await markOf(target, source, from);
  const sourceId = await source.findValue(idName);
  const databaseId = target === null ? (sourceId ?? ids.id()) : (mark?.databaseId ?? ids.id());
  if (to === null) return { from, databaseId, isContinued: mark !== null };
  const label = await labelOf({ blobs: to });
  const isOurs = label?.move === 'unfinished' && label.databaseId === databaseId;
  if (!isOurs && (label !== null || (await hasFiles(to)))) {
    throw new AppError(
      'invalid_argument',
      `${capital(to.place)} already holds files: name an empty place, or empty that one first.`,
    );
  }
  return { from, databaseId, isContinued: mark !== null || isOurs };
}

/** The mark of an unfinished copy from the same source; null: the target is empty. */
async function markOf(target: WholeDatabase, source: WholeDatabase, from: string): Promise<MoveMark | null> {
  const migrations = await target.migrations();
  if (migrations.length === 0) {
    if ((await target.tables()).length === 0) return null;
    throw holdsData(target);
  }
  const mark = readMark(await target.findValue(unfinishedName));
  if (mark === null) {
    if ((await target.findValue(idName)) === null && (await isEmpty(target))) return null;
    throw holdsData(target);
  }
  if (mark.from !== from) {
    throw new AppError(
      'invalid_argument',
      `${capital(target.name)} holds an unfinished copy of other data: name an empty database, or empty that one first.`,
    );
  }
  if (JSON.stringify(migrations) !== JSON.stringify(await source.migrations())) {
    throw new AppError(
      'invalid_argument',
      `${capital(target.name)} holds an unfinished copy that another version of dpxdt began: empty that database first.`,
    );
  }
  return mark;
}

/**
 * Copies rows and files into an empty target, or continues to. No server can use the target until `finishFilling`.
 *
 * @throws AppError as `copyTables` and `copyFiles`
 */
async function fill(parts: MovingParts, plan: MovePlan, options: MoveOptions): Promise<FilledData> {
  const { source, target, from, to } = parts;
  if (target !== null) {
    await target.create(await source.migrations());
    await target.setValue(unfinishedName, writeMark(plan));
  }
  if (to !== null) await to.writeLabel(writeLabel(await newLabel(to, plan, null)), 'replace');
  const tables = target === null ? [] : await source.snapshot(() => copyTables(source, target, options));
  const files = to === null ? null : await copyFiles(target ?? source, { from, to }, options);
  return { tables, files };
}

/**
 * Hands the copied data over to servers.
 *
 * @param retire marks the source, if it must not be used any more
 */
async function finishFilling(
  { target, from, to }: Pick<MovingParts, 'target'> & { from: Blobs | null; to: Blobs | null },
  source: WholeDatabase,
  plan: MovePlan,
  retire: () => Promise<void>,
): Promise<void> {
  const generation = Number((await (target ?? source).findValue(generationName)) ?? 0);
  await target?.setValue(idName, plan.databaseId);
  // Files that stay belong to the new database from here on: the old one is refused.
  if (to === null && from !== null)
    await from.writeLabel(writeLabel(await newLabel(from, plan, { generation })), 'replace');
  await retire();
  if (to !== null) await to.writeLabel(writeLabel(await newLabel(to, plan, { generation })), 'replace');
  await target?.setValue(unfinishedName, null);
}

/** @param ready null: files are still missing */
async function newLabel(
  blobs: Blobs,
  { databaseId }: MovePlan,
  ready: { generation: number } | null,
): Promise<StoreLabel> {
  return {
    databaseId,
    joinedAt: Math.round(await blobs.now()),
    generation: ready?.generation ?? 0,
    move: ready === null ? 'unfinished' : null,
  };
}

async function hasFiles(blobs: Pick<Blobs, 'list'>): Promise<boolean> {
  for await (const file of blobs.list()) return file.size >= 0;
  return false;
}

function holdsData(target: WholeDatabase): AppError {
  return new AppError(
    'invalid_argument',
    `${capital(target.name)} already holds data: name an empty database, or empty that one first.`,
  );
}

/** A source that no server uses, so that it can be marked. */
export interface MoveParts extends MovingParts {
  source: FillableDatabase;
  from: Blobs;
}

/**
 * Checks a move. Changes nothing but gives the source an id if it has none.
 *
 * @throws AppError `invalid_argument` in one sentence
 */
export async function planMove(parts: MoveParts): Promise<MovePlan> {
  const { source, from, to, ids } = parts;
  if ((await source.migrations()).length === 0) {
    throw new AppError('invalid_argument', `${capital(source.name)} holds no data to move.`);
  }
  if ((await source.findValue(unfinishedName)) !== null)
    throw new AppError('invalid_argument', incomplete(source.name));
  let sourceId = await source.findValue(idName);
  if (sourceId === null) {
    sourceId = ids.id();
    await source.setValue(idName, sourceId);
  }
  const movedTo = await source.findValue(movedName);
  const alreadyMoved = () => new AppError('invalid_argument', moved(source.name, movedTo!));
  const plan = await planFilling(parts, sourceId).catch((error: unknown) => {
    throw movedTo === null ? error : alreadyMoved();
  });
  if (movedTo !== null && !plan.isContinued) throw alreadyMoved();
  await refuseForeignFiles({ source, from, to }, sourceId, plan);
  return plan;
}

/** The files to move, or to keep, must be those of the source. */
async function refuseForeignFiles(
  { source, from, to }: Pick<MoveParts, 'source' | 'from' | 'to'>,
  sourceId: string,
  { databaseId, isContinued }: MovePlan,
): Promise<void> {
  const label = await labelOf({ blobs: from });
  if (label === null) {
    if ((await source.countFiles()).files === 0) return;
  } else {
    const isTheirs = label.databaseId === sourceId;
    // The last steps of an interrupted move are repeated.
    const wasHandedOver =
      isContinued && (to === null ? label.databaseId === databaseId : label.move !== null);
    if (wasHandedOver || (isTheirs && label.move === null)) return;
  }
  throw new AppError(
    'invalid_argument',
    `The files in ${from.place} do not belong to ${source.name}: correct ${from.placeSetting} or --database-url, or, if they do belong together, run "dpxdt admin adopt".`,
  );
}

/**
 * Moves a database, its files, or both. An interrupted move continues when it is called again.
 *
 * @throws AppError as `fill`
 */
export async function moveData(parts: MoveParts, plan: MovePlan, options: MoveOptions): Promise<FilledData> {
  const filled = await fill(parts, plan, options);
  const { source, target, from, to } = parts;
  await finishFilling({ target, from, to }, source, plan, async () => {
    if (target !== null) await source.setValue(movedName, target.name);
    if (to === null) return;
    const label = await labelOf({ blobs: from });
    if (label !== null) await from.writeLabel(writeLabel({ ...label, move: { to: to.place } }), 'replace');
  });
  return filled;
}
