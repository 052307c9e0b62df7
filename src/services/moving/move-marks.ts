/** What a move or a restore notes in databases, so that no server uses one half of the data. */

import { capitalized } from '../../base/capitalized.ts';
import { AppError } from '../../base/errors.ts';
import type { Store } from '../../ports/store.ts';
import type { WholeDatabase } from '../../ports/whole-database.ts';
import { idName } from '../upkeep/join-store.ts';

/** In the database that is being filled: a `MoveMark`. */
export const unfinishedName = 'unfinished_move';
/** In the database that was moved away: where to. */
export const movedName = 'moved_to';

/** The ids that the data had before it was moved or restored, the latest first: a JSON array. */
export const formerIdsName = 'former_database_ids';

/** Values that belong to one database and are not copied into another. */
export const ownValues: readonly string[] = [idName, formerIdsName, unfinishedName, movedName];

export interface MoveMark {
  /** Id of the database or backup that is copied. */
  from: string;
  /** The id that this database gets. */
  databaseId: string;
}

/** The id of a database, then those that its data had before; none: no server has used it yet. */
export async function idsOf(database: Pick<WholeDatabase, 'findValue'>): Promise<string[]> {
  const id = await database.findValue(idName);
  if (id === null) return [];
  const former = await database.findValue(formerIdsName);
  return [id, ...(former === null ? [] : (JSON.parse(former) as string[]))];
}

export function writeMark(mark: MoveMark): string {
  return JSON.stringify(mark);
}

export function readMark(text: string | null): MoveMark | null {
  return text === null ? null : (JSON.parse(text) as MoveMark);
}

/**
 * Refuses a database that is incomplete, or that was moved elsewhere.
 *
 * @param mode `adopt`: the operator declares that the database is the one in use
 * @throws AppError `invalid_argument`
 */
export async function refuseMoved(
  store: Pick<Store, 'read' | 'transaction'>,
  { databaseName, mode }: { databaseName: string; mode: 'check' | 'adopt' },
): Promise<void> {
  const [unfinished, movedTo] = await store.read(async ({ serverValues }) => [
    await serverValues.find(unfinishedName),
    await serverValues.find(movedName),
  ]);
  if (unfinished !== null) throw new AppError('invalid_argument', incomplete(databaseName));
  if (movedTo === null) return;
  if (mode === 'adopt') return void (await store.transaction((tx) => tx.serverValues.delete(movedName)));
  throw new AppError('invalid_argument', moved(databaseName, movedTo));
}

/** The same for a database that is opened as a whole. @throws AppError `invalid_argument` */
export async function refuseUnusable(database: WholeDatabase): Promise<void> {
  if ((await database.migrations()).length === 0) {
    throw new AppError('invalid_argument', `${capital(database.name)} holds no data.`);
  }
  if ((await database.findValue(unfinishedName)) !== null)
    throw new AppError('invalid_argument', incomplete(database.name));
  const movedTo = await database.findValue(movedName);
  if (movedTo !== null) throw new AppError('invalid_argument', moved(database.name, movedTo));
}

export function incomplete(databaseName: string): string {
  return `${capital(databaseName)} is not complete, because a move or a restore has not finished: run the same command again, or start over with an empty database.`;
}

export function moved(databaseName: string, to: string): string {
  return `${capital(databaseName)} was moved to ${to}: correct --database-url or --data-dir, or, to use this one again, run "dpxdt admin adopt".`;
}

/** At the start of a sentence; paths and addresses stay as they are. */
export function capital(text: string): string {
  return text.includes('://') ? text : capitalized(text);
}
