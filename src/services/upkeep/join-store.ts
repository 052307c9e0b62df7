import { AppError } from '../../base/errors.ts';
import {
  judgeMeeting,
  readLabel,
  writeLabel,
  type Judgement,
  type Meeting,
  type StoreLabel,
} from '../../domain/artifacts/store-identity.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

type StoreDeps = Pick<Deps, 'store' | 'blobs' | 'ids' | 'logger'>;

/** Names of server values. */
export const idName = 'database_id';
export const generationName = 'store_generation';
/** When the database was last found to be restored; shared by all servers. */
const putBackName = 'store_put_back_at';

/** Sample size. Digests are evenly distributed, so the first listed files are a fair sample. */
const sampleSize = 1_000;

export interface JoinOptions {
  /** The database, as shown to its operator: `/data/dpxdt.sqlite`, `the database of --database-url`. */
  databaseName: string;
  /** `adopt`: the operator declares that they belong together, without checks. */
  mode: 'check' | 'adopt';
}

/**
 * Verifies that the stored files belong to this database before either is used: a database that does not know them
 * would remove them all. A new store is labeled with the database's id.
 *
 * @throws AppError `invalid_argument` when they do not belong together
 */
export async function joinStore(deps: StoreDeps, options: JoinOptions): Promise<void> {
  const label = await labelOf(deps);
  const databaseId = await deps.store.read((tx) => tx.serverValues.find(idName));
  const judgement =
    options.mode === 'adopt' ? 'adopt' : judgeMeeting(await lookAt(deps, { label, databaseId }));
  switch (judgement) {
    case 'together':
      return touchLabel(deps).then(() => undefined, unlessFull(deps));
    case 'adopt':
    case 'join':
      return attach(deps, options, label, databaseId ?? deps.ids.id());
    case 'rejoin':
      return attach(deps, options, label, label!.databaseId);
    default:
      throw new AppError('invalid_argument', await refusal(deps, options, judgement));
  }
}

/**
 * Refuses a new database, before writing to it, if the store holds files or a label.
 *
 * @throws AppError `invalid_argument`
 */
export async function refuseNewDatabase(deps: Pick<Deps, 'blobs'>, problem: string): Promise<void> {
  const isUsed = (await deps.blobs.readLabel()) !== null || (await sampleOf(deps, 1)).length > 0;
  if (isUsed) throw new AppError('invalid_argument', problem);
}

/**
 * Records in both that they were seen together, and detects whether one of them was restored from a backup: then
 * files newer than the database are kept for the full period again.
 *
 * @returns the current label; null when the store no longer belongs to this database
 */
export async function touchLabel(deps: StoreDeps): Promise<StoreLabel | null> {
  // First the store, then the database, so that a concurrent server does not look like a restored backup.
  const label = await labelOf(deps);
  if (label === null || label.move !== null) return null;
  const now = Math.round(await deps.blobs.now());
  const noted = await deps.store.transaction(async (tx) => {
    if ((await tx.serverValues.find(idName)) !== label.databaseId) return null;
    const before = await generationOf(tx);
    const generation = Math.max(before, label.generation) + 1;
    await tx.serverValues.set(generationName, String(generation));
    const isBehind = before < label.generation;
    if (isBehind) await tx.serverValues.set(putBackName, String(now));
    const joinedAt = Math.max(label.joinedAt, Number((await tx.serverValues.find(putBackName)) ?? 0));
    return { generation, isBehind, joinedAt };
  });
  if (noted === null) return null;
  const { generation, isBehind, joinedAt } = noted;
  if (isBehind) {
    deps.logger.warn(
      'The database is older than its files, probably restored from a backup: unknown files are kept for another day before they are moved to the trash.',
      { files: deps.blobs.place },
    );
  }
  const after: StoreLabel = { ...label, joinedAt, generation };
  await deps.blobs.writeLabel(writeLabel(after), 'replace');
  return after;
}

/** A server must be able to start on a full disk. */
function unlessFull({ logger }: StoreDeps): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof AppError) || error.code !== 'storage_full') throw error;
    logger.warn('The disk is full: the store label could not be updated.');
  };
}

