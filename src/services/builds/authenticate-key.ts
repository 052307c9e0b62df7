import { invalidCredentials } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ApiKey } from '../../domain/model.ts';
import type { Deps } from '../deps.ts';

/** A key that was revoked by another process stops working after this long; by this one, at once. */
const cacheMs = 1_000;
const maxCached = 1_000;
/** `lastUsedAt` is kept this exactly. */
const touchMs = 60_000;

export interface KeyAuthenticator {
  /** @throws AppError `invalid_credentials`, the same for unknown, wrong and revoked */
  authenticate: (keyId: string, secret: string) => Promise<Principal>;
  /** Whether a key that was let in still would be: what it asked for may take long. */
  isLive: (keyId: string) => Promise<boolean>;
  /** The key was changed by this process: what is remembered of it is over. */
  forget: (keyId: string) => void;
}

/**
 * Checks API keys. Key records are remembered for a second; the secret is compared every time, in constant time, also
 * for keys that do not exist.
 */
export function createKeyAuthenticator(deps: Pick<Deps, 'store' | 'clock' | 'ids'>): KeyAuthenticator {
  const { store, clock, ids } = deps;
  const encoder = new TextEncoder();
  /** Goes up when something is forgotten, so that what was read before is not remembered after. */
  let forgotten = 0;
  const cache = new Map<string, { key: ApiKey | null; until: number }>();
  const nobody = ids.sha256(encoder.encode(ids.secret()));

  async function find(keyId: string): Promise<ApiKey | null> {
    const now = clock.monotonicMs();
    const cached = cache.get(keyId);
    if (cached !== undefined && cached.until > now) return cached.key;
    const before = forgotten;
    const key = await store.read((tx) => tx.keys.find(keyId));
    if (before !== forgotten) return key;
    if (cache.size >= maxCached) cache.clear();
    cache.set(keyId, { key, until: now + cacheMs });
    return key;
  }

  async function touch(key: ApiKey): Promise<void> {
    const now = clock.now();
    if (key.lastUsedAt !== null && now - key.lastUsedAt < touchMs) return;
    key.lastUsedAt = now;
    await store.transaction((tx) => tx.keys.touch(key.id, now));
  }

  return {
    async isLive(keyId) {
      const key = await find(keyId);
      return key !== null && key.revokedAt === null;
    },
    forget(keyId) {
      forgotten++;
      cache.delete(keyId);
    },
    async authenticate(keyId, secret) {
      const key = keyId === '' || keyId.length > 100 ? null : await find(keyId);
      const isRight = ids.equal(ids.sha256(encoder.encode(secret)), key?.secretHash ?? nobody);
      if (key === null || !isRight || key.revokedAt !== null) throw invalidCredentials();
      // Nobody waits for this: where writes must wait, reads still answer.
      void touch(key).catch(() => undefined);
      return {
        kind: 'key',
        keyId: key.id,
        buildId: key.buildId,
        superuser: key.superuser,
        ...(key.worker && { worker: true }),
      };
    },
  };
}
