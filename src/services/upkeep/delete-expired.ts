import { mortalKinds, type MortalKind } from '../../ports/store/life-times.ts';
import type { Deps } from '../deps.ts';

const dayMs = 86_400_000;
/** How long an invitation is still listed after it expired. */
const keepInvitationsMs = 30 * dayMs;
/** Longer than every window in which attempts are counted. */
const keepAttemptsMs = dayMs;

/** Rows per transaction. Adjusted so that none takes long, whatever a row costs. */
const rows = { first: 500, fewest: 20, most: 4_000 };
/** Other requests may wait as long as one transaction. */
const batchMs = { shortest: 20, longest: 50 };

export type DeletedRows = Record<MortalKind, number>;

/**
 * Deletes what has outlived its time, in short transactions until nothing is left. Call every minute; at one server is enough.
 *
 * @param signal ends it after the current transaction
 */
export async function deleteExpired(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  signal?: AbortSignal,
): Promise<DeletedRows> {
  const deleted = {} as DeletedRows;
  for (const kind of mortalKinds) {
    const keptMs = keptMsOf(deps, kind);
    deleted[kind] = keptMs === null ? 0 : await deleteAll(deps, kind, deps.clock.now() - keptMs, signal);
  }
  return deleted;
}

/** Null: indefinitely. */
function keptMsOf({ settings }: Pick<Deps, 'settings'>, kind: MortalKind): number | null {
  switch (kind) {
    case 'tasks':
      return settings.keepTasksMs;
    case 'activity':
      return settings.keepActivityMs;
    case 'mails':
    case 'events':
      return settings.keepMailsMs;
    case 'ciKeys':
    case 'invitations':
      return keepInvitationsMs;
    case 'usedTokens':
    case 'sessions':
    case 'oneTimeTokens':
      return 0;
    case 'attempts':
      return keepAttemptsMs;
  }
}

async function deleteAll(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  kind: MortalKind,
  before: number,
  signal?: AbortSignal,
): Promise<number> {
  let limit = rows.first;
  let total = 0;
  while (signal?.aborted !== true) {
    const start = clock.monotonicMs();
    const count = await store.transaction((tx) => tx.lifeTimes.deleteBefore(kind, before, limit));
    total += count;
    // A batch may also be incomplete because others hold rows of it: the next call takes them.
    if (count < limit) break;
    const tookMs = clock.monotonicMs() - start;
    if (tookMs > batchMs.longest) limit = Math.max(rows.fewest, Math.floor(limit / 2));
    else if (tookMs < batchMs.shortest) limit = Math.min(rows.most, limit * 2);
  }
  return total;
}