/** @throws AppError `unavailable` when the label exists but cannot be parsed */
export async function labelOf({ blobs }: Pick<Deps, 'blobs'>): Promise<StoreLabel | null> {
  const text = await blobs.readLabel();
  if (text === null) return null;
  const label = readLabel(text);
  if (label !== null) return label;
  throw new AppError(
    'unavailable',
    `store.json in ${blobs.place} cannot be parsed. Restore it from a backup, or remove it so that the files are checked against the database again.`,
  );
}

async function attach(
  deps: StoreDeps,
  options: JoinOptions,
  label: StoreLabel | null,
  wantedId: string,
): Promise<void> {
  const joinedAt = Math.round(await deps.blobs.now());
  const { databaseId, generation } = await deps.store.transaction(async (tx) => {
    const id = await tx.serverValues.agree(idName, wantedId);
    const next = Math.max(await generationOf(tx), label?.generation ?? 0) + 1;
    await tx.serverValues.set(generationName, String(next));
    await tx.serverValues.delete(putBackName);
    return { databaseId: id, generation: next };
  });
  const joined: StoreLabel = { databaseId, joinedAt, generation, move: null };
  await deps.blobs.writeLabel(writeLabel(joined), label === null ? 'new' : 'replace');
  // Another server with another database may have been faster.
  if ((await labelOf(deps))?.databaseId !== databaseId) {
    throw new AppError('invalid_argument', await refusal(deps, options, 'other_database'));
  }
}

async function generationOf(tx: Transaction): Promise<number> {
  await tx.serverValues.lock(generationName);
  return Number((await tx.serverValues.find(generationName)) ?? 0);
}

async function lookAt(
  deps: StoreDeps,
  known: { label: StoreLabel | null; databaseId: string | null },
): Promise<Meeting> {
  if (known.label !== null && known.databaseId !== null) {
    return { ...known, files: { looked: 0, known: 0 }, expectedFiles: 0 };
  }
  return { ...known, ...(await compare(deps)) };
}

async function compare(deps: StoreDeps): Promise<Pick<Meeting, 'files' | 'expectedFiles'>> {
  const sample = await sampleOf(deps, sampleSize);
  return deps.store.read(async (tx) => ({
    files: { looked: sample.length, known: (await tx.artifacts.known(sample)).size },
    expectedFiles: await tx.artifacts.countFiles(sampleSize),
  }));
}

async function sampleOf({ blobs }: Pick<Deps, 'blobs'>, size: number): Promise<string[]> {
  const sample: string[] = [];
  for await (const { sha1 } of blobs.list()) {
    if (sample.push(sha1) >= size) break;
  }
  return sample;
}

const wayOut = 'or, if they do belong together, run "dpxdt admin adopt"';

async function refusal(
  deps: StoreDeps,
  { databaseName }: JoinOptions,
  judgement: Exclude<Judgement, 'together' | 'join' | 'rejoin'>,
): Promise<string> {
  const { place, placeSetting } = deps.blobs;
  if (judgement === 'unfinished') {
    return `The files in ${place} are not complete, because a move or a restore has not finished: run the same command again, or start over with another ${placeSetting}.`;
  }
  if (judgement === 'moved') {
    const label = await labelOf(deps);
    const to = typeof label?.move === 'object' && label.move !== null ? label.move.to : 'another place';
    return `The files in ${place} were moved to ${to}: correct ${placeSetting}, or, to use these ones again, run "dpxdt admin adopt".`;
  }
  if (judgement === 'other_database') {
    return `The files in ${place} belong to a different database than ${databaseName}: correct --database-url or ${placeSetting}, restore the database that belongs to them, ${wayOut}.`;
  }
  const { files, expectedFiles } = await compare(deps);
  if (judgement === 'unknown_files') {
    const some = files.looked < sampleSize ? `${files.looked}` : `the first ${files.looked}`;
    return `Of ${some} files in ${place}, only ${files.known} are known to ${databaseName}: correct --database-url or ${placeSetting}, restore the database that belongs to them, ${wayOut}.`;
  }
  const many = expectedFiles < sampleSize ? `${expectedFiles}` : `${expectedFiles} or more`;
  return `The files of ${databaseName} (${many}) are not in ${place}, which is empty: correct ${placeSetting}, restore the files, or, if they are lost, run "dpxdt admin adopt" to continue without them.`;
}
