/** With fewer finished runs, a guess would be worthless. */
const enoughToGuess = 3;

/**
 * How long the rest will take if it continues at the same rate.
 *
 * @param done finished since the wait began
 * @returns milliseconds; null when too few have finished to tell
 */
export function guessTimeLeft(done: number, left: number, elapsedMs: number): number | null {
  if (left === 0) return 0;
  if (done < enoughToGuess || elapsedMs <= 0) return null;
  return Math.round((elapsedMs / done) * left);
}

/** `4 s`, `2 min 10 s`, `1 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
