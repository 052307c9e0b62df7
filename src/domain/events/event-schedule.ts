/** When an event that did not arrive is sent again. */

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const pausesMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];
/** The longest wait that an endpoint may ask for. */
const maxAskedMs = 24 * hourMs;

/**
 * @param attempts those that failed, with the last one
 * @param options `retryAt`: when the endpoint asked to be called again. `random`: in [0, 1), spreads calls by ± 20 %
 * @returns null after the last one
 */
export function nextEventAttempt(
  attempts: number,
  now: number,
  { retryAt, random }: { retryAt: number | null; random: number },
): number | null {
  const pause = pausesMs[attempts - 1];
  if (pause === undefined) return null;
  const asked = retryAt === null ? 0 : Math.min(retryAt, now + maxAskedMs);
  return Math.max(now + Math.round(pause * (0.8 + 0.4 * random)), asked);
}

/** Attempts of an event before its endpoint is turned off. */
export const maxEventAttempts = pausesMs.length + 1;
