import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import {
  needsConfirmation,
  orphanAgeMs,
  sweepLimits,
  sweepPauseMs,
  sweepWaitMs,
  trashKeptMs,
} from '../../domain/artifacts/store-identity.ts';
import type { OrphanCount } from '../../domain/artifacts/store-identity.ts';
import type { KnownDigests } from '../../ports/blobs.ts';
import type { Deps } from '../deps.ts';
import { touchLabel } from './join-store.ts';

const batch = 500;
const hourMs = 3_600_000;
const sweptAtName = 'orphans_swept_at';

export interface SweepOptions {
  /** Continues within the first day, and even if suspiciously many files would be moved. */
  confirm?: boolean | undefined;
  /** Only counts, moves nothing. */
  dryRun?: boolean | undefined;
}

export interface OrphanSweep {
  /** Files checked. */
  files: number;
  /** Files without an artifact or a running upload, and their bytes. */
  orphans: number;
  orphanBytes: number;
  /** Orphans that are expected: no run used them any longer, so their artifact was dropped. */
  dropped: number;
  /** How many of them were moved to the trash. */
  trashed: number;
  /** Files deleted from the trash, and their bytes. */
  deleted: number;
  deletedBytes: number;
  /** Why a sweep moves nothing unless it is confirmed, in two sentences. Null: it does, or this one was confirmed. */
  refusal: string | null;
}

/**
 * Moves orphaned files, whose upload died or whose row is gone, to the trash; files that have been there for a week
 * are deleted.
 *
 * @throws AppError `role_required`; unless confirmed, `conflict` within a day after the store and the database were
 * joined, or if so many files would be moved that the database is probably the wrong one
 */
export async function sweepOrphans(
  deps: Deps,
  principal: Principal,
  { confirm = false, dryRun = false }: SweepOptions,
  signal?: AbortSignal,
): Promise<OrphanSweep> {
  requireSuperuser(principal, 'sweep the storage');
  const { blobs, logger } = deps;
  const label = await touchLabel(deps);
  if (label === null) {
    throw new AppError(
      'conflict',
      `The files in ${blobs.place} no longer belong to this database, so nothing was removed. Stop the server, then check ${blobs.placeSetting} and --database-url.`,
    );
  }
  const now = await blobs.now();
  const waitsMs = label.joinedAt + sweepWaitMs - now;
  const outcome = dryRun ? 'a sweep removes nothing' : 'nothing was removed';
  const tooEarly =
    waitsMs > 0 && !confirm
      ? `This database and the files in ${blobs.place} have been joined for less than a day, so ${outcome}. Sweep in ${Math.ceil(waitsMs / hourMs)} h, or add --confirm if the database is the right one.`
      : null;
  if (tooEarly !== null && !dryRun) throw new AppError('conflict', tooEarly);
  const olderThan = now - orphanAgeMs;
  const found = await count(deps, olderThan, signal);
  const tooMany = needsConfirmation(found) && !confirm ? describeTooMany(blobs.place, found, outcome) : null;
  if (dryRun) return { ...found, trashed: 0, deleted: 0, deletedBytes: 0, refusal: tooEarly ?? tooMany };
  if (tooMany !== null) {
    const { orphans, dropped, files } = found;
    throw new AppError('conflict', tooMany, { details: { orphans, dropped, files } });
  }
  const trashed =
    found.orphans === 0 ? 0 : await trashOrphans(deps, { olderThan, at: now }, found.orphans, signal);
  const emptied = await blobs.emptyTrash(now - trashKeptMs, knownTo(deps));
  const swept = { ...found, trashed, deleted: emptied.files, deletedBytes: emptied.bytes };
  if (trashed > 0 || emptied.files > 0) {
    logger.info('Orphaned files were moved to the trash; files there for a week were deleted.', {
      ...swept,
    });
  }
  return { ...swept, refusal: null };
}

/**
 * The daily sweep: once a day across all servers of a database, even if they restart more often. If it is refused, the reason is
 * logged.
 */
