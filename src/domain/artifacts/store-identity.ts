/** Which database the stored files belong to, and when what it does not know may go. Milliseconds throughout. */

/** What the store of files says about itself. */
export interface StoreLabel {
  databaseId: string;
  /** When this store and this database were first seen together, by the store's own time (epoch ms). */
  joinedAt: number;
  /** Grows with every look, in the store and in the database: a database that is behind was put back to an older state. */
  generation: number;
}

/** A database and a store that have just met are not trusted yet: so long nothing is removed. */
export const sweepWaitMs = 86_400_000;
/** Looks at every file, so not often. */
export const sweepPauseMs = 86_400_000;
/** A younger file without a row may belong to an upload that is about to finish. */
export const orphanAgeMs = 3_600_000;
/** What was removed can be brought back for so long. */
export const trashKeptMs = 7 * 86_400_000;

/** Up to either of these a sweep needs no confirmation. */
export const sweepLimits = { share: 0.02, files: 100 } as const;

/** Whether so many files are more than ever belong to nothing by accident. */
export function needsConfirmation({ orphans, files }: { orphans: number; files: number }): boolean {
  return orphans > sweepLimits.files && orphans > files * sweepLimits.share;
}

/** A database that knows so much of a store that says nothing of itself is the one it belongs to. */
const knownShare = 0.5;

/** What is known of a store and a database that are to work together. */
export interface Meeting {
  label: StoreLabel | null;
  databaseId: string | null;
  /** A sample of the store's files, and how many of them the database knows. */
  files: { looked: number; known: number };
  /** How many files the database expects in the store. */
  expectedFiles: number;
}

export type Judgement =
  | 'together'
  /** Both are new, or from before stores had a label: they belong together from now on. */
  | 'join'
  /** The database is an older state of the one that the label names. */
  | 'rejoin'
  | 'other_database'
  | 'unknown_files'
  | 'missing_files';

export function judgeMeeting({ label, databaseId, files, expectedFiles }: Meeting): Judgement {
  if (label !== null && databaseId !== null) {
    return label.databaseId === databaseId ? 'together' : 'other_database';
  }
  const isKnown = files.looked > 0 && files.known >= files.looked * knownShare;
  if (label !== null) return isKnown ? 'rejoin' : 'other_database';
  if (files.looked > 0) return isKnown ? 'join' : 'unknown_files';
  return expectedFiles > 0 ? 'missing_files' : 'join';
}

export function writeLabel(label: StoreLabel): string {
  const { databaseId, joinedAt, generation } = label;
  const joined = new Date(joinedAt).toISOString();
  return `${JSON.stringify({ database_id: databaseId, joined_at: joined, generation }, null, 2)}\n`;
}

/** @returns null for text that is no label */
export function readLabel(text: string): StoreLabel | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const { database_id: databaseId, joined_at: joined, generation } = found as Record<string, unknown>;
  const joinedAt = typeof joined === 'string' ? Date.parse(joined) : NaN;
  if (typeof databaseId !== 'string' || databaseId === '' || !Number.isFinite(joinedAt)) return null;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 0) return null;
  return { databaseId, joinedAt, generation };
}
