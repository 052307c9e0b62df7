import { AppError } from '../../base/errors.ts';
import { writeLabel } from '../../domain/artifacts/store-identity.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { FillableDatabase } from '../../ports/whole-database.ts';
import { idName, labelOf } from '../upkeep/join-store.ts';
import {
  fill,
  finishFilling,
  planFilling,
  type FilledData,
  type FillOptions,
  type FillPlan,
  type FillParts,
} from './fill-data.ts';
import { capital, idsOf, incomplete, moved, movedName, unfinishedName } from './move-marks.ts';

/** A source that no server uses, so that it can be marked. */
export interface MoveParts extends FillParts {
  source: FillableDatabase;
  from: Blobs;
}

/**
 * Checks a move. Changes nothing but gives the source an id if it has none.
 *
 * @throws AppError `invalid_argument` in one sentence
 */
export async function planMove(parts: MoveParts): Promise<FillPlan> {
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
  { databaseId, isContinued }: FillPlan,
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
export async function moveData(parts: MoveParts, plan: FillPlan, options: FillOptions): Promise<FilledData> {
  const filled = await fill(parts, plan, options);
  const { source, target, from, to } = parts;
  const retire = async () => {
    if (target !== null) await source.setValue(movedName, target.name);
    if (to === null) return;
    const label = await labelOf({ blobs: from });
    if (label !== null) await from.writeLabel(writeLabel({ ...label, move: { to: to.place } }), 'replace');
  };
  await finishFilling({ target, from, to }, source, plan, { formerIds: await idsOf(source), retire });
  return filled;
}
