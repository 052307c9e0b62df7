/** Rows that are deleted some time after they ended; each has one time from which that is counted. */
export const mortalKinds = [
  /** Tasks that ended, by their end. */
  'tasks',
  /** By their time. */
  'activity',
  /** Mails that were sent or given up, by when they were requested. */
  'mails',
  /** Events that were sent or given up, by when they happened. */
  'events',
  /** By when they expire. */
  'invitations',
  'usedTokens',
  'ciKeys',
  'sessions',
  'oneTimeTokens',
  /** Counted attempts, by the start of their window. */
  'attempts',
] as const;
export type MortalKind = (typeof mortalKinds)[number];

export interface LifeTimeRepository {
  /** Deletes up to `limit` rows, oldest first, whose time is before; passes over rows that others hold. @returns how many */
  deleteBefore(kind: MortalKind, before: number, limit: number): Promise<number>;
}
