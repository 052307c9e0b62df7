/** Which database the stored files belong to, and when unknown files may be removed. All times in milliseconds. */

/** The label of a file store. */
export interface StoreLabel {
  databaseId: string;
  /** When this store and this database were first seen together, in the store's time (epoch ms). */
  joinedAt: number;
  /** Incremented on every check in both store and database: a database that is behind was restored from a backup. */
  generation: number;
  /** Set while a move or a restore is filling the store, and once its files were moved elsewhere. */
  move: 'unfinished' | { to: string } | null;
}

/** How long after a database and a store are first joined nothing is removed. */
export const sweepWaitMs = 86_400_000;
/** Interval between sweeps; each checks every file. */
export const sweepPauseMs = 86_400_000;
/** Minimum age of a file without a row; a younger one may belong to an unfinished upload. */
export const orphanAgeMs = 3_600_000;
/** How long removed files stay in the trash. */
export const trashKeptMs = 7 * 86_400_000;

/** A sweep within either limit needs no confirmation. */
export const sweepLimits = { share: 0.02, files: 100 } as const;

/** Whether suspiciously many files are unknown to the database, other than those that it dropped itself. */
export function needsConfirmation({ orphans, dropped, files }: OrphanCount): boolean {
  const unexplained = orphans - dropped;
  return unexplained > sweepLimits.files && unexplained > files * sweepLimits.share;
}

/** Files of a store. */
export interface OrphanCount {
  files: number;
  /** Files without a row. */
  orphans: number;
  /** Those of them whose row was deleted because no run used them any longer. */
  dropped: number;
}

/** Share of known files from which an unlabelled store is taken to belong to the database. */
const knownShare = 0.5;

/** What is known about a store and a database before they are joined. */
export interface Meeting {
  label: StoreLabel | null;
  databaseId: string | null;
  /** Size of a sample of the store's files, and how many of them the database knows. */
  files: { looked: number; known: number };
  /** How many files the database expects in the store. */
  expectedFiles: number;
}

export type Judgement =
  | 'together'
  /** Both are new, or predate store labels: they now belong together. */
  | 'join'
  /** The database is an older state of the one named by the label. */
  | 'rejoin'
  | 'other_database'
  /** A move or a restore has not finished filling the store. */
  | 'unfinished'
  /** The files were moved elsewhere. */
  | 'moved'
  | 'unknown_files'
  | 'missing_files';

export function judgeMeeting({ label, databaseId, files, expectedFiles }: Meeting): Judgement {
  if (label !== null && label.move !== null) return label.move === 'unfinished' ? 'unfinished' : 'moved';
  if (label !== null && databaseId !== null) {
    return label.databaseId === databaseId ? 'together' : 'other_database';
  }
  const isKnown = files.looked > 0 && files.known >= files.looked * knownShare;
  if (label !== null) return isKnown ? 'rejoin' : 'other_database';
  if (files.looked > 0) return isKnown ? 'join' : 'unknown_files';
  return expectedFiles > 0 ? 'missing_files' : 'join';
}

export function writeLabel(label: StoreLabel): string {
  const { databaseId, joinedAt, generation, move } = label;
  const joined = new Date(joinedAt).toISOString();
  const moving =
    move === null ? {} : move === 'unfinished' ? { unfinished_move: true } : { moved_to: move.to };
  return `${JSON.stringify({ database_id: databaseId, joined_at: joined, generation, ...moving }, null, 2)}\n`;
}

/** @returns null for text that is not a label */
export function readLabel(text: string): StoreLabel | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const {
    database_id: databaseId,
    joined_at: joined,
    generation,
    ...rest
  } = found as Record<string, unknown>;
  const joinedAt = typeof joined === 'string' ? Date.parse(joined) : NaN;
  if (typeof databaseId !== 'string' || databaseId === '' || !Number.isFinite(joinedAt)) return null;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 0) return null;
  return { databaseId, joinedAt, generation, move: moveOf(rest) };
}

function moveOf(label: Record<string, unknown>): StoreLabel['move'] {
  const { moved_to: to, unfinished_move: isUnfinished } = label;
  if (isUnfinished === true) return 'unfinished';
  return typeof to === 'string' ? { to } : null;
}
