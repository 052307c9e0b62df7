import type { StoreHealth } from '../../../ports/store.ts';
import { S3Error } from './s3-error.ts';

/** An answer is used for this long; a newer one is then fetched in the background. */
const freshMs = 10_000;
/** After a failure, to notice soon that S3 is back. */
const freshFailureMs = 2_000;

/**
 * Health by writing a small object, at most once every few seconds. Only the first call waits for it: monitoring must not
 * hang because S3 does.
 */
export function openS3Health(
  probe: () => Promise<void>,
  monotonicMs: () => number = () => performance.now(),
): () => Promise<StoreHealth> {
  let known: { health: StoreHealth; at: number } | null = null;
  let looking: Promise<StoreHealth> | null = null;

  async function look(): Promise<StoreHealth> {
    const health = await probe().then(
      () => 'ok' as const,
      (error: unknown) => {
        if (!(error instanceof S3Error)) throw error;
        return error.problem === 'full' ? ('degraded' as const) : ('unavailable' as const);
      },
    );
    known = { health, at: monotonicMs() };
    return health;
  }

  return async () => {
    const isFresh =
      known !== null && monotonicMs() - known.at < (known.health === 'ok' ? freshMs : freshFailureMs);
    if (!isFresh) {
      looking ??= look().finally(() => void (looking = null));
      looking.catch(() => undefined);
    }
    return known === null ? looking! : known.health;
  };
}
