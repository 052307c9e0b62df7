/** When a delivery is sent, and sent again. */

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const pausesMs = [5 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, hourMs];
/** Age of a series of failures at which it ends. */
const givenUpMs = 24 * hourMs;
/** The longest wait that a forge may ask for. */
const maxAskedMs = 6 * hourMs;

/** How long a text must stand before another one with the same state follows: forges count every status. */
const textPausesMs = { pending: 60 * secondMs, other: 15 * secondMs };

/**
 * When a failed delivery is tried again.
 *
 * @param failed its attempts include the one that just failed
 * @param options `retryAt`: when the forge asked to be called again. `random`: in [0, 1), spreads calls by ± 20 %
 * @returns null after a day
 */
export function nextAttemptAt(
  failed: { attempts: number; failingSince: number },
  now: number,
  { retryAt, random }: { retryAt: number | null; random: number },
): number | null {
  if (now - failed.failingSince >= givenUpMs) return null;
  const pause = pausesMs[Math.min(failed.attempts, pausesMs.length) - 1] ?? pausesMs[0]!;
  const spread = now + Math.round(pause * (0.8 + 0.4 * random));
  return Math.max(spread, askedTime(retryAt, now) ?? 0);
}

/** A time that a forge asked for, within reason. */
export function askedTime(retryAt: number | null, now: number): number | null {
  return retryAt === null ? null : Math.min(retryAt, now + maxAskedMs);
}

export interface Wanted {
  hash: string;
  /** The state, in the forge's word. */
  word: string;
  isPending: boolean;
}

/**
 * What to do with what a place should say now: `skip` it, `send` it, or wait until a time.
 *
 * @param options `takesSameState` false: the forge refuses a state that it already shows
 */
export function nextStep(
  sent: { sentHash: string | null; sentWord: string | null; sentAt: number | null },
  wanted: Wanted,
  now: number,
  { takesSameState }: { takesSameState: boolean },
): 'skip' | 'send' | { waitUntil: number } {
  if (sent.sentHash === wanted.hash) return 'skip';
  if (sent.sentWord !== wanted.word || sent.sentAt === null) return 'send';
  if (!takesSameState) return 'skip';
  const waitUntil = sent.sentAt + (wanted.isPending ? textPausesMs.pending : textPausesMs.other);
  return waitUntil <= now ? 'send' : { waitUntil };
}
