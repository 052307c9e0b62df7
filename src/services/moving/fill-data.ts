import { AppError } from '../../base/errors.ts';
import { writeLabel, type StoreLabel } from '../../domain/artifacts/store-identity.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { FillableDatabase, WholeDatabase } from '../../ports/whole-database.ts';
import type { Ids } from '../../ports/ids.ts';
import { generationName, idName, labelOf } from '../upkeep/join-store.ts';
import { copyFiles, type CopiedFiles, type CopyFilesOptions } from './copy-files.ts';
import type { CopyProgress } from './copy-progress.ts';
import { copyTables, isEmpty, type CopiedTable, type CopyTablesOptions } from './copy-tables.ts';
import { capital, formerIdsName, readMark, unfinishedName, writeMark, type MoveMark } from './move-marks.ts';

/** Where the data is, and where it goes. */
export interface FillParts {
  source: WholeDatabase;
  /** Null: the database stays. */
  target: FillableDatabase | null;
  from: Pick<Blobs, 'place' | 'readLabel' | 'open'>;
  /** Null: the files stay. */
  to: Blobs | null;
  ids: Pick<Ids, 'id'>;
}

export interface FillOptions extends Pick<CopyTablesOptions, 'newDigest' | 'signal'> {
  mayBeDamaged: CopyFilesOptions['mayBeDamaged'];
  onProgress?: (progress: CopyProgress) => void;
}

export interface FillPlan {
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
export async function planFilling(
  { source, target, to, ids }: Omit<FillParts, 'from'>,
  from: string,
): Promise<FillPlan> {
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
export async function fill(parts: FillParts, plan: FillPlan, options: FillOptions): Promise<FilledData> {
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
 * @param last `formerIds`: the ids of the source; `retire` marks it, if it must not be used any more
 */
export async function finishFilling(
  { target, from, to }: Pick<FillParts, 'target'> & { from: Blobs | null; to: Blobs | null },
  source: WholeDatabase,
  plan: FillPlan,
  last: { formerIds: readonly string[]; retire: () => Promise<void> },
): Promise<void> {
  const generation = Number((await (target ?? source).findValue(generationName)) ?? 0);
  await target?.setValue(idName, plan.databaseId);
  await target?.setValue(formerIdsName, JSON.stringify(last.formerIds));
  // Files that stay belong to the new database from here on: the old one is refused.
  if (to === null && from !== null)
    await from.writeLabel(writeLabel(await newLabel(from, plan, { generation })), 'replace');
  await last.retire();
  if (to !== null) await to.writeLabel(writeLabel(await newLabel(to, plan, { generation })), 'replace');
  await target?.setValue(unfinishedName, null);
}

/** @param ready null: files are still missing */
async function newLabel(
  blobs: Blobs,
  { databaseId }: FillPlan,
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
