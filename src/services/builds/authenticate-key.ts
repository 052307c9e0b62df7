import { AppError } from '../../base/errors.ts';
import { invalidCredentials } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Deps } from '../deps.ts';

/** How long a key may keep working after another process revoked it; one revoked by this process stops immediately. */
const cacheMs = 1_000;
const maxCached = 1_000;
/** Accuracy of `lastUsedAt`. */
const touchMs = 60_000;

/** Servers that know no scope of a CI job's key, beside this one during an update, must not take such a key for one of its build. */
export function hashedSecret(key: { ci: object | null } | null, secret: string): string {
  return key === null || key.ci === null ? secret : `ci:${secret}`;
}

export interface KeyAuthenticator {
  /**
   * @param options `lastKnown`: while the database is away, what was last known of the key counts, so that monitoring
   *   can say that it is away
   * @throws AppError `invalid_credentials`, the same for unknown, wrong and revoked
   */
  authenticate: (keyId: string, secret: string, options?: { lastKnown?: boolean }) => Promise<Principal>;
  /** Whether an accepted key is still valid, for long requests. */
  isLive: (keyId: string) => Promise<boolean>;
  /** Drops a key from the cache after this process changed it. */
  forget: (keyId: string) => void;
}

/**
 * Checks API keys. Key records are cached for a second; the secret is compared every time, in constant time, even
 * for keys that do not exist.
 */
export function createKeyAuthenticator(deps: Pick<Deps, 'store' | 'clock' | 'ids'>): KeyAuthenticator {
  const { store, clock, ids } = deps;
  const encoder = new TextEncoder();
  /** Incremented when an entry is dropped, so that earlier reads are not cached afterwards. */
  let forgotten = 0;
  const cache = new Map<string, { key: ApiKey | null; until: number }>();
  const nobody = ids.sha256(encoder.encode(ids.secret()));

  async function find(keyId: string, lastKnown = false): Promise<ApiKey | null> {
    const now = clock.monotonicMs();
    const cached = cache.get(keyId);
    if (cached !== undefined && cached.until > now) return cached.key;
    const before = forgotten;
    let key: ApiKey | null;
    try {
      key = await store.read((tx) => tx.keys.find(keyId));
    } catch (error) {
      const isAway = error instanceof AppError && error.code === 'unavailable';
      // Not cached anew: elsewhere, a key that was revoked meanwhile must be out within a second.
      if (lastKnown && isAway && cached !== undefined) return cached.key;
      throw error;
    }
    if (before !== forgotten) return key;
    if (cache.size >= maxCached) cache.clear();
    cache.set(keyId, { key, until: now + cacheMs });
    return key;
  }

  const isValid = ({ revokedAt, expiresAt }: ApiKey) =>
    revokedAt === null && (expiresAt === null || expiresAt > clock.now());

  async function touch(key: ApiKey): Promise<void> {
    const now = clock.now();
    if (key.lastUsedAt !== null && now - key.lastUsedAt < touchMs) return;
    key.lastUsedAt = now;
    await store.transaction((tx) => tx.keys.touch(key.id, now));
  }

  return {
    async isLive(keyId) {
      const key = await find(keyId);
      return key !== null && isValid(key);
    },
    forget(keyId) {
      forgotten++;
      cache.delete(keyId);
    },
    async authenticate(keyId, secret, { lastKnown = false } = {}) {
      const key = keyId === '' || keyId.length > 100 ? null : await find(keyId, lastKnown);
      const isRight = ids.equal(
        ids.sha256(encoder.encode(hashedSecret(key, secret))),
        key?.secretHash ?? nobody,
      );
      if (key === null || !isRight || !isValid(key)) throw invalidCredentials();
      // Not awaited: reads must answer even while writes are blocked.
      void touch(key).catch(() => undefined);
      return {
        kind: 'key',
        keyId: key.id,
        buildId: key.buildId,
        superuser: key.superuser,
        ...(key.worker && { worker: true }),
        ...(key.ci !== null && { ci: key.ci }),
      };
    },
  };
}