export async function sweepOrphansDaily(deps: Deps, signal?: AbortSignal): Promise<OrphanSweep | null> {
  const { blobs, logger } = deps;
  const label = await touchLabel(deps);
  if (label === null) {
    logger.error('The stored files no longer belong to this database; none was removed.', {
      files: blobs.place,
    });
    return null;
  }
  const now = await blobs.now();
  if (now < label.joinedAt + sweepWaitMs) return null;
  const isDue = await deps.store.transaction(async (tx) => {
    await tx.serverValues.lock(sweptAtName);
    const sweptAt = Number((await tx.serverValues.find(sweptAtName)) ?? -Infinity);
    // A time far in the future was recorded before the clock was set back.
    if (Math.abs(now - sweptAt) < sweepPauseMs) return false;
    await tx.serverValues.set(sweptAtName, String(Math.round(now)));
    return true;
  });
  if (!isDue) return null;
  try {
    return await sweepOrphans(deps, { kind: 'local' }, {}, signal);
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') {
      logger.error(error.message, error.details);
      return null;
    }
    await deps.store.transaction((tx) => tx.serverValues.delete(sweptAtName));
    if (signal?.aborted === true) return null;
    throw error;
  }
}

/** Empties the trash if the database or the store has no space left. @returns how many files were deleted */
export async function makeRoom(deps: Deps): Promise<number> {
  const { store, blobs, logger } = deps;
  const isFull = (await store.health()) === 'degraded' || (await blobs.health()) === 'degraded';
  if (!isFull) return 0;
  const emptied = await blobs.emptyTrash(Infinity, knownTo(deps));
  if (emptied.files > 0) {
    logger.warn('The disk is full: the trash was emptied early.', { ...emptied });
  }
  return emptied.files;
}

async function count(
  deps: Deps,
  olderThan: number,
  signal: AbortSignal | undefined,
): Promise<OrphanCount & { orphanBytes: number }> {
  const found = { files: 0, orphans: 0, orphanBytes: 0, dropped: 0 };
  for await (const { orphans, files } of orphansOf(deps, olderThan, signal)) {
    found.files += files;
    found.orphans += orphans.length;
    for (const { size } of orphans) found.orphanBytes += size;
    const digests = orphans.map(({ sha1 }) => sha1);
    found.dropped += (await deps.store.read((tx) => tx.artifactUses.dropped(digests))).size;
  }
  return found;
}

/** Moves no more files than were counted and confirmed. */
async function trashOrphans(
  deps: Deps,
  times: { olderThan: number; at: number },
  atMost: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let trashed = 0;
  for await (const { orphans } of orphansOf(deps, times.olderThan, signal)) {
    const moved: string[] = [];
    for (const { sha1 } of orphans.slice(0, atMost - trashed)) {
      if (await deps.blobs.trash(sha1, times)) moved.push(sha1);
    }
    trashed += moved.length;
    await deps.store.transaction((tx) => tx.artifactUses.forgetDropped(moved));
    if (trashed >= atMost) return trashed;
  }
  return trashed;
}

interface Found {
  sha1: string;
  size: number;
}

function knownTo({ store }: Pick<Deps, 'store'>): KnownDigests {
  return (sha1s) => store.read((tx) => tx.artifacts.known(sha1s));
}

async function* orphansOf(
  { store, blobs }: Deps,
  olderThan: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ orphans: Found[]; files: number }> {
  const isKnown = knownTo({ store });
  let old: Found[] = [];
  let files = 0;
  async function look(): Promise<{ orphans: Found[]; files: number }> {
    const known = await isKnown(old.map(({ sha1 }) => sha1));
    const looked = { orphans: old.filter(({ sha1 }) => !known.has(sha1)), files };
    [old, files] = [[], 0];
    return looked;
  }
  for await (const { sha1, size, modifiedAt } of blobs.list()) {
    signal?.throwIfAborted();
    files++;
    if (modifiedAt < olderThan) old.push({ sha1, size });
    if (files >= batch) yield await look();
  }
  yield await look();
}

function describeTooMany(place: string, { orphans, dropped, files }: OrphanCount, outcome: string): string {
  const unexplained = orphans - dropped;
  const percent = Math.round((unexplained / files) * 100);
  return `${unexplained} of ${files} files in ${place} (${percent} %) are unknown to the database, more than ${sweepLimits.share * 100} % and ${sweepLimits.files}, so ${outcome}. Make sure that the database is the right one and not an older backup, then run "dpxdt admin sweep --confirm".`;
}
