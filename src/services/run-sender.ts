import type { Deps } from './deps.ts';

export interface Sender<Item> {
  /** Wakes it. */
  signal: string;
  /** Leases up to so many. */
  take: (limit: number) => Promise<Item[]>;
  /** Never fails. */
  send: (item: Item) => Promise<void>;
  /** What the log says when nothing can be taken. */
  problem: string;
}

/** Sent by this server at a time. */
const maxAtOnce = 12;
/** Other servers may have noted something, and what failed becomes due again. */
const pollMs = 2_000;

/** Sends what is due until stopped; woken by its signal. */
export async function runSender<Item>(
  { notifier, logger }: Pick<Deps, 'notifier' | 'logger'>,
  { signal, take, send, problem }: Sender<Item>,
  stopping: AbortSignal,
): Promise<void> {
  const working = new Set<Promise<void>>();
  while (!stopping.aborted) {
    const turn = new AbortController();
    // Before the look, so that a change that comes meanwhile is not missed.
    const noted = notifier.wait(signal, pollMs, AbortSignal.any([stopping, turn.signal]));
    const taken = await take(maxAtOnce - working.size).catch((error: unknown) => {
      logger.warn(problem, { problem: String(error) });
      return [];
    });
    for (const item of taken) {
      const work = send(item).finally(() => working.delete(work));
      working.add(work);
    }
    if (taken.length === 0 || working.size >= maxAtOnce) await Promise.race([noted, ...working]);
    turn.abort();
    await noted;
  }
  await Promise.all(working);
}
